//! Commands and task events: the output and the input of an execution.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use thiserror::Error;

use crate::{SharedValue, TaskId, TaskToken};

/// Work for the driver of an execution.
#[derive(Debug, Clone)]
pub enum Command {
    /// Run a task and pass its result to [`Execution::handle`](super::Execution::handle).
    RunTask(TaskCall),
    /// The task's result is not needed any more: it timed out, a sibling failed, or the execution ended.
    ///
    /// AWS does nothing then: a function goes on running. A late result is rejected.
    CancelTask { id: TaskId },
}

/// One attempt of one task.
///
/// Its `Debug` shows neither the arguments, which may be personal, nor the token.
#[derive(Clone)]
#[non_exhaustive]
pub struct TaskCall {
    /// What the events about the task refer to.
    pub id: TaskId,
    pub execution_arn: Arc<str>,
    pub state: Arc<str>,
    /// The integration's ARN, as the definition has it.
    pub resource: Arc<str>,
    pub arguments: SharedValue,
    /// The role to assume for the call.
    pub credentials: Option<SharedValue>,
    /// The token that completes the task, if it is a callback.
    pub task_token: Option<TaskToken>,
    /// How often the state was tried before: 0 for the first attempt.
    pub retry_count: u64,
    /// The maximum duration of the attempt.
    pub timeout: Option<Duration>,
    /// The maximum time between two heartbeats.
    pub heartbeat: Option<Duration>,
    pub purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    Task,
    /// The items of a distributed Map: its `ItemReader`. The result is the array of the items.
    ReadItems,
}

impl TaskCall {
    /// Whether the task is a Lambda function called through `arn:aws:states:::lambda:invoke`.
    pub fn is_lambda_invoke(&self) -> bool {
        is_lambda_invoke(&self.resource)
    }

    /// The function that is called, if the task is a Lambda function: its ARN or name as the definition has it.
    pub fn function(&self) -> Option<&str> {
        if self.is_lambda_invoke() {
            self.arguments.get("FunctionName")?.as_str()
        } else {
            self.resource.contains(":lambda:").then_some(&*self.resource)
        }
    }

    /// The event of a Lambda function; for other integrations all arguments.
    pub fn payload(&self) -> &Value {
        static NOTHING: Value = Value::Null;
        if self.is_lambda_invoke() {
            self.arguments.get("Payload").unwrap_or(&NOTHING)
        } else {
            &self.arguments
        }
    }
}

impl fmt::Debug for TaskCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TaskCall")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("resource", &self.resource)
            .field("callback", &self.task_token.is_some())
            .field("retry_count", &self.retry_count)
            .field("timeout", &self.timeout)
            .field("heartbeat", &self.heartbeat)
            .finish_non_exhaustive()
    }
}

pub(super) fn is_lambda_invoke(resource: &str) -> bool {
    resource
        .strip_suffix(".waitForTaskToken")
        .unwrap_or(resource)
        .ends_with(":states:::lambda:invoke")
}

/// The response of the `lambda:invoke` integration with a function's output. AWS adds `SdkHttpMetadata` and
/// `SdkResponseMetadata`, on which no definition should rely.
///
/// Source: [Invoke Lambda](https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html).
pub(super) fn invoke_response(payload: &Value) -> Value {
    json!({"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200})
}

#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TaskEvent {
    /// The call succeeded with this output. For `lambda:invoke` it is the function's own output, which is wrapped as AWS
    /// does. A callback task goes on waiting for its token.
    Succeeded { id: TaskId, output: Value },
    /// The call succeeded with this response of the integration, which is used as it is.
    Responded { id: TaskId, response: Value },
    /// The integration accepted the request with this response, and its result is still to come, as with `.sync`.
    Submitted { id: TaskId, response: Value },
    /// The integration failed, which ends a callback task, too.
    Failed {
        id: TaskId,
        error: String,
        cause: String,
    },
    /// `SendTaskSuccess`.
    TokenSucceeded { token: TaskToken, output: Value },
    /// `SendTaskFailure`.
    TokenFailed {
        token: TaskToken,
        error: String,
        cause: String,
    },
    /// `SendTaskHeartbeat`.
    TokenHeartbeat { token: TaskToken },
}

impl TaskEvent {
    /// The id of the task that the event is about, unless it is named by its token.
    pub(super) fn task(&self) -> Option<TaskId> {
        match self {
            Self::Succeeded { id, .. }
            | Self::Responded { id, .. }
            | Self::Submitted { id, .. }
            | Self::Failed { id, .. } => Some(*id),
            Self::TokenSucceeded { .. } | Self::TokenFailed { .. } | Self::TokenHeartbeat { .. } => None,
        }
    }

    /// The token of the task that the event is about, unless it is named by its id.
    pub(super) fn token(&self) -> Option<&TaskToken> {
        match self {
            Self::TokenSucceeded { token, .. }
            | Self::TokenFailed { token, .. }
            | Self::TokenHeartbeat { token } => Some(token),
            Self::Succeeded { .. }
            | Self::Responded { .. }
            | Self::Submitted { .. }
            | Self::Failed { .. } => None,
        }
    }

    pub(super) fn with_task(mut self, other: TaskId) -> Self {
        match &mut self {
            Self::Succeeded { id, .. }
            | Self::Responded { id, .. }
            | Self::Submitted { id, .. }
            | Self::Failed { id, .. } => *id = other,
            Self::TokenSucceeded { .. } | Self::TokenFailed { .. } | Self::TokenHeartbeat { .. } => {}
        }
        self
    }
}

/// Why a task event is rejected, named as the errors of `SendTaskSuccess`.
///
/// Source: [SendTaskSuccess](https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TaskEventError {
    /// The attempt has ended: it timed out, it was completed before, or its execution ended.
    #[error("the task has timed out or been completed")]
    TaskTimedOut,
    #[error("there is no such task")]
    TaskDoesNotExist,
    #[error("the token is not valid")]
    InvalidToken,
    /// The journal has failed, and nothing is changed that it could not record. AWS's name for a failure of its own.
    ///
    /// Source: [Common Errors](https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html).
    #[error("the journal has failed: repair what it reports, and restart")]
    JournalFailed,
}

impl TaskEventError {
    /// The error's name in the AWS API.
    pub fn code(self) -> &'static str {
        match self {
            Self::TaskTimedOut => "TaskTimedOut",
            Self::TaskDoesNotExist => "TaskDoesNotExist",
            Self::InvalidToken => "InvalidToken",
            Self::JournalFailed => "ServiceUnavailable",
        }
    }
}
