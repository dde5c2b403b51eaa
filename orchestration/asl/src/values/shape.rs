//! What types know of their values before there are any: how long their JSON gets, and what in it is personal.
//!
//! The derive asks a field's type whether it is a [`Payload`] and whether it is [`MaxSize`], and requires neither of it:
//! `Is::<T>::LARGEST` is the constant of the type itself where `T` is bounded, since those of a type go before those of
//! a trait, and otherwise the `None` of [`Unknown`]. The compiler decides that for types it knows by name, so it works
//! in the code that the derive makes, and nowhere where `T` is a parameter. What is in an `Option`, a `Vec`, a map or a
//! tuple, and that something is a `String`, is known by how they are written.

use std::any::TypeId;
use std::cell::RefCell;
use std::marker::PhantomData;

use crate::{Largest, MaxSize, Payload};

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

/// What a payload knows, asked for late, since a payload may hold lists of itself.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct PayloadShape {
    largest: fn() -> Largest,
    personal: fn() -> Option<&'static str>,
}

impl PayloadShape {
    pub(crate) const fn of<P: Payload>() -> Self {
        Self {
            largest: P::largest,
            personal: P::personal_field,
        }
    }
}

/// Asks what the type `T` is.
#[derive(Debug)]
pub struct Is<T>(PhantomData<T>);

impl<T: Payload> Is<T> {
    /// It is a payload.
    pub const PAYLOAD: Option<PayloadShape> = Some(PayloadShape::of::<T>());
}

impl<T> Is<Option<T>> {
    /// Whether a value may be absent, whatever name the type goes by.
    pub const OPTIONAL: bool = true;
}

impl<T: MaxSize> Is<T> {
    /// It is bounded.
    pub const LARGEST: Option<u64> = Some(T::LARGEST);
}

/// What [`Is`] answers otherwise.
pub trait Unknown {
    /// It is no payload.
    const PAYLOAD: Option<PayloadShape> = None;
    /// It has no bound.
    const LARGEST: Option<u64> = None;
    /// A value is always there.
    const OPTIONAL: bool = false;
}

impl<T> Unknown for Is<T> {}

impl Shape {
    /// The longest JSON of a value, as far as it is known.
    pub fn largest(self) -> Largest {
        match self {
            Self::Text { at_most: Some(most) } => Largest::known(crate::values::sizes::text(most)),
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
    pub fn personal_field(self) -> Option<&'static str> {
        match self {
            Self::Text { .. } => None,
            Self::List { of: inner, .. } | Self::Option(inner) => inner.personal_field(),
            Self::Tuple(items) => items.iter().find_map(|item| item.personal_field()),
            Self::Other { payload, .. } => payload.and_then(|payload| (payload.personal)()),
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
pub(crate) fn once<P: Payload, R>(look: impl FnOnce() -> R) -> Option<R> {
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
