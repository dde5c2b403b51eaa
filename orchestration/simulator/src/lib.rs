//! Runs Amazon States Language definitions without AWS.
//!
//! The JSON that runs is the JSON that is deployed. The core does no I/O (sans-I/O): an [`Execution`] is a value without
//! clock, thread or socket, which returns [`Command`]s and takes [`TaskEvent`]s. [`StateMachines`] is the service that
//! holds many of them. [`scripted`] drives one execution with scripted answers, and is where to begin; the runs of a
//! distributed map belong to the same execution. Two drivers run the service: [`virtual_time`] for tests, where a wait of
//! a day takes no time, and [`wall_clock`] for a local server. A [`Handle`] reaches the executions of either. [`timeline`]
//! renders a history, [`explorer`] is a model checker over all outcomes of the tasks, and with a [`journal`] executions
//! survive a crash.
//!
//! The query language is JSONata; a definition with a `JSONPath` state is rejected. AWS does the orchestration in production: this is for
//! testing and trying out definitions.
//!
//! A broken invariant of the simulator itself is a panic that names it. Bad input (a definition, a task's result, a
//! journal) is an error and never panics.
//!
//! ```
//! use serde_json::{Value, json};
//! use simulator::{Command, Execution, Machine, Start, Status, TaskEvent};
//!
//! let machine = Machine::from_json(
//!     r#"{"QueryLanguage": "JSONata", "StartAt": "Greet", "States": {"Greet": {
//!         "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
//!         "Arguments": {"FunctionName": "greet", "Payload": {"name": "{% $states.input.name %}"}},
//!         "Output": "{% $states.result.Payload %}", "End": true}}}"#,
//! )?;
//! let mut execution = Execution::start(machine, Start::new("first", json!({"name": "Ada"})));
//!
//! let Some(Command::RunTask(call)) = execution.poll_command() else { panic!("there is a task to run") };
//! assert_eq!(call.payload(), &json!({"name": "Ada"}));
//! let now = execution.now();
//! execution.handle(now, TaskEvent::Succeeded { id: call.id, output: json!("Hello, Ada") })?;
//!
//! assert_eq!(execution.status(), &Status::Succeeded { output: Value::from("Hello, Ada").into() });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::sync::Arc;

use serde_json::Value;

mod clock;
mod definition;
pub mod execution;
pub mod explorer;
mod failure;
pub mod file;

mod handle;
mod hex;
pub mod history;
mod invariant;
pub mod journal;
mod jsonata;
mod limits;
mod name;
mod object;
mod random;
mod repeated_keys;
pub mod runner;
pub mod scripted;
pub mod service;
mod template;
pub mod timeline;
mod token;
pub mod vectors;
pub mod virtual_time;
pub mod wall_clock;
mod workflow_type;

pub use clock::EpochMillis;
pub use definition::{DefinitionError, Diagnostic, DiagnosticCode, Machine, Severity, validate};
pub use execution::{
    Command, Execution, NotRedrivable, Purpose, Start, Status, TaskCall, TaskEvent, TaskEventError,
};

pub use handle::{Clock, Handle};
pub use history::{EventType, HistoryEvent};
pub use name::ExecutionArn;
pub use runner::{TaskFailure, TaskOutcome, TaskRunner};
pub use service::{Description, RequestError, StateMachines};
pub use token::{TaskId, TaskToken};
pub use workflow_type::WorkflowType;

/// A JSON value that is shared, not copied, between states, variables and events.
pub type SharedValue = Arc<Value>;
