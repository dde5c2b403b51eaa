//! What is called: functions, payloads and errors.
//!
//! # A payload
//!
//! What travels between states is JSON. A struct that derives [`Payload`](macro@crate::Payload) beside serde's traits
//! gets a companion: for `ChargeInput` it is `ChargeInputFields`, with the same fields, each a value that exists only
//! when the machine runs. A payload is written as a literal of its companion, so that a field that is missing,
//! misspelt or of another type does not compile. The names on the wire are serde's.
//!
//! ```
//! use asl::{Expr, Payload};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! #[serde(rename_all = "camelCase")]
//! pub struct ChargeInput {
//!     pub order_number: String,
//!     pub cents: u64,
//! }
//!
//! fn half<'s>(order: Expr<'s, String>, total: Expr<'s, u64>) -> ChargeInputFields<'s> {
//!     ChargeInputFields { order_number: order, cents: total - total % 2 }
//! }
//! # use shop::states;
//!
//! let states = states(|order| asl::pass("Half", half(order.id, order.total)));
//! let emitted = &states["Half"]["Output"];
//! assert_eq!(emitted["orderNumber"], "{% $states.context.Execution.Input.id %}");
//! ```
//!
//! # An error
//!
//! A Lambda function that fails says an `errorType`, and that name is all that a state machine can tell errors apart
//! by. [`TaskError`](macro@crate::TaskError) gives each variant its name and its class: a transient error is tried
//! again, a permanent one never. It also makes a marker per variant, in a module named after the enum, to catch it
//! by.
//!
//! ```
//! use asl::{ErrorClass, TaskError};
//!
//! #[derive(Debug, TaskError)]
//! pub enum ChargeError {
//!     #[task(name = "CardDeclined", permanent)]
//!     CardDeclined,
//!     #[task(name = "BankUnavailable", transient)]
//!     BankUnavailable,
//! }
//!
//! assert_eq!(ChargeError::BankUnavailable.declared().class, ErrorClass::Transient);
//! # let _ = charge_error::CardDeclined;
//! ```
//!
//! Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
//!
//! # A function
//!
//! [`Function`](crate::Function) puts them together: a name, a time limit, what it takes, what it returns, what it
//! fails with. Whoever writes the function and whoever writes the workflow use the same implementation, and neither
//! knows the other. The ARN is no part of it: it is emitted as a substitution, `${ChargeFunctionArn}`, which the
//! template supplies.
//!
//! ```
//! # use shop::{ChargeError, ChargeInput, Receipt, failed, states};
//! use std::time::Duration;
//!
//! use asl::Function;
//!
//! pub enum Charge {}
//!
//! impl Function for Charge {
//!     const NAME: &'static str = "Charge";
//!     const TIMEOUT: Duration = Duration::from_secs(10);
//!     type Input = ChargeInput;
//!     type Output = Receipt;
//!     type Error = ChargeError;
//! }
//! # use shop::ChargeInputFields;
//!
//! let states = states(|order| {
//!     Charge::call(ChargeInputFields { order: order.id, cents: order.total })
//!         .catch_all(|_| failed("NotCharged"))
//! });
//!
//! assert_eq!(states["Charge"]["Arguments"]["FunctionName"], "${ChargeFunctionArn}");
//! ```
//!
//! # A workflow
//!
//! A workflow has the contract of a function too. [`define`](crate::Function::define) takes a closure from its input to
//! what it leaves; the closure is called once, when the workflow is defined, and never when it runs. `TIMEOUT` then
//! bounds the whole execution.
//!
//! ```
//! # use shop::*;
//! use std::time::Duration;
//!
//! use asl::Function;
//!
//! pub enum PlaceOrder {}
//!
//! impl Function for PlaceOrder {
//!     const NAME: &'static str = "PlaceOrder";
//!     const TIMEOUT: Duration = Duration::from_hours(48);
//!     type Input = Order;
//!     type Output = Receipt;
//!     type Error = ShopError;
//! }
//!
//! let place_order =
//!     PlaceOrder::define(|order| charge(order).catch_all(|_| failed("NotCharged")));
//!
//! assert_eq!(place_order.build()?.timeout_seconds, Some(172_800));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
