//! Updates of items.
//!
//! Source: [Update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).

use std::fmt;
use std::marker::PhantomData;

use crate::values::expr::{Brand, Expr, Node};
use crate::{Field, IntoExpr, Number};

use super::terms::Terms;
use super::{Attribute, Condition, Table, picked};

/// The changes of [`update_item`](super::update_item).
///
/// ```
/// # use shop::*;
/// use asl::dynamodb::{Condition, Update, update_item};
///
/// let states = states(|order| {
///     let sold = Update::<Stock>::new()
///         .set(|article| article.sold_out, true)
///         .add(|article| article.in_stock, -1)
///         .remove(|article| article.shelf);
///     update_item::<Stock>(ArticleKeyFields { sku: order.id }, sold, Condition::present())
///         .catch_all(|_| failed("NotSold"))
///         .and_then(|_| receipt("Sold", "r-1"))
/// });
///
/// assert_eq!(
///     states["UpdateStock"]["Arguments"]["UpdateExpression"],
///     "SET #sold_out = :sold_out ADD #in_stock :in_stock REMOVE #shelf"
/// );
/// ```
pub struct Update<'s, T> {
    set: Changes,
    add: Changes,
    remove: Vec<&'static Field>,
    table: Brand<'s, T>,
}

type Changes = Vec<(&'static Field, &'static Node)>;

impl<T> fmt::Debug for Update<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Update")
    }
}

impl<T: Table> Default for Update<'_, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'s, T: Table> Update<'s, T> {
    /// No change yet.
    /// See [`Update`].
    pub fn new() -> Self {
        Self {
            set: Vec::new(),
            add: Vec::new(),
            remove: Vec::new(),
            table: PhantomData,
        }
    }

    /// Sets the attribute to this value.
    ///
    /// # Panics
    ///
    /// If `attribute` picks no field of the item; so do [`add`](Self::add) and [`remove`](Self::remove).
    /// See [`Update`].
    #[must_use]
    pub fn set<V: Attribute>(
        mut self,
        attribute: impl for<'x> FnOnce(Expr<'x, T::Item>) -> Expr<'x, V>,
        value: impl IntoExpr<'s, V>,
    ) -> Self {
        self.set.push((
            picked::<T, V>(attribute),
            V::KIND.encode(value.into_expr().node, false),
        ));
        self
    }

    /// Sets an optional attribute to this value.
    ///
    /// # Panics
    ///
    /// If `attribute` picks no field of the item.
    ///
    /// ```
    /// # use shop::*;
    /// use asl::dynamodb::{Condition, Update, update_item};
    ///
    /// let states = states(|order| {
    ///     let stored = Update::<Stock>::new().set_some(|article| article.shelf, order.id);
    ///     update_item::<Stock>(ArticleKeyFields { sku: order.id }, stored, Condition::present())
    ///         .catch_all(|_| failed("NotStored"))
    ///         .and_then(|_| receipt("Stored", "r-1"))
    /// });
    ///
    /// assert_eq!(states["UpdateStock"]["Arguments"]["UpdateExpression"], "SET #shelf = :shelf");
    /// ```
    #[must_use]
    pub fn set_some<V: Attribute>(
        mut self,
        attribute: impl for<'x> FnOnce(Expr<'x, T::Item>) -> Expr<'x, Option<V>>,
        value: impl IntoExpr<'s, V>,
    ) -> Self {
        self.set.push((
            picked::<T, Option<V>>(attribute),
            V::KIND.encode(value.into_expr().node, false),
        ));
        self
    }

    /// Adds to the attribute; an absent one counts as 0.
    /// See [`Update`].
    #[must_use]
    pub fn add<N: Attribute + Number>(
        mut self,
        attribute: impl for<'x> FnOnce(Expr<'x, T::Item>) -> Expr<'x, N>,
        value: impl IntoExpr<'s, N>,
    ) -> Self {
        self.add.push((
            picked::<T, N>(attribute),
            N::KIND.encode(value.into_expr().node, false),
        ));
        self
    }

    /// Removes the attribute.
    /// See [`Update`].
    #[must_use]
    pub fn remove<V: Attribute>(
        mut self,
        attribute: impl for<'x> FnOnce(Expr<'x, T::Item>) -> Expr<'x, Option<V>>,
    ) -> Self {
        self.remove.push(picked::<T, Option<V>>(attribute));
        self
    }

    pub(super) fn arguments(self, condition: Condition<'s, T>) -> Vec<(&'static str, &'static Node)> {
        let mut terms = Terms::default();
        let mut pairs = |pairs: Changes, between: &str| {
            let pairs = pairs.into_iter().map(|(field, value)| {
                format!("{}{between}{}", terms.name(field.name), terms.value(field, value))
            });
            pairs.collect::<Vec<_>>().join(", ")
        };
        let set = pairs(self.set, " = ");
        let add = pairs(self.add, " ");
        let remove: Vec<_> = self
            .remove
            .into_iter()
            .map(|field| terms.name(field.name))
            .collect();
        let clauses = [("SET", set), ("ADD", add), ("REMOVE", remove.join(", "))];
        let clauses = clauses.into_iter().filter(|(_, changes)| !changes.is_empty());
        let text: Vec<_> = clauses
            .map(|(verb, changes)| format!("{verb} {changes}"))
            .collect();
        let mut arguments = Vec::new();
        if !text.is_empty() {
            arguments.push(("UpdateExpression", Node::literal(text.join(" ").into())));
        }
        arguments.extend(condition.argument(&mut terms));
        arguments.extend(terms.arguments());
        arguments
    }
}
