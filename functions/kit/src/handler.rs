//! Handlers: functions from raw events to raw answers.

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
use crate::api::{self, ApiFunction, Route, VERIFY_PAGE};

/// The use case of a task: what a state machine calls.
pub trait TaskFunction: Send + Sync + 'static {
    /// What it takes, returns and fails with.
    type Contract: Function;

    fn call(
        &self,
        input: <Self::Contract as Function>::Input,
    ) -> impl Future<
        Output = Result<<Self::Contract as Function>::Output, <Self::Contract as Function>::Error>,
    > + Send;
}

/// The use case of a callback task: the call returns nothing, and the workflow waits until somebody completes the task with
/// its token. The contract's output is what completes it.
pub trait CallbackFunction: Send + Sync + 'static {
    /// What it takes and fails with, and what completes it.
    type Contract: Function;

    /// Does the work before the wait.
    fn call(
        &self,
        input: <Self::Contract as Function>::Input,
    ) -> impl Future<Output = Result<(), <Self::Contract as Function>::Error>> + Send;
}

type Invoke = dyn Fn(Value) -> BoxFuture<'static, Result<Value, Failure>> + Send + Sync;

/// A function from raw event to raw answer: the same in a Lambda, in the local suite and in tests.
#[derive(Clone)]
pub struct Handler {
    name: &'static str,
    contract: Option<Contract>,
    routes: Vec<Route>,
    invoke: Arc<Invoke>,
}

/// The contract of a task, without its types.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    pub time_limit: Duration,
    /// The errors that a workflow can retry or catch.
    pub errors: &'static [DeclaredError],
    /// Whether an event fits the input.
    pub fits: fn(&Value) -> bool,
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

    /// The handler of a callback task. It answers JSON's null, which a workflow ignores.
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
                    Ok(output) => serde_json::to_value(output).map_err(|_| Failure::panic()),
                    Err(error) => Err(Failure::of(&error)),
                }
            }
            .boxed()
        };
        Self {
            name: C::NAME,
            contract: Some(Contract {
                time_limit: C::TIMEOUT,
                errors: C::Error::DECLARED,
                fits: |event| C::Input::deserialize(event).is_ok(),
            }),
            routes: Vec::new(),
            invoke: Arc::new(invoke),
        }
    }

    /// The handler of a function behind the HTTP API.
    pub fn api<A: ApiFunction>(name: &'static str, function: A) -> Self {
        let page = function.page().map(|_| VERIFY_PAGE);
        let function = Arc::new(function);
        let invoke = move |event| {
            let function = Arc::clone(&function);
            async move { Ok(api::answer(function.as_ref(), event).await) }.boxed()
        };
        Self {
            name,
            contract: None,
            routes: [A::ROUTE].into_iter().chain(page).collect(),
            invoke: Arc::new(invoke),
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The contract of a task; `None` behind the HTTP API.
    pub fn contract(&self) -> Option<Contract> {
        self.contract
    }

    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Handles one event.
    ///
    /// # Errors
    ///
    /// What the function's contract declares, `InvalidInput` for an event that does not parse, and `Panic`.
    pub async fn invoke(&self, event: Value) -> Result<Value, Failure> {
        let future = AssertUnwindSafe(async { (self.invoke)(event).await });
        future
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(Failure::panic()))
    }
}
