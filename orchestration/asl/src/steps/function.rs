//! The contract between a workflow and what it calls.

use std::time::Duration;

use crate::{Payload, TaskError};

/// What a function is called, takes, returns and fails with.
///
/// The function's crate and the workflow both use the same implementation, and neither knows the other.
///
/// ```
/// use std::time::Duration;
///
/// use asl::{Function, Payload, TaskError};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct ChargeInput {
///     pub order: String,
///     pub cents: u64,
/// }
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct Receipt {
///     pub number: String,
/// }
///
/// #[derive(Debug, TaskError)]
/// pub enum ChargeError {
///     #[task(name = "CardDeclined", permanent)]
///     CardDeclined,
/// }
///
/// pub enum Charge {}
///
/// impl Function for Charge {
///     const NAME: &'static str = "Charge";
///     const TIMEOUT: Duration = Duration::from_secs(10);
///     type Input = ChargeInput;
///     type Output = Receipt;
///     type Error = ChargeError;
/// }
/// ```
pub trait Function: 'static {
    /// Verb and noun, in `PascalCase`: the default name of the state, and the stem of the substitution
    /// (`${GreetFunctionArn}`) that the template supplies.
    const NAME: &'static str;

    /// The longest that one invocation may take: the function's own time limit, in whole seconds.
    const TIMEOUT: Duration;

    /// What it is called with.
    type Input: Payload;

    /// What it returns; for a callback, what completes it.
    type Output: Payload;

    /// What it declares to fail with.
    type Error: TaskError;
}
