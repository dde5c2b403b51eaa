//! Task runners.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use thiserror::Error;

use crate::TaskCall;

/// A task's error, which a Retry or a Catch can name, and its cause.
///
/// ```
/// use simulator::TaskFailure;
///
/// let failure = TaskFailure::of_function("EmailTaken", "the address belongs to another account");
/// assert_eq!(failure.error, "EmailTaken");
/// assert_eq!(
///     failure.cause,
///     r#"{"errorType":"EmailTaken","errorMessage":"the address belongs to another account"}"#
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the task failed with {error}")]
pub struct TaskFailure {
    pub error: String,
    pub cause: String,
}

impl TaskFailure {
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            cause: cause.into(),
        }
    }

    /// An error of a Lambda function: Step Functions uses the function's whole error response as the cause.
    pub fn of_function(error_type: impl Into<String>, error_message: impl Into<String>) -> Self {
        let error = error_type.into();
        let cause = json!({"errorType": error, "errorMessage": error_message.into()}).to_string();
        Self { error, cause }
    }
}

/// A task's result, and how long it took where time is virtual.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskOutcome {
    /// For a Lambda function called through `lambda:invoke`, the function's own output.
    pub result: Result<Value, TaskFailure>,
    /// How much virtual time the task took; a wall clock takes its own measure.
    pub took: Duration,
}

impl TaskOutcome {
    /// The same result after some time.
    pub fn taking(self, took: Duration) -> Self {
        Self { took, ..self }
    }
}

/// A result that took no time.
impl From<Result<Value, TaskFailure>> for TaskOutcome {
    fn from(result: Result<Value, TaskFailure>) -> Self {
        Self {
            result,
            took: Duration::ZERO,
        }
    }
}

/// Runs tasks for a driver: calls the Lambda functions, or their doubles.
///
/// For a callback task the result only means that the request was accepted; the token completes it.
///
/// ```
/// use serde_json::{Value, json};
/// use simulator::{TaskCall, TaskFailure, TaskRunner};
///
/// struct Greeter;
///
/// impl TaskRunner for Greeter {
///     async fn run(&self, call: TaskCall) -> Result<Value, TaskFailure> {
///         match call.payload()["name"].as_str() {
///             Some(name) => Ok(json!(format!("Hello, {name}"))),
///             None => Err(TaskFailure::of_function("NameMissing", "there is nobody to greet")),
///         }
///     }
/// }
/// ```
pub trait TaskRunner: Send + Sync {
    fn run(&self, call: TaskCall) -> impl Future<Output = Result<Value, TaskFailure>> + Send;

    /// Runs one task and returns how much virtual time it took as well: none, unless this is overridden.
    fn run_timed(&self, call: TaskCall) -> impl Future<Output = TaskOutcome> + Send {
        async { self.run(call).await.into() }
    }
}

impl<R: TaskRunner + ?Sized> TaskRunner for Arc<R> {
    async fn run(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        R::run(self, call).await
    }

    async fn run_timed(&self, call: TaskCall) -> TaskOutcome {
        R::run_timed(self, call).await
    }
}

/// A runner made of a function; see [`from_fn`].
#[derive(Debug, Clone)]
pub struct FromFn<F>(F);

/// Makes a runner of an async function that returns a [`TaskOutcome`] or a plain result.
///
/// ```
/// use simulator::{TaskCall, TaskFailure, runner};
/// use serde_json::Value;
///
/// let echo = runner::from_fn(async |call: TaskCall| Ok::<Value, TaskFailure>(call.payload().clone()));
/// # let _ = echo;
/// ```
pub fn from_fn<F, Answering>(function: F) -> FromFn<F>
where
    F: Fn(TaskCall) -> Answering + Send + Sync,
    Answering: Future<Output: Into<TaskOutcome>> + Send,
{
    FromFn(function)
}

impl<F, Answering> TaskRunner for FromFn<F>
where
    F: Fn(TaskCall) -> Answering + Send + Sync,
    Answering: Future<Output: Into<TaskOutcome>> + Send,
{
    async fn run(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        self.run_timed(call).await.result
    }

    async fn run_timed(&self, call: TaskCall) -> TaskOutcome {
        (self.0)(call).await.into()
    }
}
