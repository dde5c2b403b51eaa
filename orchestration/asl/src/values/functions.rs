//! JSONata functions of Step Functions, and those without an argument.
//!
//! Source: [JSONata functions provided by Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn).

use crate::values::expr::{Expr, call, literal};
use crate::values::personal::Personal;
use crate::values::texts::Text;
use crate::{IntoExpr, Payload, Timestamp};

/// An algorithm of [`hash`].
///
/// ```
/// # use shop::*;
/// use asl::{HashAlgorithm, hash};
///
/// assert_eq!(
///     jsonata(|order| hash(order.id, HashAlgorithm::Sha512)),
///     "$hash(order.id, 'SHA-512')"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// Broken: not for security.
    Md5,
    /// Broken: not for security.
    Sha1,
    /// SHA-2 with 256 bits.
    Sha256,
    /// SHA-2 with 384 bits.
    Sha384,
    /// SHA-2 with 512 bits.
    Sha512,
}

impl HashAlgorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

/// The time at which the expression is evaluated. It differs from retry to retry; see
/// [`state_entered_time`](crate::state_entered_time) for one that does not.
///
/// ```
/// # use shop::*;
/// use asl::now;
///
/// assert_eq!(
///     jsonata(|order| order.due.is_before(now())),
///     "$toMillis(order.due) < $toMillis($now())"
/// );
/// ```
pub fn now<'s>() -> Expr<'s, Timestamp> {
    call("now", [])
}

/// A random UUID of version 4, a new one at each evaluation.
///
/// ```
/// # use shop::*;
/// use asl::uuid;
///
/// assert_eq!(jsonata(|_| uuid()), "$uuid()");
/// ```
pub fn uuid<'s>() -> Expr<'s, String> {
    call("uuid", [])
}

/// The hash of a text, in hexadecimal.
///
/// ```
/// # use shop::*;
/// use asl::{HashAlgorithm, hash};
///
/// assert_eq!(
///     jsonata(|order| hash(order.id, HashAlgorithm::Sha256)),
///     "$hash(order.id, 'SHA-256')"
/// );
/// ```
pub fn hash<T: Text>(text: Expr<'_, T>, algorithm: HashAlgorithm) -> Expr<'_, String> {
    call("hash", [text.any(), literal(algorithm.name()).any()])
}

/// The numbers from `first` to `last`, each `step` after the one before; none if `step` leads away from `last` or is 0.
/// An expression has room for some 360,000 of them.
///
/// Source: [floci#2790](https://github.com/floci-io/floci/pull/2790), measured on AWS.
///
/// ```
/// # use shop::*;
/// use asl::range;
///
/// assert_eq!(jsonata(|_| range(1, 9, 2)), "[$range(1, 9, 2)]");
/// ```
pub fn range<'s>(
    first: impl IntoExpr<'s, i64>,
    last: impl IntoExpr<'s, i64>,
    step: impl IntoExpr<'s, i64>,
) -> Expr<'s, Vec<i64>> {
    call(
        "range",
        [
            first.into_expr().any(),
            last.into_expr().any(),
            step.into_expr().any(),
        ],
    )
}

/// The items in groups of `size`; the last group may be smaller. There is none for a size of 0.
///
/// ```
/// # use shop::*;
/// use asl::partition;
///
/// assert_eq!(
///     jsonata(|order| partition(order.lines, 10)),
///     "[$partition(order.lines, 10)]"
/// );
/// ```
pub fn partition<'s, T>(items: Expr<'s, Vec<T>>, size: impl IntoExpr<'s, u64>) -> Expr<'s, Vec<Vec<T>>> {
    call("partition", [items.any(), size.into_expr().any()])
}

/// The payload that a string holds as JSON. The state fails if it is not JSON.
///
/// ```
/// # use shop::*;
/// use asl::parse;
///
/// assert_eq!(jsonata(|order| parse::<Line>(order.id).sku), "($parse(order.id)).sku");
/// ```
pub fn parse<P: Payload>(json: Expr<'_, String>) -> Expr<'_, P> {
    let parsed: Expr<'_, P> = call("parse", [json.any()]);
    let marks = Personal::inside(P::personal_field());
    Expr::new(parsed.node.marked(parsed.node.personal.or(marks)))
}
