//! `#[derive(TaskError)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Variant};

use crate::case;

/// What AWS gives names of its own to.
const TAKEN_PREFIXES: [&str; 4] = ["States.", "Lambda.", "Runtime.", "Sandbox."];

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream, Error> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(input.span(), "the errors of a function are an enum"));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new(
            input.generics.span(),
            "the errors of a function have no generic parameters",
        ));
    }
    let mut declared: Vec<(&Variant, Declaration)> = Vec::new();
    let mut errors: Option<Error> = None;
    for variant in &data.variants {
        let declaration = declaration(variant).and_then(|new| {
            let taken = declared.iter().any(|(_, other)| other.name == new.name);
            if taken {
                Err(Error::new(
                    variant.span(),
                    "another error has this name on the wire: give one of them another",
                ))
            } else {
                Ok(new)
            }
        });
        match declaration {
            Ok(declaration) => declared.push((variant, declaration)),
            Err(error) => match &mut errors {
                Some(first) => first.combine(error),
                none => *none = Some(error),
            },
        }
    }
    match errors {
        Some(errors) => Err(errors),
        None => Ok(generate(input, &declared)),
    }
}

struct Declaration {
    name: String,
    transient: bool,
}

fn declaration(variant: &Variant) -> Result<Declaration, Error> {
    let (mut name, mut class) = (None, None);
    for attribute in variant
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("task"))
    {
        attribute.parse_nested_meta(|option| {
            if option.path.is_ident("name") {
                once(&mut name, option.value()?.parse::<LitStr>()?, &option)?;
            } else if option.path.is_ident("transient") {
                once(&mut class, true, &option)?;
            } else if option.path.is_ident("permanent") {
                once(&mut class, false, &option)?;
            } else {
                return Err(option.error("expected `name = \"...\"`, `transient` or `permanent`"));
            }
            Ok(())
        })?;
    }
    let form = "write `#[task(name = \"...\", transient)]` or `#[task(name = \"...\", permanent)]`";
    let name = name.ok_or_else(|| {
        Error::new(
            variant.span(),
            format!("this error has no name on the wire: {form}"),
        )
    })?;
    let class =
        class.ok_or_else(|| Error::new(variant.span(), format!("this error has no class: {form}")))?;
    if TAKEN_PREFIXES
        .iter()
        .any(|prefix| name.value().starts_with(prefix))
    {
        return Err(Error::new(
            name.span(),
            "AWS gives names of its own to errors that begin with `States.`, `Lambda.`, `Runtime.` or `Sandbox.`: \
             choose another beginning",
        ));
    }
    if name.value().is_empty() {
        return Err(Error::new(name.span(), "this error has no name on the wire"));
    }
    Ok(Declaration {
        name: name.value(),
        transient: class,
    })
}

/// A thing that is said once.
fn once<T>(said: &mut Option<T>, now: T, option: &ParseNestedMeta<'_>) -> Result<(), Error> {
    match said.replace(now) {
        None => Ok(()),
        Some(_) => Err(option.error("an error has one name and one class")),
    }
}

fn generate(input: &DeriveInput, declared: &[(&Variant, Declaration)]) -> TokenStream {
    let errors = &input.ident;
    let module = format_ident!("{}", case::snake(&errors.to_string()));
    let module_doc = format!("Markers of the errors of `{errors}`, to catch them by.");

    let variants: Vec<_> = declared.iter().map(|(variant, _)| &variant.ident).collect();
    let patterns = declared.iter().map(|(variant, _)| {
        let ident = &variant.ident;
        match variant.fields {
            Fields::Named(_) => quote!(Self::#ident { .. }),
            Fields::Unnamed(_) => quote!(Self::#ident(..)),
            Fields::Unit => quote!(Self::#ident),
        }
    });
    let declarations: Vec<_> = declared
        .iter()
        .map(|(_, declaration)| {
            let name = &declaration.name;
            let class = if declaration.transient {
                quote!(Transient)
            } else {
                quote!(Permanent)
            };
            quote!(::asl::DeclaredError { name: #name, class: ::asl::ErrorClass::#class })
        })
        .collect();
    let markers = declared.iter().map(|(variant, declaration)| {
        let (ident, name) = (&variant.ident, &declaration.name);
        let doc = format!("`{name}`.");
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, Copy)]
            pub struct #ident;

            impl ::asl::ErrorName for #ident {
                const NAME: &'static str = #name;
            }
        }
    });
    let visibility = &input.vis;
    // Outside of the module, so that the enum may also stand inside of a function, where there is no `super`.
    let raised = variants
        .iter()
        .map(|ident| quote!(impl ::asl::RaisedBy<#errors> for #module::#ident {}));
    // An enum without variants has no value to match on.
    let which = if declared.is_empty() {
        quote!(match *self {})
    } else {
        quote!(match self { #(#patterns => #declarations,)* })
    };
    quote! {
        #[automatically_derived]
        impl ::asl::TaskError for #errors {
            const DECLARED: &'static [::asl::DeclaredError] = &[#(#declarations),*];

            fn declared(&self) -> ::asl::DeclaredError {
                #which
            }
        }

        #[doc = #module_doc]
        #visibility mod #module {
            #(#markers)*
        }

        #(#raised)*
    }
}
