//! `#[derive(Payload)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, Lit, Meta, Token};

use crate::case;
use crate::marks::Marks;
use crate::shape::{self, is_option};

/// The serde attributes that do not change the shape of the JSON.
const KEEPS_SHAPE: [&str; 2] = ["deny_unknown_fields", "expecting"];

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream, Error> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(
            input.span(),
            "a payload is a struct with named fields; an enum can be the type of a field: \
             `struct Answer { answer: Answered }`",
        ));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(
            input.span(),
            "a payload is a struct with named fields: write `struct Empty {}` for one without; \
             a newtype needs no `Payload`, only serde's derives and, for a text, `impl asl::Text`",
        ));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new(
            input.generics.span(),
            "a payload has no generic parameters: write one struct per type",
        ));
    }
    let mut errors = Errors::default();
    let container = errors.take(Serde::read(&input.attrs));
    let rule = container.rename_all.as_deref();
    errors.take(Marks::belong_on_fields(&input.attrs));
    let mut named = Vec::new();
    for field in &fields.named {
        let name = errors.take(wire_name(field, rule));
        errors.take(shape::has_one_null(&field.ty));
        let marks = errors.take(Marks::read(field));
        named.push((field, name, marks));
    }
    errors.finish()?;
    Ok(generate(input, &named))
}

fn generate(input: &DeriveInput, fields: &[(&Field, String, Marks)]) -> TokenStream {
    let payload = &input.ident;
    let visibility = &input.vis;
    let companion = format_ident!("{payload}Fields");
    let doc = format!("The fields of a [`{payload}`] as expressions.");
    let idents: Vec<_> = fields
        .iter()
        .filter_map(|(field, ..)| field.ident.as_ref())
        .collect();
    let types = fields.iter().map(|(field, ..)| &field.ty);
    let visibilities = fields.iter().map(|(field, ..)| &field.vis);
    let docs = fields.iter().map(|(field, ..)| {
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
    let count = fields.len();
    let known = fields.iter().map(|(field, name, marks)| {
        let optional = is_option(&field.ty);
        let personal = marks.personal;
        let shape = shape::of(&field.ty, marks.at_most.as_ref());
        quote! {
            ::asl::Field { name: #name, optional: #optional, personal: #personal, shape: #shape }
        }
    });
    // A payload without fields has a companion without expressions, which still has a lifetime.
    let [brand, no_brand, default, record] = if fields.is_empty() {
        [
            quote!(#[doc(hidden)] pub it_has_no_fields_write_the_payload_itself: ::core::marker::PhantomData<&'s ()>),
            quote!(it_has_no_fields_write_the_payload_itself: ::core::marker::PhantomData),
            quote!(#[derive(Default)]),
            quote!(_),
        ]
    } else {
        [quote!(), quote!(), quote!(), quote!(record)]
    };
    quote! {
        #[doc = #doc]
        #[derive(Clone, Copy)]
        #default
        #[allow(missing_debug_implementations, reason = "an expression has no text")]
        #visibility struct #companion<'s> {
            #(#docs #visibilities #idents: ::asl::Expr<'s, #types>,)*
            #brand
        }

        const _: () = {
            #[allow(unused_imports, reason = "a payload may hold only what is known by its name")]
            use ::asl::derive::Unknown as _;

            static FIELDS: [::asl::Field; #count] = [#(#known),*];

            #[automatically_derived]
            impl ::asl::Payload for #payload {
                type Fields<'s> = #companion<'s>;

                const FIELDS: &'static [::asl::Field] = &FIELDS;

                fn fields(#record: ::asl::Record) -> Self::Fields<'static> {
                    let [#(#idents),*] = &FIELDS;
                    #companion {
                        #(#idents: record.field(#idents),)*
                        #no_brand
                    }
                }

                fn shrink<'a, 's>(fields: &'a Self::Fields<'static>) -> &'a Self::Fields<'s> {
                    fields
                }
            }
        };

        #[automatically_derived]
        impl<'s> ::asl::IntoExpr<'s, #payload> for #companion<'s> {
            fn into_expr(self) -> ::asl::Expr<'s, #payload> {
                ::asl::Expr::object(::std::vec![#(::asl::AnyExpr::from(self.#idents)),*])
            }
        }

        #[automatically_derived]
        impl<'s> ::asl::MapOutput<'s> for #companion<'s> {
            type Value = #payload;
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
        if name.is_empty() || name.contains('`') || name.contains("${") {
            let message = "a field's name on the wire is not empty, and holds neither a backtick nor `${`: the definition \
                           could not name it";
            return Err(Error::new(field.span(), message));
        }
        return Ok(name);
    }
    let Some(rule) = rule else {
        return Ok(ident.to_owned());
    };
    case::rename(ident, rule).ok_or_else(|| Error::new(field.span(), format!("unknown case `{rule}`")))
}

/// The serde attributes that matter to a workflow.
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
