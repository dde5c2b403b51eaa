//! What follows what.
//!
//! # A task and its arms
//!
//! [`call`](crate::Function::call) calls a function. What it returns goes on through `then`, and each error through the first
//! `catch` that names it, like the arms of a `match`: all leave the same payload. Only what the function declares can
//! be caught by name; `catch_all` stands for the rest, and without it `build` reports that errors have no answer. A
//! task without `then` leaves what the function returned.
//!
//! ```
//! # use shop::*;
//! use asl::Function;
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
//! # Where arms come together
//!
//! [`Step::then`](crate::Step::then) follows however the step before ended. That is the difference to `then` on a
//! task, which is one of its arms: [`into_step`](crate::IntoStep::into_step) closes the arms, and a `then` behind it
//! gets what any of them left.
//!
//! ```
//! # use shop::*;
//! use asl::IntoStep;
//!
//! let states = states(|order| {
//!     charge(order)
//!         .catch_all(|_| receipt("Unpaid", "none"))
//!         .into_step()
//!         .then(|charged| paid("Told", charged))
//! });
//!
//! assert_eq!(states["Charge"]["Next"], "Told");
//! assert_eq!(states["Unpaid"]["Next"], "Told");
//! assert_eq!(states["Told"]["Output"]["number"], "{% $chargeOutcome.number %}");
//! ```
//!
//! # A choice
//!
//! [`choose`](crate::choose()) tries its rules in order; `when_some` is an `if let Some`. It is a step once
//! `otherwise` has said what to do if none holds. All ways leave the same payload.
//!
//! ```
//! # use shop::*;
//! use asl::{choose, pass};
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
//! # A value alone
//!
//! [`pass`](crate::pass) leaves a value without calling anything: the end of a way, or a fallback.
//! [`succeed`](crate::succeed) does the same and ends the workflow, or the branch, there. [`fail`](crate::fail) ends
//! it with an error that the workflow declares; it leaves nothing, so it stands where a step of any payload is
//! expected.
//!
//! ```
//! # use shop::*;
//! use asl::{choose, fail, pass};
//!
//! let states = states(|order| {
//!     choose("IsGift")
//!         .when(order.gift, pass("Gift", ReceiptFields { number: "gift".into() }))
//!         .otherwise(fail("NoGift", shop_error::OrderFailed, "gifts are all that is left"))
//! });
//!
//! assert_eq!(states["Gift"]["Output"]["number"], "gift");
//! assert_eq!(states["NoGift"]["Error"], "OrderFailed");
//! ```
//!
//! # A wait
//!
//! [`wait`](crate::wait()) is for a time that is known now, [`wait_seconds`](crate::wait_seconds) and
//! [`wait_until`](crate::wait_until) for one that the execution finds out. Nothing runs meanwhile. A wait leaves
//! [`Nothing`](crate::Nothing).
//!
//! ```
//! # use shop::*;
//! use asl::wait_until;
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
//! A step is a value, and a function that makes one is a part with a name and arguments. A state is named after the
//! function that it calls; where a machine calls one twice, `named` tells them apart.
//!
//! ```
//! # use shop::*;
//! use asl::{Expr, IntoStep, Step};
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
