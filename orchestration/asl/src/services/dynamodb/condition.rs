//! Conditions of writes.
//!
//! Source: [Condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).

use std::fmt;
use std::marker::PhantomData;

use crate::values::expr::{Brand, Expr, Node};
use crate::{Field, IntoExpr};

use super::terms::Terms;
use super::{Attribute, Item, Table, picked};

/// A condition on the item with the key. If it does not hold, the write fails with [`ConditionFailed`](super::ConditionFailed).
///
/// A write whose response was lost is retried. A condition that also holds after the first write, such as "absent or
/// written by this execution", makes it idempotent.
///
/// ```
/// # use shop::*;
/// use asl::dynamodb::{Condition, delete_item};
///
/// let states = states(|order| {
///     let unwanted = Condition::<Stock>::equal(|article| article.sold_out, true)
///         .and(Condition::<Stock>::equal(|article| article.in_stock, 0))
///         .or(Condition::absent());
///     delete_item::<Stock>(ArticleKeyFields { sku: order.id }, unwanted)
///         .catch_all(|_| failed("NotDeleted"))
///         .and_then(|_| receipt("Deleted", "r-1"))
/// });
///
/// assert_eq!(
///     states["DeleteStock"]["Arguments"]["ConditionExpression"],
///     "((#sold_out = :sold_out) AND (#in_stock = :in_stock)) OR (attribute_not_exists(#sku))"
/// );
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
    /// See [`delete_item`](super::delete_item).
    pub fn always() -> Self {
        Self::new(Test::Always)
    }

    /// There is no item with this key.
    /// See [`put_item`](super::put_item).
    pub fn absent() -> Self {
        Self::new(Test::Absent(partition_key::<T>()))
    }

    /// There is an item with this key.
    /// See [`update_item`](super::update_item).
    pub fn present() -> Self {
        Self::new(Test::Present(partition_key::<T>()))
    }

    /// There is an item with this key, and this attribute of it has this value.
    ///
    /// # Panics
    ///
    /// If `attribute` picks no field of the item.
    /// See [`Condition`].
    pub fn equal<V: Attribute>(
        attribute: impl for<'x> FnOnce(Expr<'x, T::Item>) -> Expr<'x, V>,
        value: impl IntoExpr<'s, V>,
    ) -> Self {
        Self::new(Test::Equal(
            picked::<T, V>(attribute),
            V::KIND.encode(value.into_expr().node, false),
        ))
    }

    /// There is an item with this key, and this optional attribute of it has this value.
    ///
    /// # Panics
    ///
    /// If `attribute` picks no field of the item.
    ///
    /// ```
    /// # use shop::*;
    /// use asl::dynamodb::{Condition, delete_item};
    ///
    /// let states = states(|order| {
    ///     let here = Condition::<Stock>::equal_some(|article| article.shelf, order.id);
    ///     delete_item::<Stock>(ArticleKeyFields { sku: order.id }, here)
    ///         .catch_all(|_| failed("NotDeleted"))
    ///         .and_then(|_| receipt("Deleted", "r-1"))
    /// });
    ///
    /// assert_eq!(states["DeleteStock"]["Arguments"]["ConditionExpression"], "#shelf = :shelf");
    /// ```
    pub fn equal_some<V: Attribute>(
        attribute: impl for<'x> FnOnce(Expr<'x, T::Item>) -> Expr<'x, Option<V>>,
        value: impl IntoExpr<'s, V>,
    ) -> Self {
        Self::new(Test::Equal(
            picked::<T, Option<V>>(attribute),
            V::KIND.encode(value.into_expr().node, false),
        ))
    }

    /// Both hold.
    /// See [`Condition`].
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(Test::Both(Box::new(self.test), Box::new(other.test)))
    }

    /// At least one holds.
    /// See [`Condition`].
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

    /// The `ConditionExpression`, if there is a condition.
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
