//! Contracts: functions, payloads and errors.
//!
//! # A payload
//!
//! States hand JSON to each other. A struct that derives [`Payload`](macro@crate::Payload) beside serde's traits
//! gets a companion: for `ChargeInput` it is `ChargeInputFields`, with the same fields, each an
//! [`Expr`](crate::Expr). A payload is written as a literal of its companion, so that a field that is missing,
//! misspelt or of another type does not compile: `ReceiptFields { number: order.id }`. `Receipt { .. }` holds only what is
//! known now ("expected `String`, found `Expr<'_, String>`"). The names on the wire are serde's.
//!
//! ```
//! use asl::prelude::*;
//! use serde::{Deserialize, Serialize};
//! use shop::*;
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! #[serde(rename_all = "camelCase")]
//! pub struct ParcelInput {
//!     pub order_number: String,
//!     pub items: u64,
//!     pub speed: Speed,
//!     pub note: Option<String>,
//! }
//!
//! #[derive(Serialize, Deserialize)]
//! pub enum Speed {
//!     Express,
//!     Normal,
//! }
//!
//! let states = states(|order| {
//!     pass("Parcel", ParcelInputFields {
//!         order_number: order.id,
//!         items: order.lines.length(),
//!         speed: order.gift.if_else(Speed::Express, Speed::Normal),
//!         note: none(),
//!     })
//! });
//!
//! let parcel = &states["Parcel"]["Output"];
//! assert_eq!(parcel["orderNumber"], "{% $states.context.Execution.Input.id %}");
//! assert_eq!(
//!     parcel["speed"],
//!     "{% $states.context.Execution.Input.gift ? 'Express' : 'Normal' %}"
//! );
//! ```
//!
//! A field has any type that serde writes. An enum without data is a string in JSON: it is compared with
//! [`eq`](crate::Expr::eq) and chosen with [`if_else`](crate::Expr::if_else). A struct inside of a payload is read with
//! another dot if it derives `Payload`, too; otherwise it is handed on as a whole. A type that is only sometimes there is an `Option`.
//!
//! A value that is known now is a literal: `10.into()`, `"text".into()` or `Speed::Normal.into()` in a field, and just
//! `10`, `"text"` or `Speed::Normal` as an argument that is an [`IntoExpr`](crate::IntoExpr). A whole payload can be one too. That is how a payload without fields
//! is written:
//!
//! ```
//! use asl::prelude::*;
//! use serde::{Deserialize, Serialize};
//! use shop::*;
//!
//! #[derive(Serialize, Deserialize, Payload)]
//! pub struct Acknowledged {}
//!
//! let states = states(|_| pass("Acknowledge", Acknowledged {}));
//!
//! assert_eq!(states["Acknowledge"]["Output"], serde_json::json!({}));
//! ```
//!
//! Fields are marked as [personal data](crate::guide::limits#personal-data) or with [the most that they
//! hold](crate::guide::limits#sizes).
//!
//! # An error
//!
//! A Lambda function that fails reports an `errorType`, and a state machine tells errors apart by that name alone.
//! [`TaskError`](macro@crate::TaskError) gives each variant its name and its class: a transient error is retried, a
//! permanent one never. It also makes a marker per variant, in a module named after the enum, to catch it by. The module
//! has the visibility of the enum.
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
//! /// A function that declares no errors has an enum without variants.
//! #[derive(Debug, TaskError)]
//! pub enum NoError {}
//!
//! let marker = charge_error::CardDeclined;
//! assert_eq!(format!("{marker:?}"), "CardDeclined");
//! assert_eq!(ChargeError::BankUnavailable.declared().class, ErrorClass::Transient);
//! assert!(NoError::DECLARED.is_empty());
//! ```
//!
//! The derive can stand beside that of `thiserror::Error`.
//!
//! Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
//!
//! # A function
//!
//! [`Function`](crate::Function) puts them together: a name, a timeout, an input, an output and the errors. The
//! function's own crate and the workflow use the same implementation, and neither knows the other. The ARN is no part
//! of it: the definition has a substitution for it, `${ChargeFunctionArn}`, which the template supplies.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::prelude::*;
//! use shop::{ChargeError, ChargeInput, ChargeInputFields, Receipt, failed, states};
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
//!
//! let states = states(|order| {
//!     Charge::call(ChargeInputFields { order: order.id, cents: order.total })
//!         .catch_all(|_| failed("NotCharged"))
//! });
//!
//! assert_eq!(states["Charge"]["Arguments"]["FunctionName"], "${ChargeFunctionArn}");
//! ```
//!
//! A function without an input declares `type Input = Nothing`, and is called with `Ping::call(Nothing {})`.
//!
//! A function without a result declares `type Output = Nothing`. Its Lambda function returns `{}`, or anything else: no
//! state reads it.
//!
//! # A workflow
//!
//! A workflow has the contract of a function too. [`define`](crate::Function::define) takes a closure from its input to
//! its last step. The closure is called once, when the workflow is defined, and never when it runs.
//!
//! ```
//! use std::time::Duration;
//!
//! use asl::prelude::*;
//! use shop::{Order, Receipt, ShopError, charge, failed};
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
//!
//! `TIMEOUT` limits the whole execution. To choose it, ask [`worst_case`](asl_analysis::worst_case) for the longest that
//! an execution can take, and round up: see [Times](crate::guide::limits#times-and-histories). `build` rejects one that
//! is too short.
