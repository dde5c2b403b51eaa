//! Conversion into expressions.

use serde::Serialize;

use crate::values::expr::{Expr, literal};

/// A value of type `P`: an [`Expr`](crate::Expr) of it, a literal of its companion, or a `P` that is known now.
///
/// ```
/// # use shop::*;
/// use asl::{Function, IntoExpr, Task};
///
/// fn charge_twice<'s>(input: impl IntoExpr<'s, ChargeInput>) -> Task<Charge> {
///     let input = input.into_expr();
///     Charge::call(ChargeInputFields { order: input.order, cents: input.cents * 2 })
/// }
///
/// let states = states(|order| {
///     let input = ChargeInputFields { order: order.id, cents: order.total };
///     charge_twice(input).catch_all(|_| failed("NotCharged"))
/// });
///
/// let cents = &states["Charge"]["Arguments"]["Payload"]["cents"];
/// assert_eq!(cents, "{% $states.context.Execution.Input.total * 2 %}");
/// ```
#[diagnostic::on_unimplemented(
    message = "expected a value of type `{P}`, found `{Self}`",
    label = "this is not a value of type `{P}`",
    note = "a payload is an `Expr` of its type, or is written field by field as its companion: its name with `Fields` at its end",
    note = "any other value is an `Expr` of its type, or a literal that is known now: `\"text\"` is a `String`, and a newtype, an enum or an `Option` is written as itself, `Sku(\"mug\".to_owned())`, `Color::Red`, `literal(\"..\".to_owned()).some()`",
    note = "the item of a map is `each.item`; a step is no value: choose between steps with `choose(..)`",
    note = "an `Option` as a condition is `a.is_some()`, or `when_some(a, ..)`"
)]
pub trait IntoExpr<'s, P> {
    /// The value as one expression.
    fn into_expr(self) -> Expr<'s, P>;
}

/// What a closure makes of a value: an [`Expr`](crate::Expr), or a literal of a companion.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the closure of `map` and `map_some` outputs a value, and this is a `{Self}`",
    label = "not an `Expr`, and not a companion of a payload",
    note = "a step per item is for `map_each`, and one for a value that is there for `when_some`; a value that is known now is `literal(..)`"
)]
pub trait MapOutput<'s>: IntoExpr<'s, Self::Value> {
    type Value;
}

impl<'s, T> MapOutput<'s> for Expr<'s, T> {
    type Value = T;
}

impl<'s, P> IntoExpr<'s, P> for Expr<'s, P> {
    fn into_expr(self) -> Expr<'s, P> {
        self
    }
}

/// A value that is known now; see [`literal`](crate::literal).
impl<'s, T: Serialize> IntoExpr<'s, T> for T {
    fn into_expr(self) -> Expr<'s, T> {
        literal(self)
    }
}

impl<'s> IntoExpr<'s, String> for &str {
    fn into_expr(self) -> Expr<'s, String> {
        self.into()
    }
}
