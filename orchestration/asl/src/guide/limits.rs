//! Limits and marks that `build` checks: sizes, times and personal data.
//!
//! # Sizes
//!
//! The input and the output of a task, a state or an execution have at most 256 KiB. A field that is marked with
//! `at_most`, and a type that is [`MaxSize`](crate::MaxSize), say how large they get;
//! [`Payload::largest`](crate::Payload::largest) adds that up, and `build` reports a state that can pass the limit. A
//! field without a mark counts as nothing, so that no report is a guess. A character counts six bytes, its longest escape
//! in JSON: a text of `at_most = 500` has up to 3,002. A newtype whose characters need no escape says so with `MaxSize`
//! and [`sizes::plain`](crate::sizes::plain).
//!
//! ```
//! use asl::Payload;
//! use serde::{Deserialize, Serialize};
//! use shop::Line;
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct Catalogue {
//!     #[payload(at_most = 1_000)]
//!     pub articles: Vec<Line>,
//!     #[payload(at_most = 80)]
//!     pub title: String,
//! }
//!
//! let largest = Catalogue::largest();
//! assert!(largest.is_bound());
//! assert!(largest.octets < 262_144);
//! ```
//!
//! Source: [Quotas related to task
//! executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions).
//!
//! # Times and histories
//!
//! Every task has a timeout: five seconds more than its function's own, or that of `timeout_seconds`. From the timeouts, the retries and the waits
//! follows how long an execution takes in the worst case, and how many events its history gets.
//! [`worst_case`](asl_analysis::worst_case) and [`max_events`](asl_analysis::max_events) compute both. `build` reports a
//! workflow whose own `TIMEOUT` is shorter, or whose history passes 25,000 events. A map over a list without `at_most`
//! has no worst case: both functions then return `Unbounded`, and `build` cannot compare.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::analysis::{max_events, worst_case};
//! use asl::prelude::*;
//! use shop::*;
//!
//! let place_order = PlaceOrder::define(|order| {
//!     charge(order).catch_all(|_| failed("NotCharged"))
//! });
//! let (machine, hints) = (place_order.build()?, place_order.hints());
//!
//! let attempts_and_pauses = Duration::from_secs(6 * 15 + 1 + 2 + 4 + 8 + 16);
//! assert_eq!(worst_case(&machine, &hints)?, attempts_and_pauses);
//! assert_eq!(max_events(&machine, &hints)?, 23);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A callback counts its limit once. An attempt that is retried has failed before anybody waited: it counts the timeout
//! of the function, which [`hints`](crate::Workflow::hints) tell and the definition does not.
//!
//! # Personal data
//!
//! A field that is marked as personal, and whatever is made of it, goes only into fields with the same mark: not into
//! an error, a name or a payload whose function has no use for it. `build` reports any other.
//!
//! ```
//! use asl::prelude::*;
//! use serde::{Deserialize, Serialize};
//! use shop::*;
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct MailInput {
//!     #[payload(personal, at_most = 254)]
//!     pub to: String,
//!     pub subject: String,
//! }
//!
//! let diagnostics = diagnostics(|order| {
//!     pass("Mail", MailInputFields {
//!         to: order.email,
//!         subject: literal("Hello ").concat(order.email.to_lowercase()),
//!     })
//! });
//!
//! assert_eq!(
//!     diagnostics.diagnostics[0].message,
//!     "its payload's `subject` may not see personal data, and is given `email`"
//! );
//! ```
//!
//! [`declassify`](crate::Expr::declassify) removes the mark from a value that identifies nobody any more. The mark belongs
//! to the field: each payload with such a field repeats it.
//!
//! # Express
//!
//! An Express workflow ends after five minutes and has no callbacks, no nested workflows that it waits for and no
//! distributed maps. [`express`](crate::Workflow::express) declares a workflow as one, and `build` checks it.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let express = PlaceOrder::define(|_| receipt("Free", "r-0")).express();
//!
//! assert!(express.build().is_err(), "its TIMEOUT is 48 hours");
//! ```
//!
//! Source: [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
