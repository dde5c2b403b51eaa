//! Arithmetic and comparison of numbers and times.

use std::ops::{Add, Div, Mul, Rem, Sub};

use crate::values::expr::{Expr, Operator, call, literal};
use crate::{IntoExpr, Timestamp};

/// A type whose values are JSON numbers.
///
/// JSONata computes with 64-bit floating point, which is exact for whole numbers up to 2^53.
///
/// Source: [JSONata, Numeric Operators](https://docs.jsonata.org/numeric-operators), and
/// [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259#section-6), section 6.
///
/// ```
/// # use shop::*;
/// use asl::{Expr, Number};
///
/// fn twice<N: Number + From<u8> + serde::Serialize>(number: Expr<'_, N>) -> Expr<'_, N> {
///     number * N::from(2)
/// }
///
/// assert_eq!(jsonata(|order| twice(order.total)), "order.total * 2");
/// assert_eq!(
///     jsonata(|order| order.lines.map(|line| line.weight / 2.0 - 0.5)),
///     "[$map(order.lines, function($item) { ($item.weight / 2.0) - 0.5 })[]]"
/// );
/// ```
pub trait Number: 'static {}

/// A type whose values are whole JSON numbers.
///
/// ```
/// # use shop::*;
///
/// assert_eq!(jsonata(|order| order.total % 100), "order.total % 100");
/// ```
pub trait WholeNumber: Number {}

macro_rules! whole_numbers {
    ($($number:ty)+) => { $(impl Number for $number {} impl WholeNumber for $number {})+ };
}

whole_numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Number for f32 {}
impl Number for f64 {}

macro_rules! arithmetic {
    ($($operation:ident $method:ident $operator:ident $numbers:ident)+) => {
        $(
            impl<'s, N: $numbers, R: IntoExpr<'s, N>> $operation<R> for Expr<'s, N> {
                type Output = Self;

                fn $method(self, other: R) -> Self {
                    self.infix(Operator::$operator, other.into_expr())
                }
            }
        )+
    };
}

arithmetic!(Add add Add Number Sub sub Subtract Number Mul mul Multiply Number Rem rem Remainder WholeNumber);

impl<'s, R: IntoExpr<'s, f64>> Div<R> for Expr<'s, f64> {
    type Output = Self;

    fn div(self, other: R) -> Self {
        self.infix(Operator::Divide, other.into_expr())
    }
}

impl<'s, N: Number> Expr<'s, N> {
    /// Whether it is less than `other`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.total.lt(100)), "order.total < 100");
    /// ```
    pub fn lt(self, other: impl IntoExpr<'s, N>) -> Expr<'s, bool> {
        self.infix(Operator::Less, other.into_expr())
    }

    /// Whether it is less than `other` or equal to it.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.total.le(100)), "order.total <= 100");
    /// ```
    pub fn le(self, other: impl IntoExpr<'s, N>) -> Expr<'s, bool> {
        self.infix(Operator::LessOrEqual, other.into_expr())
    }

    /// Whether it is greater than `other`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.total.gt(100)), "order.total > 100");
    /// ```
    pub fn gt(self, other: impl IntoExpr<'s, N>) -> Expr<'s, bool> {
        self.infix(Operator::Greater, other.into_expr())
    }

    /// Whether it is greater than `other` or equal to it.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(jsonata(|order| order.total.ge(100)), "order.total >= 100");
    /// ```
    pub fn ge(self, other: impl IntoExpr<'s, N>) -> Expr<'s, bool> {
        self.infix(Operator::GreaterOrEqual, other.into_expr())
    }
}

impl<'s> Expr<'s, Timestamp> {
    /// Whether it is earlier than `other`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.due.is_before(now())),
    ///     "$toMillis(order.due) < $toMillis($now())"
    /// );
    /// ```
    pub fn is_before(self, other: impl IntoExpr<'s, Timestamp>) -> Expr<'s, bool> {
        self.millis().lt(other.into_expr().millis())
    }

    /// Whether it is later than `other`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.due.is_after(now())),
    ///     "$toMillis(order.due) > $toMillis($now())"
    /// );
    /// ```
    pub fn is_after(self, other: impl IntoExpr<'s, Timestamp>) -> Expr<'s, bool> {
        self.millis().gt(other.into_expr().millis())
    }

    /// The time this many seconds later.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// assert_eq!(
    ///     jsonata(|order| order.due.plus_seconds(60)),
    ///     "$fromMillis($toMillis(order.due) + (60 * 1000))"
    /// );
    /// ```
    pub fn plus_seconds(self, seconds: impl IntoExpr<'s, u64>) -> Self {
        let millis = self.millis() + seconds.into_expr().infix(Operator::Multiply, literal(1000));
        call("fromMillis", [millis.any()])
    }

    /// Milliseconds since the start of 1970. Times are compared as numbers: as text, `.25Z` would be later than `.250Z`.
    fn millis(self) -> Expr<'s, i64> {
        call("toMillis", [self.any()])
    }
}
