//! The task runner: invokes the functions of a state machine's tasks, as Lambda does.

use std::time::Duration;

use serde_json::Value;
use simulator::{TaskCall, TaskFailure, TaskRunner};

use crate::functions::Functions;

#[derive(Debug, Clone)]
pub(crate) struct FunctionRunner {
    functions: Functions,
}

impl FunctionRunner {
    pub(crate) fn new(functions: Functions) -> Self {
        Self { functions }
    }
}

impl TaskRunner for FunctionRunner {
    async fn run(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let function = call.function().and_then(|arn| self.functions.by_arn(arn));
        let Some((function, limit)) =
            function.and_then(|function| Some((function, function.contract()?.timeout)))
        else {
            return Err(TaskFailure::new(
                "Lambda.ResourceNotFoundException",
                "the local server has no function of this name",
            ));
        };
        let result = tokio::time::timeout(limit, function.invoke(call.payload().clone())).await;
        match result {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(failure)) => Err(TaskFailure::of_function(failure.name, failure.message)),
            Err(_) => Err(timed_out(limit)),
        }
    }
}

fn timed_out(limit: Duration) -> TaskFailure {
    let message = format!("Task timed out after {:.2} seconds", limit.as_secs_f64());
    TaskFailure::of_function("Sandbox.Timedout", message)
}
