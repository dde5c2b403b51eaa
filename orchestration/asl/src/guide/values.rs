//! Values that exist only when the machine runs.
//!
//! # Fields
//!
//! An [`Expr<T>`](crate::Expr) stands for a `T` that an execution will have when it gets there. That of a payload has
//! a field for each of the payload's, behind a dot and at any depth. It is `Copy`, so it is handed around freely. It
//! is emitted as [JSONata](https://docs.jsonata.org/overview.html), a language of expressions over JSON; here and in
//! the other examples `order` stands for `$states.context.Execution.Input`.
//!
//! ```
//! # use shop::*;
//! assert_eq!(jsonata(|order| order.total), "order.total");
//! ```
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
//!
//! # Literals
//!
//! [`literal`](crate::literal) is a value that is known when the workflow is defined: whatever serde writes as JSON.
//!
//! ```
//! # use shop::*;
//! use asl::literal;
//!
//! assert_eq!(jsonata(|_| literal(300)), "300");
//! ```
//!
//! # Numbers
//!
//! `+`, `-` and `*` are Rust's own operators on any [`Number`](crate::Number), `%` is for whole numbers and `/` for
//! `f64`. JSONata knows doubles only: whole numbers are exact up to 2^53, and a difference of unsigned ones may turn out
//! negative, which a `wait` or a bound refuses when the machine gets there. Comparisons are methods, since those of Rust
//! would have to answer now.
//!
//! ```
//! # use shop::*;
//!
//! assert_eq!(
//!     jsonata(|order| (order.total + 300).le(10_000)),
//!     "(order.total + 300) <= 10000"
//! );
//! ```
//!
//! # Truth values
//!
//! `and`, `or` and `not` combine them, and `select` is an `if` of two values. `is` compares with a value that is
//! known now, `equals` with one that is not.
//!
//! ```
//! # use shop::*;
//!
//! assert_eq!(
//!     jsonata(|order| order.gift.or(order.total.eq(0)).select(0, order.total)),
//!     "(order.gift or (order.total = 0)) ? 0 : order.total"
//! );
//! ```
//!
//! # Texts
//!
//! What is written as a JSON string is a [`Text`](crate::Text), and newtypes join with one line. Texts are joined,
//! searched, measured and written in other case; [`hash`](crate::hash) and [`uuid`](crate::uuid) make new ones.
//!
//! ```
//! # use shop::*;
//! use asl::literal;
//!
//! assert_eq!(
//!     jsonata(|order| literal("order-").concat(order.id.to_lowercase())),
//!     "'order-' & $lowercase(order.id)"
//! );
//! ```
//!
//! # Arrays
//!
//! `map` and `filter` take closures that are called once, with an item that stands for each. The brackets around
//! what they are emitted as, and behind it, are there because JSONata makes a sequence of one item that item, and of none
//! nothing.
//!
//! ```
//! # use shop::*;
//!
//! assert_eq!(
//!     jsonata(|order| order.lines.map(|line| line.amount).sum().gt(10)),
//!     "$sum([$map(order.lines, function($item) { $item.amount })[]]) > 10"
//! );
//! ```
//!
//! Source: [JSONata, Sequences](https://docs.jsonata.org/processing#sequences).
//!
//! # Options
//!
//! A field that may be absent is an `Option`. An expression without a result fails its state, so an absent field is
//! read as `null`, and `map_or`, `map_some` and `unwrap_or` ask first whether there is a value. `some` and
//! [`none`](crate::none) are for the other direction.
//!
//! ```
//! # use shop::*;
//!
//! assert_eq!(jsonata(|order| order.coupon), "$exists(order.coupon) ? order.coupon : null");
//! assert_eq!(
//!     jsonata(|order| order.coupon.map_or(order.total, |_| 0)),
//!     "($exists(order.coupon) and order.coupon != null) ? 0 : order.total"
//! );
//! ```
//!
//! # Times
//!
//! A [`Timestamp`](crate::Timestamp) comes before or after another and is moved, whatever form its text has; `is` and
//! `equals` compare the texts. [`now`](crate::now) differs
//! from retry to retry; [`state_entered_time`](crate::state_entered_time) and
//! [`execution_start_time`](crate::execution_start_time) do not.
//!
//! ```
//! # use shop::*;
//! use asl::now;
//!
//! assert_eq!(
//!     jsonata(|order| order.due.plus_seconds(60).is_after(now())),
//!     "$toMillis($fromMillis($toMillis(order.due) + (60 * 1000))) > $toMillis($now())"
//! );
//! ```
//!
//! # What an execution knows about itself
//!
//! Its name and ARN, when it and its state began, how often the state was tried again: functions without arguments
//! give them, from the context object of Step Functions.
//!
//! ```
//! # use shop::*;
//! use asl::{execution_name, retry_count};
//!
//! assert_eq!(
//!     jsonata(|_| retry_count().eq(0).select(execution_name(), "again")),
//!     "($states.context.State.RetryCount = 0) ? $states.context.Execution.Name : 'again'"
//! );
//! ```
//!
//! Source: [Context object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).
