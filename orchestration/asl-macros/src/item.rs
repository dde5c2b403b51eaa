//! `#[derive(Item)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields};

use crate::payload::{Serde, is_option, wire_name};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream, Error> {
    // `Payload` says what is wrong with anything else.
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => fields,
            _ => return Ok(TokenStream::new()),
        },
        _ => return Ok(TokenStream::new()),
    };
    let Ok(container) = Serde::read(&input.attrs) else {
        return Ok(TokenStream::new());
    };
    let rule = container.rename_all.as_deref();
    let attributes = fields.named.iter().filter_map(|field| {
        let name = wire_name(field, rule).ok()?;
        let (of, optional) = (&field.ty, is_option(&field.ty));
        Some(quote! { (#name, <#of as ::asl::dynamodb::Attribute>::KIND, #optional) })
    });
    let item = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl ::asl::dynamodb::Item for #item {
            const ATTRIBUTES: &'static [(&'static str, ::asl::dynamodb::AttributeKind, bool)] =
                &[#(#attributes),*];
        }
    })
}
