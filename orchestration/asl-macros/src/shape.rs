//! The shape of a field's type.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Expr, GenericArgument, PathArguments, PathSegment, Type};

/// What serde writes as the value inside.
const POINTERS: [&str; 4] = ["Box", "Rc", "Arc", "Cow"];

/// What serde writes as an array.
const LISTS: [&str; 7] = [
    "Vec",
    "VecDeque",
    "LinkedList",
    "BinaryHeap",
    "BTreeSet",
    "HashSet",
    "IndexSet",
];

/// What serde writes as an object with a key per entry.
const MAPS: [&str; 3] = ["BTreeMap", "HashMap", "IndexMap"];

/// JSON has one `null` for both levels of an `Option` of an `Option`.
pub(crate) fn has_one_null(kind: &Type) -> Result<(), Error> {
    match inside(kind, &["Option"]) {
        Some(inner) if is_option(inner) => Err(Error::new(
            kind.span(),
            "JSON has one `null` for both levels of an `Option` of an `Option`: use one `Option`, or an enum",
        )),
        _ => Ok(()),
    }
}

/// The shape of a type as an expression: containers and `String` by how they are written, other types by what they
/// implement.
pub(crate) fn of(kind: &Type, at_most: Option<&Expr>) -> TokenStream {
    if let Some(inner) = inside(kind, &["Option"]) {
        let inner = of(inner, at_most);
        return quote!(::asl::derive::Shape::Option(&#inner));
    }
    if let Some(inner) = inside(kind, &POINTERS) {
        return of(inner, at_most);
    }
    let at_most = at_most.map_or_else(
        || quote!(::core::option::Option::None),
        |most| quote!(::core::option::Option::Some(#most)),
    );
    if let Type::Tuple(tuple) = kind
        && !tuple.elems.is_empty()
    {
        let items = tuple.elems.iter().map(|item| of(item, None));
        quote!(::asl::derive::Shape::Tuple(&[#(#items),*]))
    } else if let Some(item) = items(kind) {
        let item = of(item, None);
        quote!(::asl::derive::Shape::List { at_most: #at_most, of: &#item })
    } else if is_text(kind) {
        quote!(::asl::derive::Shape::Text { at_most: #at_most })
    } else {
        // Inside of a container behind an alias, marks of personal data would be lost.
        quote_spanned! {kind.span()=>
            {
                ::core::assert!(
                    !::asl::derive::Is::<#kind>::CONTAINER,
                    "this type may hold personal data that a workflow cannot see: \
                     write an `Option`, a list, a map, a tuple or a `Box` out, without an alias"
                );
                ::asl::derive::Shape::Other {
                    payload: ::asl::derive::Is::<#kind>::PAYLOAD,
                    largest: ::asl::derive::Is::<#kind>::LARGEST,
                }
            }
        }
    }
}

/// The type of the items of a list or an array, or of the values of a map, which hold as many marks.
fn items(of: &Type) -> Option<&Type> {
    match of {
        Type::Array(array) => Some(&array.elem),
        _ => inside(of, &LISTS).or_else(|| types(of, &MAPS)?.nth(1)),
    }
}

pub(crate) fn is_option(of: &Type) -> bool {
    last_segment(of).is_some_and(|segment| segment.ident == "Option")
}

pub(crate) fn can_be_at_most(of: &Type) -> bool {
    let of = inside(of, &["Option"]).unwrap_or(of);
    is_text(of) || inside(of, &["Vec"]).is_some()
}

fn is_text(of: &Type) -> bool {
    last_segment(of).is_some_and(|segment| segment.ident == "String" && segment.arguments.is_none())
}

/// The `T` of `Vec<T>`, for the name `Vec`.
pub(crate) fn inside<'t>(of: &'t Type, names: &[&str]) -> Option<&'t Type> {
    types(of, names)?.next()
}

/// The types in the angle brackets behind one of the names.
fn types<'t>(of: &'t Type, names: &[&str]) -> Option<impl Iterator<Item = &'t Type>> {
    let segment = last_segment(of).filter(|segment| names.iter().any(|name| segment.ident == name))?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    Some(arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }))
}

fn last_segment(of: &Type) -> Option<&PathSegment> {
    match of {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}
