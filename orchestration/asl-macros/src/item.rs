//! `#[derive(Item)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::payload::{Serde, wire_name};
use crate::shape::{inside, is_option};

/// Nothing for what is no payload: the derive of `Payload`, which every item has too, reports that.
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
        let of = inside(&field.ty, &["Option"]).unwrap_or(&field.ty);
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
