//! `#[derive(Payload)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, Lit, Meta, Token, Type};

use crate::case;

/// What serde does without changing the shape of the JSON.
const KEEPS_SHAPE: [&str; 2] = ["deny_unknown_fields", "expecting"];

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream, Error> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(
            input.span(),
            "a payload is a struct with named fields",
        ));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(
            input.span(),
            "a payload is a struct with named fields",
        ));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new(
            input.generics.span(),
            "a payload has no generic parameters",
        ));
    }
    let mut errors = Errors::default();
    let container = errors.take(Serde::read(&input.attrs));
    let rule = container.rename_all.as_deref();
    let mut named = Vec::new();
    for field in &fields.named {
        named.push((field, errors.take(wire_name(field, rule))));
    }
    errors.finish()?;
    Ok(generate(input, &named))
}

fn generate(input: &DeriveInput, fields: &[(&Field, String)]) -> TokenStream {
    let payload = &input.ident;
    let visibility = &input.vis;
    let companion = format_ident!("{payload}Expr");
    let doc = format!("The fields of a [`{payload}`] as expressions.");
    let idents: Vec<_> = fields
        .iter()
        .filter_map(|(field, _)| field.ident.as_ref())
        .collect();
    let types = fields.iter().map(|(field, _)| &field.ty);
    let visibilities = fields.iter().map(|(field, _)| &field.vis);
    let docs = fields.iter().map(|(field, _)| {
        let docs: Vec<_> = field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"))
            .collect();
        if docs.is_empty() {
            quote!(#[doc = "The field of the same name."])
        } else {
            quote!(#(#docs)*)
        }
    });
    let names: Vec<_> = fields.iter().map(|(_, name)| name).collect();
    let optional = fields.iter().map(|(field, _)| is_option(&field.ty));
    // A payload without fields has a companion without expressions, and still one of its own lifetime.
    let (brand, no_brand) = if fields.is_empty() {
        (
            quote!(#[doc(hidden)] pub brand: ::core::marker::PhantomData<&'s ()>),
            quote!(brand: ::core::marker::PhantomData),
        )
    } else {
        (quote!(), quote!())
    };
    let default = if fields.is_empty() {
        quote!(#[derive(Default)])
    } else {
        quote!()
    };
    let record = if fields.is_empty() {
        quote!(_)
    } else {
        quote!(record)
    };
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Copy)]
        #default
        #visibility struct #companion<'s> {
            #(#docs #visibilities #idents: ::asl::Expr<'s, #types>,)*
            #brand
        }

        #[automatically_derived]
        impl ::asl::Payload for #payload {
            type Fields<'s> = #companion<'s>;

            fn fields(#record: ::asl::Record) -> Self::Fields<'static> {
                #companion {
                    #(#idents: record.field(#names, #optional),)*
                    #no_brand
                }
            }

            fn shrink<'a, 's>(fields: &'a Self::Fields<'static>) -> &'a Self::Fields<'s> {
                fields
            }
        }

        #[automatically_derived]
        impl<'s> ::asl::Feeds<'s, #payload> for #companion<'s> {
            fn into_expr(self) -> ::asl::Expr<'s, #payload> {
                ::asl::Expr::object(::std::vec![#((#names, ::asl::AnyExpr::from(self.#idents))),*])
            }
        }
    }
}

/// The name on the wire.
pub(crate) fn wire_name(field: &Field, rule: Option<&str>) -> Result<String, Error> {
    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let ident = ident.trim_start_matches("r#");
    let serde = Serde::read(&field.attrs)?;
    if serde.may_be_left_out && !is_option(&field.ty) {
        return Err(Error::new(
            field.span(),
            "only an `Option`, written as such, may be left out of a payload",
        ));
    }
    if let Some(name) = serde.rename {
        return Ok(name);
    }
    let Some(rule) = rule else {
        return Ok(ident.to_owned());
    };
    case::rename(ident, rule).ok_or_else(|| Error::new(field.span(), format!("unknown case `{rule}`")))
}

pub(crate) fn is_option(of: &Type) -> bool {
    let Type::Path(path) = of else { return false };
    path.path
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "Option")
}

/// What serde was told that matters here.
#[derive(Default)]
pub(crate) struct Serde {
    rename: Option<String>,
    pub(crate) rename_all: Option<String>,
    may_be_left_out: bool,
}

impl Serde {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self, Error> {
        let mut serde = Self::default();
        let mut errors = Errors::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("serde"))
        {
            let options = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
            for option in options {
                errors.take(serde.option(&option));
            }
        }
        errors.finish()?;
        Ok(serde)
    }

    fn option(&mut self, option: &Meta) -> Result<(), Error> {
        let name = option
            .path()
            .get_ident()
            .map(ToString::to_string)
            .unwrap_or_default();
        match name.as_str() {
            "rename" => self.rename = Some(text(option)?),
            "rename_all" => self.rename_all = Some(text(option)?),
            "skip_serializing_if" => self.may_be_left_out = true,
            // Only for an `Option`, which is `null` then, as a workflow reads it.
            "default" if matches!(option, Meta::Path(_)) => self.may_be_left_out = true,
            plain if KEEPS_SHAPE.contains(&plain) => {}
            other => {
                let message = format!(
                    "`#[serde({other})]` changes the JSON in a way that a workflow cannot follow; \
                     a payload takes `rename`, `rename_all`, `default` without a value, `skip_serializing_if` and \
                     `deny_unknown_fields`"
                );
                return Err(Error::new(option.span(), message));
            }
        }
        Ok(())
    }
}

fn text(option: &Meta) -> Result<String, Error> {
    if let Meta::NameValue(pair) = option
        && let Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) = &pair.value
    {
        return Ok(text.value());
    }
    Err(Error::new(
        option.span(),
        "a payload has one name for reading and writing: write it as a string",
    ))
}

/// Errors are collected, so that one build shows them all.
#[derive(Default)]
struct Errors(Option<Error>);

impl Errors {
    fn take<T: Default>(&mut self, result: Result<T, Error>) -> T {
        result.unwrap_or_else(|error| {
            match &mut self.0 {
                Some(first) => first.combine(error),
                none => *none = Some(error),
            }
            T::default()
        })
    }

    fn finish(self) -> Result<(), Error> {
        self.0.map_or(Ok(()), Err)
    }
}
