//! The context object of an execution.
//!
//! Source: [Accessing execution data from the Context object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).

use crate::values::expr::{ExprKind, Node};
use crate::{Expr, TaskToken, Timestamp};

/// The execution's ARN.
///
/// ```
/// # use shop::*;
/// use asl::execution_id;
///
/// assert_eq!(jsonata(|_| execution_id()), "$states.context.Execution.Id");
/// ```
pub fn execution_id<'s>() -> Expr<'s, String> {
    context("Execution.Id")
}

/// The execution's name.
///
/// ```
/// # use shop::*;
/// use asl::{execution_name, literal};
///
/// assert_eq!(
///     jsonata(|_| literal("order-").concat(execution_name())),
///     "'order-' & $states.context.Execution.Name"
/// );
/// ```
pub fn execution_name<'s>() -> Expr<'s, String> {
    context("Execution.Name")
}

/// When the execution started: the same in every state and at every retry.
///
/// ```
/// # use shop::*;
/// use asl::execution_start_time;
///
/// assert_eq!(
///     jsonata(|order| order.due.is_before(execution_start_time())),
///     "$toMillis(order.due) < $toMillis($states.context.Execution.StartTime)"
/// );
/// ```
pub fn execution_start_time<'s>() -> Expr<'s, Timestamp> {
    context("Execution.StartTime")
}

/// When the state that reads it was entered: the same at every retry of that state.
///
/// ```
/// # use shop::*;
/// use asl::state_entered_time;
///
/// assert_eq!(jsonata(|_| state_entered_time()), "$states.context.State.EnteredTime");
/// ```
pub fn state_entered_time<'s>() -> Expr<'s, Timestamp> {
    context("State.EnteredTime")
}

/// How often the state that reads it was tried again: 0 at the first attempt.
///
/// ```
/// # use shop::*;
/// use asl::retry_count;
///
/// assert_eq!(
///     jsonata(|_| retry_count().gt(0)),
///     "$states.context.State.RetryCount > 0"
/// );
/// ```
pub fn retry_count<'s>() -> Expr<'s, u64> {
    context("State.RetryCount")
}

/// How often the execution was redriven: 0 until somebody does. With each redrive, [`retry_count`] begins at 0 again.
///
/// Source: [Redriving state machine executions](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html),
/// section "Retry behavior of redriven executions".
///
/// ```
/// # use shop::*;
/// use asl::redrive_count;
///
/// assert_eq!(
///     jsonata(|_| redrive_count().eq(0)),
///     "$states.context.Execution.RedriveCount = 0"
/// );
/// ```
pub fn redrive_count<'s>() -> Expr<'s, u64> {
    context("Execution.RedriveCount")
}

/// The credential that completes the attempt that reads it; for the payload of a [callback](crate::Function::callback).
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::{Function, task_token};
///
/// let states = states(|order| {
///     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
///         .within(Duration::from_hours(24))
///         .catch_all(|_| failed("NotAsked"))
/// });
///
/// assert_eq!(
///     states["Approve"]["Arguments"]["Payload"]["token"],
///     "{% $states.context.Task.Token %}"
/// );
/// ```
pub fn task_token<'s>() -> Expr<'s, TaskToken> {
    context(TASK_TOKEN)
}

pub(crate) const TASK_TOKEN: &str = "Task.Token";

fn context<'s, T>(path: &'static str) -> Expr<'s, T> {
    Expr::new(Node::new(ExprKind::Context(path)))
}
