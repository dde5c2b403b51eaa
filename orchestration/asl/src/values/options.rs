//! Optional values.

use serde_json::Value;

use crate::IntoExpr;
use crate::values::expr::{Expr, ExprKind, Node};
use crate::values::into_expr::MapOutput;

impl<'s, T> Expr<'s, Option<T>> {
    /// Whether there is a value: neither absent nor `null`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.coupon.is_some()),
    ///     "$exists(order.coupon) and order.coupon != null"
    /// );
    /// ```
    pub fn is_some(self) -> Expr<'s, bool> {
        Expr::new(Node::new(ExprKind::IsPresent(self.node)))
    }

    /// Whether there is no value: it is absent or `null`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.coupon.is_none()),
    ///     "$not($exists(order.coupon) and order.coupon != null)"
    /// );
    /// ```
    pub fn is_none(self) -> Expr<'s, bool> {
        self.is_some().not()
    }

    /// The result of `function` if there is a value, otherwise `None`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// #[derive(serde::Serialize, serde::Deserialize, Payload)]
    /// pub struct NoteInput {
    ///     pub coupon: Option<String>,
    /// }
    ///
    /// let states = states(|order| {
    ///     let coupon = order.coupon.map_some(|coupon| coupon.to_uppercase());
    ///     pass("Note", NoteInputFields { coupon })
    /// });
    ///
    /// let written = states["Note"]["Output"]["coupon"].as_str().unwrap();
    /// assert!(written.ends_with("? $uppercase($states.context.Execution.Input.coupon) : null %}"));
    /// ```
    pub fn map_some<R: MapOutput<'s>>(
        self,
        function: impl FnOnce(Expr<'s, T>) -> R,
    ) -> Expr<'s, Option<R::Value>> {
        self.map_or(none::<R::Value>(), |value| function(value).into_expr().some())
    }

    /// The result of `function` if there is a value, otherwise `default`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.coupon.map_or(order.total, |_| order.total - 500)),
    ///     "($exists(order.coupon) and order.coupon != null) ? (order.total - 500) : order.total"
    /// );
    /// ```
    pub fn map_or<U, R: IntoExpr<'s, U>>(
        self,
        default: impl IntoExpr<'s, U>,
        function: impl FnOnce(Expr<'s, T>) -> R,
    ) -> Expr<'s, U> {
        let present = Node::new(ExprKind::Present {
            of: self.node,
            arm: None,
        });
        self.is_some().if_else(function(Expr::new(present)), default)
    }

    /// The value if there is one, otherwise `default`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.coupon.unwrap_or("none")),
    ///     "($exists(order.coupon) and order.coupon != null) ? order.coupon : 'none'"
    /// );
    /// ```
    pub fn unwrap_or(self, default: impl IntoExpr<'s, T>) -> Expr<'s, T> {
        self.map_or(default, |value| value)
    }
}

/// `None`, where a field has an `Option`.
///
/// ```
/// use asl::{Payload, none};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Parcel {
///     pub number: String,
///     pub note: Option<String>,
/// }
///
/// fn plain(number: asl::Expr<'_, String>) -> ParcelFields<'_> {
///     ParcelFields { number, note: none() }
/// }
/// # let states = shop::states(|order| asl::pass("Plain", plain(order.id)));
///
/// assert_eq!(states["Plain"]["Output"]["note"], serde_json::Value::Null);
/// ```
pub fn none<'s, T>() -> Expr<'s, Option<T>> {
    Expr::new(Node::new(ExprKind::Literal(Value::Null)))
}
