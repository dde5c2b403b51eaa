//! Values that exist only when the machine runs.
//!
//! # Expressions
//!
//! An [`Expr<T>`](crate::Expr) stands for a `T` that an execution will have. That of a payload has
//! a field for each of the payload's, behind a dot and at any depth. It is `Copy`. It is emitted as
//! [JSONata](https://docs.jsonata.org/overview.html), a language of expressions over JSON. `jsonata` in the examples
//! shows that text, with `order` in the place of `$states.context.Execution.Input`.
//!
//! ```
//! use shop::*;
//!
//! assert_eq!(jsonata(|order| order.total), "order.total");
//! ```
//!
//! Operators and keywords of Rust need a value now; an expression has one only in an execution. Instead, write:
//!
//! | Rust | expression |
//! | --- | --- |
//! | `a == b`, `a != b` | `a.eq(b)`, `a.ne(b)` |
//! | `a < b`, `a <= b`, `a > b`, `a >= b` | `a.lt(b)`, `a.le(b)`, `a.gt(b)`, `a.ge(b)` |
//! | `a && b`, <code>a \|\| b</code>, `!a` | `a.and(b)`, `a.or(b)`, `a.not()` |
//! | `if a { b } else { c }` with values | `a.if_else(b, c)` |
//! | `if a { .. } else { .. }` with steps | `choose("Name").when(a, ..).otherwise(..)` |
//! | `match a { .. }` with steps | one `when(a.eq(Color::Red), ..)` per arm |
//! | `if let Some(b) = a` with steps | `choose("Name").when_some(a, \|b\| ..).otherwise(..)` |
//! | `a + b`, `a - b`, `a * b`, `a % b` | the same |
//! | `"text"`, `5`, `Color::Red` as an argument | the same; `id.eq(Sku("mug".to_owned()))` for a newtype |
//! | `"text"`, `5`, `Color::Red` in a field of a companion | `"text".into()`, `5.into()`, `Color::Red.into()` |
//! | `Some(a)`, `None`, `a.is_some()` | `a.some()`, `none()`, `a.is_some()` |
//! | `list[0]`, `list.len()`, `list.contains(&a)`, `list.is_empty()` | `list.get(0)`, `list.length()`, `list.includes(a)`, `list.is_empty()` |
//! | `list.iter().map(..)` to payloads | `list.map(\|line\| LineFields { .. })` |
//! | `id.0` of a newtype of a `String` | `id.text()` |
//! | `format!("{a}-{b}")` | `a.concat("-").concat(b)` |
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
//!
//! # Literals
//!
//! A value that is known now is written as it is where an argument takes an [`IntoExpr`](crate::IntoExpr), and with
//! `.into()` as a field of a companion. [`literal`](crate::literal) makes an `Expr` of it where one is needed to call a method. A literal is
//! whatever serde writes as JSON.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! assert_eq!(jsonata(|order| order.total.le(300)), "order.total <= 300");
//! assert_eq!(jsonata(|order| literal("no. ").concat(order.id)), "'no. ' & order.id");
//! ```
//!
//! # Numbers
//!
//! `+`, `-` and `*` are Rust's own operators on any [`Number`](crate::Number), `%` is for whole numbers and `/` for
//! `f64`. The expression stands at the left (`count + 1`), both sides have one type, and there is no conversion to another
//! type of number or to a text. JSONata has doubles only: whole numbers are exact up to 2^53, and a difference of unsigned ones may be
//! negative, which a `wait` or a timeout rejects at run time.
//!
//! ```
//! use shop::*;
//!
//! assert_eq!(jsonata(|order| (order.total + 300).le(10_000)), "(order.total + 300) <= 10000");
//! ```
//!
//! # Booleans
//!
//! `and`, `or` and `not` combine them, and `if_else` chooses between two values.
//!
//! ```
//! use shop::*;
//!
//! assert_eq!(
//!     jsonata(|order| order.gift.or(order.total.eq(0)).if_else(0, order.total)),
//!     "(order.gift or (order.total = 0)) ? 0 : order.total"
//! );
//! ```
//!
//! # Strings
//!
//! What is written as a JSON string is a [`Text`](crate::Text): `String`, and newtypes for which one line declares it.
//! Strings are concatenated, searched, measured and changed in case; [`hash`](crate::hash) and [`uuid`](crate::uuid) make
//! new ones.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! assert_eq!(
//!     jsonata(|order| literal("order-").concat(order.id.to_lowercase())),
//!     "'order-' & $lowercase(order.id)"
//! );
//! ```
//!
//! An enum without data is a JSON string too: see [Payloads](crate::guide::contracts#a-payload).
//!
//! # Arrays
//!
//! `map` and `filter` take closures that are called once, with an `Expr` for an item. JSONata makes a sequence of one item
//! that item, and of no items nothing; the emitted brackets keep it an array.
//!
//! ```
//! use shop::*;
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
//! read as `null`, and `map_or`, `map_some` and `unwrap_or` ask first whether there is a value.
//! [`some`](crate::Expr::some) and [`none`](crate::none) make an option.
//!
//! ```
//! use shop::*;
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
//! A [`Timestamp`](crate::Timestamp) is compared with `is_before` and `is_after`, and moved with `plus_seconds`. `eq`
//! compares the texts. [`now`](crate::now) differs from retry to retry; [`state_entered_time`](crate::state_entered_time)
//! and [`execution_start_time`](crate::execution_start_time) do not.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! assert_eq!(
//!     jsonata(|order| order.due.plus_seconds(60).is_after(now())),
//!     "$toMillis($fromMillis($toMillis(order.due) + (60 * 1000))) > $toMillis($now())"
//! );
//! ```
//!
//! # The context object
//!
//! The name and the ARN of the execution, when it and its state began, and how often the state was retried: functions
//! without arguments return them.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! assert_eq!(
//!     jsonata(|_| retry_count().eq(0).if_else(execution_name(), "again")),
//!     "($states.context.State.RetryCount = 0) ? $states.context.Execution.Name : 'again'"
//! );
//! ```
//!
//! Source: [Context object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).
