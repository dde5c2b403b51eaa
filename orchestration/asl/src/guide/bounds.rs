//! What is known beforehand: sizes, times and personal data.
//!
//! # Sizes
//!
//! No task, state or execution takes or leaves more than 256 KiB. A field that is marked with `at_most`, and a type
//! that is [`MaxSize`](crate::MaxSize), say how large they get; [`Payload::largest`](crate::Payload::largest) adds
//! that up, and `build` reports a state that can pass the limit. What has no bound counts as nothing, so that no
//! problem is a guess.
//!
//! ```
//! # use shop::*;
//! use asl::Payload;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct Catalogue {
//!     #[payload(at_most = 1_000)]
//!     pub articles: Vec<Line>,
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
//! Every task has a time-out: five seconds more than its function's own. From that, the retries and the waits it
//! follows how long an execution takes at the worst and how many events its history gets. `build` reports a workflow
//! whose own `TIMEOUT` would end it amid its retries, or whose history passes 25,000 events. The
//! [`report`](asl_analysis) tells both figures.
//!
//! ```
//! # use shop::*;
//! use asl::Function;
//!
//! use std::time::Duration;
//!
//! use asl::analysis::{max_events, worst_case};
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
//! # Personal data
//!
//! A field that is marked as personal, and whatever is made of it, goes only into fields with the same mark: not into
//! an error, a name or a payload whose function has no business with it. `build` reports any other.
//! [`declassify`](crate::Expr::declassify) is the one way out, for what says nothing of a person any more.
//!
//! ```
//! # use shop::*;
//! use asl::pass;
//!
//! let diagnostics = diagnostics(|order| {
//!     let number = order.email.to_lowercase();
//!     pass("Note", ReceiptFields { number })
//! });
//!
//! assert_eq!(
//!     diagnostics.diagnostics[0].message,
//!     "its payload's `number` may not see personal data, and is given `email`"
//! );
//! ```
//!
//! # Express
//!
//! An Express workflow ends after five minutes and waits for nobody: no callbacks, no other workflows, no distributed
//! maps. [`express`](crate::Workflow::express) says that a workflow is to run as one, and `build` holds it to that.
//!
//! ```
//! # use shop::*;
//! use asl::Function;
//!
//! let hurried = PlaceOrder::define(|_| receipt("Free", "r-0")).express();
//!
//! assert!(hurried.build().is_err(), "its TIMEOUT is 48 hours");
//! ```
//!
//! Source: [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
