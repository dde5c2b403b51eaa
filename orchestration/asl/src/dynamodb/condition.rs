//! Conditions of writes.
//!
//! Source: [Condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).

use std::fmt;
use std::marker::PhantomData;

use crate::Field;
use crate::expr::{Brand, Expr, Node};

use super::terms::Terms;
use super::{Attribute, Item, Table, picked};

/// What must hold of the item that has the key, or the write fails with [`ConditionFailed`](super::ConditionFailed).
///
/// A write is repeated when its answer was lost: a condition that holds again then, such as "absent or mine", keeps that
/// harmless.
///
/// ```
/// # use asl::{Payload, literal};
/// # use asl::dynamodb::{Condition, Item, Table};
/// # #[derive(serde::Serialize, serde::Deserialize, Payload, Item)]
/// # pub struct Seat { pub number: u32, pub holder: String }
/// # pub enum Seats {}
/// # impl Table for Seats { const NAME: &'static str = "Seats"; type Key = Seat; type Item = Seat; }
/// let mine = literal("h-7".to_owned());
/// let absent_or_mine = Condition::<Seats>::absent().or(Condition::<Seats>::equal(|seat| seat.holder, mine));
/// # let _ = absent_or_mine;
/// ```
pub struct Condition<'s, T> {
    test: Test,
    table: Brand<'s, T>,
}

enum Test {
    Always,
    Absent(&'static str),
    Present(&'static str),
    Equal(&'static Field, &'static Node),
    Both(Box<Test>, Box<Test>),
    Either(Box<Test>, Box<Test>),
}

impl<T> fmt::Debug for Condition<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Condition")
    }
}

impl<'s, T: Table> Condition<'s, T> {
    /// No condition.
    pub fn always() -> Self {
        Self::new(Test::Always)
    }

    /// There is no item with this key.
    pub fn absent() -> Self {
        Self::new(Test::Absent(partition_key::<T>()))
    }

    /// There is an item with this key.
    pub fn present() -> Self {
        Self::new(Test::Present(partition_key::<T>()))
    }

    /// There is an item with this key, and this attribute of it has this value.
    ///
    /// # Panics
    ///
    /// If `attribute` picks no field of the item.
    pub fn equal<V: Attribute>(
        attribute: impl FnOnce(Expr<'s, T::Item>) -> Expr<'s, V>,
        value: Expr<'s, V>,
    ) -> Self {
        Self::new(Test::Equal(
            picked::<T, V>(attribute),
            V::KIND.encode(value.node, false),
        ))
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(Test::Both(Box::new(self.test), Box::new(other.test)))
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::new(Test::Either(Box::new(self.test), Box::new(other.test)))
    }

    fn new(test: Test) -> Self {
        Self {
            test,
            table: PhantomData,
        }
    }

    /// The argument that says so, if anything is to be said.
    pub(super) fn argument(self, terms: &mut Terms) -> Option<(&'static str, &'static Node)> {
        let text = self.test.text(terms)?;
        Some(("ConditionExpression", Node::literal(text.into())))
    }
}

impl Test {
    fn text(self, terms: &mut Terms) -> Option<String> {
        Some(match self {
            Self::Always => return None,
            Self::Absent(name) => format!("attribute_not_exists({})", terms.name(name)),
            Self::Present(name) => format!("attribute_exists({})", terms.name(name)),
            Self::Equal(field, value) => {
                format!("{} = {}", terms.name(field.name), terms.value(field, value))
            }
            Self::Both(one, other) => match (one.text(terms), other.text(terms)) {
                (Some(one), Some(other)) => format!("({one}) AND ({other})"),
                (one, other) => return one.or(other),
            },
            Self::Either(one, other) => {
                let (one, other) = (one.text(terms)?, other.text(terms)?);
                format!("({one}) OR ({other})")
            }
        })
    }
}

fn partition_key<T: Table>() -> &'static str {
    <T::Key as Item>::ATTRIBUTES.first().map_or("", |(name, ..)| name)
}
