//! What is tried again, what is caught and what is undone.
//!
//! # What is tried again
//!
//! Every task is tried again after the faults of AWS that its documentation says to retry, after a function died, and
//! after the errors that the function declares as transient. [`Retry`](crate::Retry) says how often and how fast,
//! always with full jitter; which errors it answers to is not a choice. `retry_on` gives one error a rhythm of its
//! own.
//!
//! ```
//! # use shop::*;
//! use std::time::Duration;
//!
//! use asl::Retry;
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
//! Groups of states are not tried again as a whole: what has succeeded in them would be done twice.
//!
//! Source: [Handling transient Lambda service
//! exceptions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception).
//!
//! # What is caught
//!
//! A handler is told of the error: its name, and what the integration said about it, which for a Lambda function is
//! JSON as text. [`fail_because`](crate::fail_because) ends with a cause that is made of it. `catch_all` catches all
//! that can be caught, which is not `States.DataLimitExceeded` and not `States.Runtime`.
//!
//! ```
//! # use shop::*;
//! use asl::{fail_because, literal};
//!
//! let states = states(|order| {
//!     charge(order).catch_all(|error| {
//!         let cause = literal("it failed with ").concat(error.error);
//!         fail_because("NotCharged", shop_error::OrderFailed, cause)
//!     })
//! });
//!
//! assert_eq!(states["NotCharged"]["Cause"], "{% 'it failed with ' & $chargeError.Error %}");
//! ```
//!
//! Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
//!
//! # What is undone
//!
//! The steps of a [`saga`](crate::saga()) succeed together, or are undone together. Each declares its undo beside it,
//! with [`compensate`](crate::Step::compensate). An error that nothing else answers leads to the undo of the last
//! step that was done, from there to the one before, and at last to the saga's own handler. An undo must be harmless
//! when it runs twice, and answers its own errors, unless the handler
//! [is told of them](crate::Saga::catch_all_with_undos). Of a step that may have been done although it failed, one that
//! timed out for instance, the undo runs as well if it is declared with
//! [`compensate_begun`](crate::Step::compensate_begun).
//!
//! ```
//! # use shop::*;
//! use asl::{map_each, saga};
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
