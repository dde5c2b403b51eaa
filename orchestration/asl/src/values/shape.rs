//! Shapes of types: how large their JSON gets, and which of their fields are personal data.

use std::any::TypeId;
use std::cell::RefCell;

use crate::values::sizes::{self, Largest};

/// What is known of a type.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A `String`.
    Text {
        /// The most characters.
        at_most: Option<u64>,
    },
    /// A `Vec`.
    List {
        /// The most items.
        at_most: Option<u64>,
        /// What the items are.
        of: &'static Shape,
    },
    /// An `Option`.
    Option(&'static Shape),
    /// What the branches of a parallel leave.
    Tuple(&'static [Shape]),
    /// Any other type.
    Other {
        /// The fields, where it is a payload.
        payload: Option<PayloadShape>,
        /// The longest JSON, where it is bounded.
        largest: Option<u64>,
    },
}

/// What a payload knows of itself, as functions: it may hold lists of itself.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct PayloadShape {
    pub(super) largest: fn() -> Largest,
    pub(super) personal_field: fn() -> Option<&'static str>,
}

impl Shape {
    /// The longest JSON of a value, as far as it is known.
    pub(crate) fn largest(self) -> Largest {
        match self {
            Self::Text { at_most: Some(most) } => Largest::known(sizes::text(most)),
            Self::List {
                at_most: Some(most),
                of,
            } => of.largest().times(most),
            Self::Option(inner) => inner.largest().or_null(),
            Self::Tuple(items) => Largest::array(items.iter().map(|item| item.largest())),
            Self::Other {
                largest: Some(octets),
                ..
            } => Largest::known(octets),
            Self::Other {
                payload: Some(payload),
                ..
            } => (payload.largest)(),
            Self::Text { at_most: None } | Self::List { at_most: None, .. } | Self::Other { .. } => {
                Largest::unknown()
            }
        }
    }

    /// The first field inside that is marked as personal.
    pub(crate) fn personal_field(self) -> Option<&'static str> {
        match self {
            Self::Text { .. } => None,
            Self::List { of: inner, .. } | Self::Option(inner) => inner.personal_field(),
            Self::Tuple(items) => items.iter().find_map(|item| item.personal_field()),
            Self::Other { payload, .. } => payload.and_then(|payload| (payload.personal_field)()),
        }
    }

    /// The most items, where it is a list or may be one.
    pub(crate) fn most_items(self) -> Option<u64> {
        match self {
            Self::List { at_most, .. } => at_most,
            Self::Option(inner) => inner.most_items(),
            _ => None,
        }
    }
}

/// Looks at the payload `P`, unless that is what is being done already: a payload may hold lists of itself.
pub(crate) fn once<P: 'static, R>(look: impl FnOnce() -> R) -> Option<R> {
    thread_local! {
        static LOOKED_AT: RefCell<Vec<TypeId>> = const { RefCell::new(Vec::new()) };
    }
    let payload = TypeId::of::<P>();
    if LOOKED_AT.with_borrow(|types| types.contains(&payload)) {
        return None;
    }
    LOOKED_AT.with_borrow_mut(|types| types.push(payload));
    let seen = look();
    LOOKED_AT.with_borrow_mut(Vec::pop);
    Some(seen)
}
