//! Errors: retries, handlers and compensation.
//!
//! # Retries
//!
//! Every task is retried after the faults of AWS that its documentation says to retry, after a function crashed, and
//! after the errors that the function declares as transient. [`Retry`](crate::Retry) says how often and how fast, always
//! with full jitter; the default is five retries, at most 1, 2, 4, 8 and 16 seconds apart. A task that timed out is
//! retried too, a callback is not. `retry_on` sets another policy for one error.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     charge(order)
//!         .retry(Retry::default().max_retries(3))
//!         .retry_on(
//!             charge_error::BankUnavailable,
//!             Retry::default().max_retries(60).max_delay(Duration::from_mins(5)),
//!         )
//!         .catch_all(|_| failed("NotCharged"))
//! });
//!
//! let retry = &states["Charge"]["Retry"];
//! assert_eq!(retry[0]["ErrorEquals"][0], "BankUnavailable");
//! assert_eq!(retry[0]["MaxDelaySeconds"], 300);
//! assert_eq!(retry[1]["MaxAttempts"], 3);
//! assert_eq!(retry[1]["JitterStrategy"], "FULL");
//! ```
//!
//! Groups of states are not retried as a whole: what has succeeded in them would be done twice.
//!
//! Source: [Handling transient Lambda service
//! exceptions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception).
//!
//! # Handlers
//!
//! `catch` and `catch_all` take a handler: a closure that gets the error and returns the next step. The error has a name
//! and a cause, which for a Lambda function is JSON as text. Handlers come before `and_then`, most specific first.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     charge(order)
//!         .catch(charge_error::CardDeclined, |_| receipt("Declined", "none"))
//!         .catch_all(|error| {
//!             let cause = literal("it failed with ").concat(error.error);
//!             fail_because("NotCharged", shop_error::OrderFailed, cause)
//!         })
//! });
//!
//! assert_eq!(states["NotCharged"]["Cause"], "{% 'it failed with ' & $chargeError.Error %}");
//! ```
//!
//! A handler that ignores the error passes a value on. A task without a result has `Nothing {}` for that:
//!
//! ```
//! use asl::prelude::*;
//! use asl::sns::{Topic, publish};
//! use shop::*;
//!
//! pub enum Receipts {}
//!
//! impl Topic for Receipts {
//!     const NAME: &'static str = "Receipts";
//!     type Message = Receipt;
//! }
//!
//! let states = states(|order| {
//!     publish::<Receipts>(ReceiptFields { number: order.id })
//!         .catch_all(|_| pass("Ignored", Nothing {}))
//!         .and_then(|_| pass("Published", Nothing {}))
//! });
//!
//! assert_eq!(states["Ignored"]["Output"], serde_json::json!({}));
//! ```
//!
//! `catch_all` catches all that can be caught, which is not `States.DataLimitExceeded` and not `States.Runtime`.
//!
//! Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
//!
//! # A `fail` in a branch
//!
//! [`fail`](crate::fail) ends the workflow with an error that the workflow declares. In a branch of a parallel, or in a
//! map, it ends that branch; in a saga, it starts the undo. The error then is one of the parallel or the map: its `catch_all` handles it, and without
//! one the execution ends with the name of that error. A distributed map fails with
//! [`TooManyFailures`](crate::TooManyFailures) instead, once more items have failed than it tolerates.
//!
//! # Compensation
//!
//! The steps of a [`saga`](crate::saga()) succeed together, or are undone together. Each declares its undo beside it,
//! with [`compensate`](crate::Step::compensate). An error that has no handler, and a `fail` in the body, lead to the
//! undo of the last completed step, from there to the one before, and at last to the saga's own handler. An undo must be harmless when it runs
//! twice, and handles its own errors, unless the saga's handler [gets
//! them](crate::Saga::catch_all_with_undos). A step that failed may have taken effect all the same, for example one that
//! timed out. Its undo then runs as well, if it is declared with [`compensate_begun`](crate::Step::compensate_begun).
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     let body = charge(order)
//!         .compensate(|charged| refund(charged).catch_all(|_| receipt("RefundByHand", "none")))
//!         .then(|charged| {
//!             map_each("EachLine", order.lines, |each| {
//!                 pack(each.item).catch_all(|_| failed("NotPacked"))
//!             })
//!             .and_then(|_| paid("Paid", charged))
//!         });
//!     saga(body).catch_all(|_| failed("Undone"))
//! });
//!
//! assert_eq!(states["Charge"]["Catch"][0]["Next"], "Undone");
//! assert_eq!(states["EachLine"]["Catch"][0]["Next"], "Refund");
//! assert_eq!(states["Refund"]["Next"], "Undone");
//! ```
