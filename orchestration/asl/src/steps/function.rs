//! Contracts of functions and workflows.

use std::time::Duration;

use crate::steps::flow::Target;
use crate::steps::{Callback, IntoStep, Nested, Started, Task, Workflow};
use crate::values::expr::Expr;
use crate::{IntoExpr, Payload, TaskError};

/// The contract of a function or a workflow: its name, timeout, input, output and errors.
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
pub trait Function: Sized + 'static {
    /// Verb and noun, in `PascalCase`: the default name of the state, and the stem of the substitution
    /// (`${GreetFunctionArn}`) that the template supplies.
    const NAME: &'static str;

    /// The timeout, in whole seconds: of one invocation of a function, or of a whole execution of a workflow.
    const TIMEOUT: Duration;

    /// Its input.
    type Input: Payload;

    /// What it returns; for a callback, the value that completes it. [`Nothing`](crate::Nothing) if no state reads it.
    type Output: Payload;

    /// The errors that it declares: an enum without variants if there are none.
    type Error: TaskError;

    /// A task that calls the function and waits for what it returns.
    ///
    /// The state is named after the function. Its timeout is the function's own and five seconds more.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     Charge::call(ChargeInputFields { order: order.id, cents: order.total })
    ///         .catch_all(|_| failed("NotCharged"))
    /// });
    ///
    /// let arguments = &states["Charge"]["Arguments"];
    /// assert_eq!(arguments["FunctionName"], "${ChargeFunctionArn}");
    /// assert_eq!(arguments["Payload"]["cents"], "{% $states.context.Execution.Input.total %}");
    /// assert_eq!(states["Charge"]["TimeoutSeconds"], 15);
    /// ```
    fn call<'s>(input: impl IntoExpr<'s, Self::Input>) -> Task<Self> {
        let target = Target::Function {
            name: Self::NAME,
            callback: false,
        };
        Task::new(target, input.into_expr().node)
    }

    /// A callback task: it calls the function with a task token, and waits until somebody completes the task with that
    /// token.
    ///
    /// The value that completes it is the function's `Output`. The payload carries [`task_token`](crate::task_token);
    /// each retry calls the function again with a new one.
    ///
    /// Source: [Wait for a Callback with Task
    /// Token](https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// # use std::time::Duration;
    /// let states = states(|order| {
    ///     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
    ///         .within(Duration::from_hours(8))
    ///         .catch_all(|_| failed("NotApproved"))
    /// });
    ///
    /// let payload = &states["Approve"]["Arguments"]["Payload"];
    /// assert_eq!(payload["token"], "{% $states.context.Task.Token %}");
    /// assert_eq!(states["Approve"]["Output"], serde_json::Value::Null);
    /// ```
    fn callback<'s>(input: impl IntoExpr<'s, Self::Input>) -> Callback<Self> {
        let target = Target::Function {
            name: Self::NAME,
            callback: true,
        };
        Task::new(target, input.into_expr().node)
    }

    /// Defines a workflow with this contract: the steps from its input to its output.
    ///
    /// [`TIMEOUT`](Self::TIMEOUT) limits the whole execution.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let place_order =
    ///     PlaceOrder::define(|order| charge(order).catch_all(|_| failed("NotCharged")));
    ///
    /// assert_eq!(place_order.build()?.start_at, "Charge");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn define<S>(steps: impl for<'s> FnOnce(Expr<'s, Self::Input>) -> S) -> Workflow<Self>
    where
        S: IntoStep<Output = Self::Output>,
    {
        Workflow::new(steps)
    }

    /// A task that runs the workflow and waits for its output.
    ///
    /// The template supplies its ARN as `${<NAME>StateMachineArn}`.
    ///
    /// Source: [Start a new AWS Step Functions state machine from a running
    /// execution](https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| PlaceOrder::run(order).catch_all(|_| failed("NotPlaced")));
    ///
    /// let placed = &states["PlaceOrder"];
    /// assert_eq!(placed["Resource"], "arn:aws:states:::states:startExecution.sync:2");
    /// assert_eq!(placed["Arguments"]["StateMachineArn"], "${PlaceOrderStateMachineArn}");
    /// ```
    fn run<'s>(input: impl IntoExpr<'s, Self::Input>) -> Task<Nested<Self>> {
        let target = Target::Workflow {
            name: Self::NAME,
            wait: true,
        };
        Task::new(target, input.into_expr().node)
    }

    /// A task that starts the workflow and does not wait for it.
    ///
    /// If the response to the start is lost, the retry starts another execution, unless it has an
    /// [`execution_name`](Task::execution_name).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     PlaceOrder::start(order)
    ///         .catch_all(|_| failed("NotStarted"))
    ///         .and_then(|_| receipt("Accepted", "r-1"))
    /// });
    ///
    /// assert_eq!(states["PlaceOrder"]["Resource"], "arn:aws:states:::states:startExecution");
    /// ```
    fn start<'s>(input: impl IntoExpr<'s, Self::Input>) -> Task<Started<Self>> {
        let target = Target::Workflow {
            name: Self::NAME,
            wait: false,
        };
        Task::new(target, input.into_expr().node)
    }
}
