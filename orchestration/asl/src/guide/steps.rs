//! Steps: tasks, choices, waits and ends, and what follows each.
//!
//! # A task and its handlers
//!
//! [`call`](crate::Function::call) is a task that calls a function. `catch` handles one error by name, and only an error
//! that the function declares. `catch_all` handles the rest; without it `build` reports that errors have no handler.
//! `and_then` is what follows success, and comes last. Like the arms of a `match`, all handlers and `and_then` output the
//! same payload. A task without `and_then` outputs what the function returned.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     Charge::call(ChargeInputFields { order: order.id, cents: order.total })
//!         .catch(charge_error::CardDeclined, |_| receipt("Declined", "none"))
//!         .catch_all(|_| failed("NotCharged"))
//!         .and_then(|charged| paid("Paid", charged))
//! });
//!
//! assert_eq!(states["Charge"]["Next"], "Paid");
//! assert_eq!(states["Charge"]["Catch"][0]["Next"], "Declined");
//! assert_eq!(states["Paid"]["End"], true);
//! assert_eq!(states["Declined"]["End"], true);
//! ```
//!
//! # `then`: after success and after a handler
//!
//! `and_then` follows success only. [`Step::then`](crate::Step::then) follows however the step before ended: the words
//! are those of the crate `futures`. [`into_step`](crate::IntoStep::into_step) completes a task, so that a `then` behind
//! it gets the output of the task or of a handler.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     charge(order)
//!         .catch_all(|_| receipt("Unpaid", "none"))
//!         .into_step()
//!         .then(|charged| paid("Recorded", charged))
//! });
//!
//! assert_eq!(states["Charge"]["Next"], "Recorded");
//! assert_eq!(states["Unpaid"]["Next"], "Recorded");
//! assert_eq!(states["Recorded"]["Output"]["number"], "{% $chargeOutcome.number %}");
//! ```
//!
//! # A choice
//!
//! [`choose`](crate::choose()) tries its rules in order; `when_some` is an `if let Some`. `otherwise` completes it: what
//! follows if no rule holds. All of its steps output the same payload.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     choose("HowToPay")
//!         .when(order.total.eq(0), receipt("Free", "free"))
//!         .when_some(order.coupon, |coupon| pass("Redeemed", ReceiptFields { number: coupon }))
//!         .otherwise(charge(order).catch_all(|_| failed("NotCharged")))
//! });
//!
//! assert_eq!(states["HowToPay"]["Choices"][1]["Next"], "Redeemed");
//! assert_eq!(states["HowToPay"]["Default"], "Charge");
//! ```
//!
//! # A value as a step, and ends
//!
//! [`pass`](crate::pass) makes a step of a value: of a literal, of a companion, or of an `Expr` that is handed on. Where a
//! step is expected, a value alone does not compile. [`succeed`](crate::succeed) does the same and ends the workflow, or
//! the branch. [`fail`](crate::fail) ends it with an error that the workflow declares; it has no output, so it is accepted
//! where a step of any payload is expected.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     choose("IsGift")
//!         .when(order.gift, pass("Gift", ReceiptFields { number: "gift".into() }))
//!         .otherwise(fail("NoGift", shop_error::OrderFailed, "only gifts are left"))
//! });
//!
//! assert_eq!(states["Gift"]["Output"]["number"], "gift");
//! assert_eq!(states["NoGift"]["Error"], "OrderFailed");
//! ```
//!
//! # A wait
//!
//! [`wait`](crate::wait()) takes a time that is known now, [`wait_seconds`](crate::wait_seconds) and
//! [`wait_until`](crate::wait_until) one that the execution computes. Nothing runs meanwhile. The output of a wait is
//! [`Nothing`](crate::Nothing).
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! let states = states(|order| {
//!     wait_until("Due", order.due).then(|_| charge(order).catch_all(|_| failed("NotCharged")))
//! });
//!
//! assert_eq!(states["Due"]["Timestamp"], "{% $states.context.Execution.Input.due %}");
//! ```
//!
//! # Parts of a workflow
//!
//! A step is a value, so a part of a workflow is a Rust function that returns one. It is used once: where two places need
//! the same end, call the function twice, with two names. A state is named after the
//! function that it calls; where a workflow calls one twice, `named` tells the states apart.
//!
//! ```
//! use asl::prelude::*;
//! use shop::*;
//!
//! fn charge_again(name: &str, order: Expr<'_, Order>) -> Step<Receipt> {
//!     let fallback = format!("{name}Failed");
//!     charge(order).named(name).catch_all(|_| receipt(&fallback, "none")).into_step()
//! }
//!
//! let states =
//!     states(|order| charge_again("Deposit", order).then(|_| charge_again("Balance", order)));
//!
//! assert!(states.get("DepositFailed").is_some() && states.get("BalanceFailed").is_some());
//! ```
