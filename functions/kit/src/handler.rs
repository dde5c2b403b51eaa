//! Handlers: functions from JSON events to JSON outputs.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use asl::{DeclaredError, Function, TaskError};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Failure;
use crate::api::{self, ApiFunction, Route};
use crate::queue::{self, QueueFunction};

/// The use case of a task of a state machine.
pub trait TaskFunction: Send + Sync + 'static {
    /// The function's contract.
    type Contract: Function;

    /// Handles one input.
    fn call(
        &self,
        input: <Self::Contract as Function>::Input,
    ) -> impl Future<
        Output = Result<<Self::Contract as Function>::Output, <Self::Contract as Function>::Error>,
    > + Send;
}

/// The use case of a callback task: the call returns nothing, and the workflow waits until the task is completed by its token.
/// The contract's output is the result that completes the task.
pub trait CallbackFunction: Send + Sync + 'static {
    /// The function's contract.
    type Contract: Function;

    /// Starts the work; the task is completed later, by its token.
    fn call(
        &self,
        input: <Self::Contract as Function>::Input,
    ) -> impl Future<Output = Result<(), <Self::Contract as Function>::Error>> + Send;
}

type Invoke = dyn Fn(Value) -> BoxFuture<'static, Result<Value, Failure>> + Send + Sync;

/// A function from JSON event to JSON output: the same in a Lambda, in the local server and in tests.
#[derive(Clone)]
pub struct Handler {
    name: &'static str,
    contract: Option<TaskMetadata>,
    routes: Vec<Route>,
    invoke: Arc<Invoke>,
}

/// The run-time metadata of a task's contract.
#[derive(Debug, Clone, Copy)]
pub struct TaskMetadata {
    pub timeout: Duration,
    /// The errors that a workflow can retry or catch.
    pub errors: &'static [DeclaredError],
    /// Whether an event is a valid input.
    pub accepts: fn(&Value) -> bool,
}

impl fmt::Debug for Handler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Handler({})", self.name)
    }
}

impl Handler {
    pub fn task<T>(function: T) -> Self
    where
        T: TaskFunction,
        <T::Contract as Function>::Input: DeserializeOwned + Send,
        <T::Contract as Function>::Output: Serialize,
        <T::Contract as Function>::Error: std::error::Error + Send,
    {
        let function = Arc::new(function);
        Self::of_contract::<T::Contract, _, _>(move |input| {
            let function = Arc::clone(&function);
            async move { function.call(input).await }
        })
    }

    /// The handler of a callback task. Its output is JSON's `null`, which a workflow ignores.
    pub fn callback<T>(function: T) -> Self
    where
        T: CallbackFunction,
        <T::Contract as Function>::Input: DeserializeOwned + Send,
        <T::Contract as Function>::Error: std::error::Error + Send,
    {
        let function = Arc::new(function);
        Self::of_contract::<T::Contract, _, _>(move |input| {
            let function = Arc::clone(&function);
            async move { function.call(input).await }
        })
    }

    /// The handler of a function with the contract `C`.
    fn of_contract<C, O, F>(call: impl Fn(C::Input) -> F + Send + Sync + 'static) -> Self
    where
        C: Function,
        C::Input: DeserializeOwned + Send,
        C::Error: std::error::Error + Send,
        O: Serialize,
        F: Future<Output = Result<O, C::Error>> + Send + 'static,
    {
        let call = Arc::new(call);
        let invoke = move |event| {
            let call = Arc::clone(&call);
            async move {
                let input = serde_path_to_error::deserialize(event)
                    // serde's own message quotes the value, which may be personal.
                    .map_err(|error| Failure::invalid_input(&error.path().to_string()))?;
                match call(input).await {
                    Ok(output) => Ok(to_json(&output)),
                    Err(error) => Err(Failure::of(&error)),
                }
            }
            .boxed()
        };
        Self {
            name: C::NAME,
            contract: Some(TaskMetadata {
                timeout: C::TIMEOUT,
                errors: C::Error::DECLARED,
                accepts: |event| C::Input::deserialize(event).is_ok(),
            }),
            routes: Vec::new(),
            invoke: Arc::new(invoke),
        }
    }

    /// The handler of a function behind the HTTP API.
    pub fn api<A: ApiFunction>(name: &'static str, function: A) -> Self {
        let function = Arc::new(function);
        let invoke = move |event| {
            let function = Arc::clone(&function);
            async move { Ok(api::handle(function.as_ref(), event).await) }.boxed()
        };
        Self {
            name,
            contract: None,
            routes: A::ROUTES.to_vec(),
            invoke: Arc::new(invoke),
        }
    }

    /// The handler of a function behind a queue.
    pub fn queue<Q: QueueFunction>(name: &'static str, function: Q) -> Self {
        let function = Arc::new(function);
        let invoke = move |event| {
            let function = Arc::clone(&function);
            async move { queue::handle(function.as_ref(), event).await }.boxed()
        };
        Self {
            name,
            contract: None,
            routes: Vec::new(),
            invoke: Arc::new(invoke),
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The metadata of a task's contract; `None` for a function behind the API or a queue.
    pub fn contract(&self) -> Option<TaskMetadata> {
        self.contract
    }

    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Handles one event.
    ///
    /// # Errors
    ///
    /// The errors of the function's contract, `InvalidInput` for an event that does not parse, and `Panic`.
    pub async fn invoke(&self, event: Value) -> Result<Value, Failure> {
        let future = AssertUnwindSafe(async { (self.invoke)(event).await });
        future
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(Failure::panic()))
    }
}

#[expect(
    clippy::expect_used,
    reason = "an output that is not JSON is a bug of its contract"
)]
pub(crate) fn to_json(output: &impl Serialize) -> Value {
    serde_json::to_value(output).expect("the output of a contract has string keys and no failing `Serialize`")
}
