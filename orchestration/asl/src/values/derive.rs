//! Questions that derived code asks about the type of a field.
//!
//! The derive asks whether the type is a [`Payload`] and whether it is [`MaxSize`], and requires neither. `Is::<T>::LARGEST`
//! is the inherent constant if `T: MaxSize`, since inherent constants win over those of a trait, and otherwise the `None` of
//! [`Unknown`]. That works for types that the derive names, and nowhere where `T` is a parameter. So the derive itself
//! looks into containers, which it recognises by how they are written, and rejects an alias of one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

pub use crate::values::shape::{PayloadShape, Shape};
use crate::{MaxSize, Payload};

/// Asks what the type `T` is.
#[derive(Debug)]
pub struct Is<T: ?Sized>(PhantomData<T>);

impl<T: Payload> Is<T> {
    /// It is a payload.
    pub const PAYLOAD: Option<PayloadShape> = Some(PayloadShape::of::<T>());
}

impl<T: MaxSize> Is<T> {
    /// It is bounded.
    pub const LARGEST: Option<u64> = Some(T::LARGEST);
}

/// The result of [`Is`] otherwise.
pub trait Unknown {
    /// It is no payload.
    const PAYLOAD: Option<PayloadShape> = None;
    /// It has no bound.
    const LARGEST: Option<u64> = None;
    /// It is no container.
    const CONTAINER: bool = false;
}

impl<T: ?Sized> Unknown for Is<T> {}

macro_rules! containers {
    ($([$($parameters:tt)*] $container:ty;)+) => {
        $(
            impl<$($parameters)*> Is<$container> {
                /// It holds values of other types, whatever name it goes by.
                pub const CONTAINER: bool = true;
            }
        )+
    };
}

containers! {
    [T] Option<T>;
    [T, E] Result<T, E>;
    [T: ?Sized] Box<T>;
    [T: ?Sized] Rc<T>;
    [T: ?Sized] Arc<T>;
    [T: ?Sized + ToOwned] Cow<'_, T>;
    [T] Vec<T>;
    [T] VecDeque<T>;
    [T] LinkedList<T>;
    [T] BinaryHeap<T>;
    [T] BTreeSet<T>;
    [T, S] HashSet<T, S>;
    [T, S] IndexSet<T, S>;
    [K, V] BTreeMap<K, V>;
    [K, V, S] HashMap<K, V, S>;
    [K, V, S] IndexMap<K, V, S>;
    [T, const N: usize] [T; N];
}

macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        containers! { [$first, $($rest),*] ($first, $($rest),*); }
        tuples! { $($rest)* }
    };
}

tuples! { A B C D E F G H I J K L M N O P }
