//! From raw events to use cases.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use asl::Function;
use futures::FutureExt;
use futures::future::BoxFuture;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{self, ApiFunction};
use crate::{Failure, StartError};

/// The use case of a task: what a state machine calls.
pub trait TaskFunction: Send + Sync + 'static {
    /// What it takes, returns and fails with.
    type Contract: Function;

    /// Does the work.
    fn call(
        &self,
        input: <Self::Contract as Function>::Input,
    ) -> impl Future<
        Output = Result<<Self::Contract as Function>::Output, <Self::Contract as Function>::Error>,
    > + Send;
}

/// The use case of a callback task: it starts what somebody else finishes, and the workflow waits for that.
///
/// The contract's output is what completes the task later. The call itself returns nothing.
pub trait CallbackFunction: Send + Sync + 'static {
    /// What it takes and fails with, and what completes it.
    type Contract: Function;

    /// Does the work that comes before the wait.
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
    invoke: Arc<Invoke>,
}

impl fmt::Debug for Handler {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Handler({})", self.name)
    }
}

impl Handler {
    /// The handler of a task.
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

    /// The handler of a callback task. It answers JSON's null, which a workflow does not look at.
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

    /// The handler of what takes and fails with what the contract `C` says.
    fn of_contract<C, O, F>(call: impl Fn(C::Input) -> F + Send + Sync + 'static) -> Self
    where
        C: Function,
        C::Input: DeserializeOwned + Send,
        C::Error: std::error::Error + Send,
        O: Serialize,
        F: Future<Output = Result<O, C::Error>> + Send + 'static,
    {
        let call = Arc::new(call);
        Self::new(C::NAME, move |event| {
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
        })
    }

    /// The handler of a function behind the HTTP API.
    pub fn api<A: ApiFunction>(name: &'static str, function: A) -> Self {
        let function = Arc::new(function);
        Self::new(name, move |event| {
            let function = Arc::clone(&function);
            async move { Ok(api::answer(function.as_ref(), event).await) }.boxed()
        })
    }

    fn new(
        name: &'static str,
        invoke: impl Fn(Value) -> BoxFuture<'static, Result<Value, Failure>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            invoke: Arc::new(invoke),
        }
    }

    /// The function's name.
    pub fn name(&self) -> &'static str {
        self.name
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

/// Serves the handler as a Lambda function, until the platform ends the process.
///
/// # Errors
///
/// If the Runtime API cannot be reached.
pub async fn run(handler: Handler) -> Result<(), StartError> {
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| {
        let handler = handler.clone();
        async move { handler.invoke(event.payload).await }
    }))
    .await
}
