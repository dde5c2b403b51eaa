//! `#[derive(Item)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, GenericArgument, PathArguments, Type};

use crate::payload::{Serde, wire_name};
use crate::shape::is_option;

/// What an `Option` is of; any other type itself.
fn inner(of: &Type) -> &Type {
    if is_option(of)
        && let Type::Path(path) = of
        && let Some(last) = path.path.segments.last()
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return inner;
    }
    of
}

/// Nothing for what is no payload: `Payload`, which stands beside it, says what is wrong.
pub(crate) fn derive(input: &DeriveInput) -> Option<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        return None;
    };
    let container = Serde::read(&input.attrs).ok()?;
    let rule = container.rename_all.as_deref();
    let attributes = fields.named.iter().filter_map(|field| {
        let name = wire_name(field, rule).ok()?;
        let optional = is_option(&field.ty);
        let of = inner(&field.ty);
        Some(quote! { (#name, <#of as ::asl::dynamodb::Attribute>::KIND, #optional) })
    });
    let item = &input.ident;
    Some(quote! {
        #[automatically_derived]
        impl ::asl::dynamodb::Item for #item {
            const ATTRIBUTES: &'static [(&'static str, ::asl::dynamodb::AttributeKind, bool)] =
                &[#(#attributes),*];
        }
    })
}
