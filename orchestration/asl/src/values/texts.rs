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
pub trait Text: 'static {}

impl Text for String {}
impl Text for &'static str {}
impl Text for Timestamp {}

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
    ///     jsonata(|order| literal("order ").concat(order.id)),
    ///     "'order ' & order.id"
    /// );
    /// ```
    pub fn concat<U: Text>(self, other: Expr<'s, U>) -> Expr<'s, String> {
        self.infix(Operator::Concat, other)
    }

    /// Whether it contains `part`.
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
