//! Nested workflows.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::steps::Task;
use crate::steps::error::{DeclaredError, ErrorName, RaisedBy};
use crate::{Function, IntoExpr, Payload, TaskError};

/// The workflow `W` as a function that a task runs and waits for.
///
/// It has the input and output of `W`. Whatever `W` fails with, the task fails with `States.TaskFailed`.
///
/// See [`Function::run`].
pub struct Nested<W>(PhantomData<fn() -> W>);

impl<W> fmt::Debug for Nested<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nested")
    }
}

impl<W: Function> Function for Nested<W> {
    const NAME: &'static str = W::NAME;
    const TIMEOUT: Duration = W::TIMEOUT;
    type Input = W::Input;
    type Output = W::Output;
    type Error = ExecutionError;
}

/// The workflow `W` as a function that a task only starts.
///
/// See [`Function::start`].
pub struct Started<W>(PhantomData<fn() -> W>);

impl<W> fmt::Debug for Started<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Started")
    }
}

impl<W: Function> Function for Started<W> {
    const NAME: &'static str = W::NAME;
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = W::Input;
    type Output = StartedExecution;
    type Error = ExecutionError;
}

impl<W: Function, A> Task<Started<W>, A> {
    /// The name of the execution, so that a retry starts no other one: for the same name and input, a start is answered with the
    /// execution that runs. Once that has ended, a start under its name fails.
    ///
    /// It has up to 80 characters: letters, digits, `-` and `_`.
    ///
    /// Source: [StartExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html), `name`.
    ///
    /// ```
    /// # use shop::*;
    /// use asl::{Function, literal};
    ///
    /// let states = states(|order| {
    ///     PlaceOrder::start(order)
    ///         .execution_name(literal("order-").concat(order.id))
    ///         .catch_all(|_| failed("NotStarted"))
    ///         .and_then(|_| receipt("Accepted", "r-1"))
    /// });
    ///
    /// let arguments = &states["PlaceOrder"]["Arguments"];
    /// assert_eq!(arguments["Name"], "{% 'order-' & $states.context.Execution.Input.id %}");
    /// ```
    pub fn execution_name<'s>(mut self, name: impl IntoExpr<'s, String>) -> Self {
        self.task.execution = Some(name.into_expr().node);
        self
    }
}

/// An execution that was started.
///
/// Source: [StartExecution, response elements](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_ResponseElements).
///
/// ```
/// # use shop::*;
/// use asl::{Expr, Function, StartedExecution, Step, pass};
///
/// fn noted(started: Expr<'_, StartedExecution>) -> Step<Receipt> {
///     pass("Noted", ReceiptFields { number: started.execution_arn })
/// }
///
/// let states = states(|order| {
///     PlaceOrder::start(order).catch_all(|_| failed("NotStarted")).and_then(noted)
/// });
///
/// assert_eq!(states["Noted"]["Output"]["number"], "{% $placeOrder.ExecutionArn %}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "PascalCase")]
pub struct StartedExecution {
    /// Its ARN.
    #[payload(at_most = 256)]
    pub execution_arn: String,
}

/// What an execution of another workflow fails with: its own errors have no names outside of it.
///
/// See [`ExecutionFailed`].
#[derive(Debug)]
pub enum ExecutionError {}

impl TaskError for ExecutionError {
    const DECLARED: &'static [DeclaredError] = &[];

    fn declared(&self) -> DeclaredError {
        match *self {}
    }
}

/// `States.TaskFailed`: the execution of the other workflow failed.
///
/// ```
/// # use shop::*;
/// use asl::{ExecutionFailed, Function};
///
/// let states = states(|order| {
///     PlaceOrder::run(order)
///         .catch(ExecutionFailed, |_| receipt("NotPlaced", "none"))
///         .catch_all(|_| failed("NotStarted"))
/// });
///
/// assert_eq!(states["PlaceOrder"]["Catch"][0]["ErrorEquals"][0], "States.TaskFailed");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ExecutionFailed;

impl ErrorName for ExecutionFailed {
    const NAME: &'static str = "States.TaskFailed";
}

impl RaisedBy<ExecutionError> for ExecutionFailed {}
