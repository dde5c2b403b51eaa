//! Booleans.

use crate::IntoExpr;
use crate::values::expr::{Expr, ExprKind, Node, Operator, call};

impl<'s> Expr<'s, bool> {
    /// Whether both hold.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.gift.and(order.total.eq(0))),
    ///     "order.gift and (order.total = 0)"
    /// );
    /// ```
    pub fn and(self, other: impl IntoExpr<'s, bool>) -> Self {
        self.infix(Operator::And, other.into_expr())
    }

    /// Whether at least one holds.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.gift.or(order.total.eq(0))),
    ///     "order.gift or (order.total = 0)"
    /// );
    /// ```
    pub fn or(self, other: impl IntoExpr<'s, bool>) -> Self {
        self.infix(Operator::Or, other.into_expr())
    }

    /// Whether it does not hold.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.gift.not()), "$not(order.gift)");
    /// ```
    #[expect(
        clippy::should_implement_trait,
        reason = "`!` on a value that exists only later would mislead"
    )]
    pub fn not(self) -> Self {
        call("not", [self.any()])
    }

    /// `yes` if it holds, otherwise `no`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.total + order.gift.if_else(300, 0)),
    ///     "order.total + (order.gift ? 300 : 0)"
    /// );
    /// ```
    pub fn if_else<T>(self, yes: impl IntoExpr<'s, T>, no: impl IntoExpr<'s, T>) -> Expr<'s, T> {
        Expr::new(Node::new(ExprKind::Select {
            condition: self.node,
            yes: yes.into_expr().node,
            no: no.into_expr().node,
        }))
    }
}
