//! Strings.

use crate::Timestamp;
use crate::values::expr::{Expr, Operator, call, literal};

/// A type whose values are JSON strings. Implement it for newtypes whose text workflows may read.
///
/// ```
/// # use shop::*;
/// use asl::{Expr, Text, literal};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// pub struct Sku(String);
///
/// impl Text for Sku {}
///
/// fn shelf(sku: Expr<'_, Sku>) -> Expr<'_, String> {
///     literal("shelf-").concat(sku)
/// }
///
/// assert_eq!(jsonata(|_| shelf(Sku("mug".to_owned()).into())), "'shelf-' & 'mug'");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not written as a JSON string",
    label = "not a text",
    note = "a newtype of a `String` becomes a text with `impl asl::Text for {Self} {{}}`, and an `Option` of a text with `unwrap_or(..)` or `map_or(..)`; a number cannot be joined to a text"
)]
pub trait Text: 'static {}

impl Text for String {}
impl Text for &'static str {}
impl Text for Timestamp {}

/// What is joined to a text: an expression of a text, or a text that is known now.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be joined to a text",
    label = "an `Expr` of a text, or a text that is known now"
)]
pub trait IntoText<'s> {
    #[doc(hidden)]
    fn into_text(self) -> Expr<'s, String>;
}

impl<'s, T: Text> IntoText<'s> for Expr<'s, T> {
    fn into_text(self) -> Expr<'s, String> {
        self.text()
    }
}

impl<'s> IntoText<'s> for &str {
    fn into_text(self) -> Expr<'s, String> {
        self.into()
    }
}

impl<'s> IntoText<'s> for String {
    fn into_text(self) -> Expr<'s, String> {
        self.into()
    }
}

impl<'s, T: Text> Expr<'s, T> {
    /// The value as a `String`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.gift.if_else(order.due.text(), order.id)),
    ///     "order.gift ? order.due : order.id"
    /// );
    /// ```
    pub fn text(self) -> Expr<'s, String> {
        Expr::new(self.node)
    }

    /// Both strings, one after the other.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| literal("order ").concat(order.id).concat(".")),
    ///     "('order ' & order.id) & '.'"
    /// );
    /// ```
    pub fn concat(self, other: impl IntoText<'s>) -> Expr<'s, String> {
        self.infix(Operator::Concat, other.into_text())
    }

    /// Whether it contains `part`, a text that is known now.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.id.contains("test")), "$contains(order.id, 'test')");
    /// ```
    pub fn contains(self, part: &str) -> Expr<'s, bool> {
        call("contains", [self.any(), literal(part).any()])
    }

    /// Whether it starts with `start`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.id.starts_with("test-")),
    ///     "$substring(order.id, 0, 5) = 'test-'"
    /// );
    /// ```
    pub fn starts_with(self, start: &str) -> Expr<'s, bool> {
        let length = start.chars().count();
        let beginning: Expr<'s, String> =
            call("substring", [self.any(), literal(0).any(), literal(length).any()]);
        beginning.eq(start.to_owned())
    }

    /// The number of its characters.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.id.length()), "$length(order.id)");
    /// ```
    pub fn length(self) -> Expr<'s, u64> {
        call("length", [self.any()])
    }

    /// The string in lower case.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.id.to_lowercase()), "$lowercase(order.id)");
    /// ```
    pub fn to_lowercase(self) -> Expr<'s, String> {
        call("lowercase", [self.any()])
    }

    /// The string in upper case.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.id.to_uppercase()), "$uppercase(order.id)");
    /// ```
    pub fn to_uppercase(self) -> Expr<'s, String> {
        call("uppercase", [self.any()])
    }
}
