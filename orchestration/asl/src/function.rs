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
/// pub struct GreetInput {
///     pub name: String,
/// }
///
/// #[derive(Serialize, Deserialize, Payload)]
/// pub struct GreetOutput {
///     pub greeting: String,
/// }
///
/// #[derive(Debug, TaskError)]
/// pub enum GreetError {
///     #[task(name = "NameTooLong", permanent)]
///     NameTooLong,
/// }
///
/// pub enum Greet {}
///
/// impl Function for Greet {
///     const NAME: &'static str = "Greet";
///     const TIMEOUT: Duration = Duration::from_secs(5);
///     type Input = GreetInput;
///     type Output = GreetOutput;
///     type Error = GreetError;
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
