//! Equality, by methods: `==` and `<` of Rust compare now, and not when the machine runs.

use std::cmp::Ordering;

use crate::IntoExpr;
use crate::values::expr::{Expr, Operator};

impl<'s, T> Expr<'s, T> {
    /// Whether both are equal.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.total.eq(0)), "order.total = 0");
    /// assert_eq!(
    ///     jsonata(|order| order.id.eq(execution_name())),
    ///     "order.id = $states.context.Execution.Name"
    /// );
    /// ```
    pub fn eq(self, other: impl IntoExpr<'s, T>) -> Expr<'s, bool> {
        self.infix(Operator::Equal, other.into_expr())
    }

    /// Whether both are different.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.total.ne(0)), "order.total != 0");
    /// ```
    pub fn ne(self, other: impl IntoExpr<'s, T>) -> Expr<'s, bool> {
        self.infix(Operator::NotEqual, other.into_expr())
    }
}

/// Named after what to write instead: the compiler says that it is missing where values are compared by operators.
#[doc(hidden)]
pub trait CompareWithMethodsEqNeLtLeGtGe {}

impl<T, R> PartialEq<R> for Expr<'_, T>
where
    Self: CompareWithMethodsEqNeLtLeGtGe,
{
    fn eq(&self, _: &R) -> bool {
        false
    }
}

impl<T, R> PartialOrd<R> for Expr<'_, T>
where
    Self: CompareWithMethodsEqNeLtLeGtGe,
{
    fn partial_cmp(&self, _: &R) -> Option<Ordering> {
        None
    }
}
