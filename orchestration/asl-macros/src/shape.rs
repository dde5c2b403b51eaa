//! What is known of a field's type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, GenericArgument, PathArguments, PathSegment, Type};

/// What serde writes as an object with a key per entry.
const MAPS: [&str; 3] = ["BTreeMap", "HashMap", "IndexMap"];

/// The shape of a type as an expression: an `Option`, a `Vec`, a map and a `String` by their names, a tuple by its items, others
/// by what they implement.
pub(crate) fn of(kind: &Type, at_most: Option<&Expr>) -> TokenStream {
    if let Some(inner) = inside(kind, "Option") {
        let inner = of(inner, at_most);
        return quote!(::asl::derive::Shape::Option(&#inner));
    }
    let at_most = at_most.map_or_else(
        || quote!(::core::option::Option::None),
        |most| quote!(::core::option::Option::Some(#most)),
    );
    if let Some(item) = inside(kind, "Vec") {
        let item = of(item, None);
        quote!(::asl::derive::Shape::List { at_most: #at_most, of: &#item })
    } else if let Type::Tuple(tuple) = kind
        && !tuple.elems.is_empty()
    {
        let items = tuple.elems.iter().map(|item| of(item, None));
        quote!(::asl::derive::Shape::Tuple(&[#(#items),*]))
    } else if let Some(value) = MAPS.iter().find_map(|map| argument(kind, map, 1)) {
        // As much may be said of its values as of those of a list.
        let value = of(value, None);
        quote!(::asl::derive::Shape::List { at_most: ::core::option::Option::None, of: &#value })
    } else if is_text(kind) {
        quote!(::asl::derive::Shape::Text { at_most: #at_most })
    } else {
        quote! {
            ::asl::derive::Shape::Other {
                payload: ::asl::derive::Is::<#kind>::PAYLOAD,
                largest: ::asl::derive::Is::<#kind>::LARGEST,
            }
        }
    }
}

pub(crate) fn is_option(of: &Type) -> bool {
    last_segment(of).is_some_and(|segment| segment.ident == "Option")
}

pub(crate) fn can_be_at_most(of: &Type) -> bool {
    let of = inside(of, "Option").unwrap_or(of);
    is_text(of) || inside(of, "Vec").is_some()
}

fn is_text(of: &Type) -> bool {
    last_segment(of).is_some_and(|segment| segment.ident == "String" && segment.arguments.is_none())
}

/// The `T` of `Vec<T>`, for the name `Vec`.
fn inside<'t>(of: &'t Type, name: &str) -> Option<&'t Type> {
    argument(of, name, 0)
}

/// One of the types in the angle brackets behind `name`.
fn argument<'t>(of: &'t Type, name: &str, index: usize) -> Option<&'t Type> {
    let segment = last_segment(of).filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.get(index) {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}

fn last_segment(of: &Type) -> Option<&PathSegment> {
    match of {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}
