//! Features of the language: workflows that are built, emitted and run.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl::document::StateMachine;
use serde_json::Value;
use simulator::virtual_time::VirtualTime;
use simulator::{EpochMillis, Machine, StateMachines, Status, TaskCall, TaskFailure, WorkflowType, runner};

mod distributed;
mod loops;
mod maps_and_waits;
mod regressions;
mod sagas;
mod services;

/// The result of an execution.
struct Ran {
    status: Status,
    took: Duration,
    /// The state and the arguments of each called task, in order.
    calls: Vec<(String, Value)>,
}

impl Ran {
    fn output(&self) -> &Value {
        self.status
            .output()
            .unwrap_or_else(|| panic!("{:?}", self.status))
    }

    /// The states whose tasks were called, in order.
    fn states(&self) -> Vec<&str> {
        self.calls.iter().map(|(state, _)| state.as_str()).collect()
    }

    /// The arguments of the last call that the state made.
    fn arguments(&self, of: &str) -> &Value {
        let call = self.calls.iter().rev().find(|(state, _)| state == of);
        &call.unwrap_or_else(|| panic!("{of} was not called")).1
    }
}

/// Emits the machine and runs it; `answer` mocks the tasks.
async fn run(
    machine: &StateMachine,
    input: Value,
    answer: impl Fn(&TaskCall) -> Result<Value, TaskFailure> + Send + Sync,
) -> Ran {
    let json = machine.to_json().unwrap();
    // The substitutions of the template: each name is its own value.
    let json = json
        .replace("${", "")
        .replace("Arn}", "Arn")
        .replace("Name}", "Name")
        .replace("Url}", "Url");
    let parsed = Machine::from_json(&json).unwrap_or_else(|diagnostic| panic!("{diagnostic}\n{json}"));
    let mut service = StateMachines::new(1);
    service.register("Trial", WorkflowType::Standard, parsed);
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let tasks = runner::from_fn(move |call: TaskCall| {
        seen.lock()
            .unwrap()
            .push((call.state.to_string(), Value::clone(&call.arguments)));
        std::future::ready(answer(&call))
    });
    let mut time = VirtualTime::new(service, EpochMillis::new(0), tasks);
    let arn = time.handle().start_execution("Trial", "one", input).unwrap();
    time.run_to_end().await;
    let ran = calls.lock().unwrap().clone();
    Ran {
        status: time.handle().describe(&arn).unwrap().status,
        took: time.handle().now().since(EpochMillis::new(0)),
        calls: ran,
    }
}
