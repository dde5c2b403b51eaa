//! Questions that derived code asks about the type of a field.
//!
//! The derive asks whether the type is a [`Payload`] and whether it is [`MaxSize`], and requires neither. `Is::<T>::LARGEST`
//! is the inherent constant if `T: MaxSize`, since inherent constants win over those of a trait, and otherwise the `None` of
//! [`Unknown`]. That works for types that the derive names, and nowhere where `T` is a parameter. So the derive itself
//! looks into an `Option`, a `Vec`, a map or a tuple, which it recognises by how they are written.

use std::marker::PhantomData;

pub use crate::values::shape::{PayloadShape, Shape};
use crate::{MaxSize, Payload};

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
