//! Tasks that start executions of other machines.
//!
//! Source: [Start a new workflow from a running
//! execution](https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html) and
//! [Run a job (.sync)](https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Registered, RequestError, StateMachines, machine_name};
use crate::failure::TASK_FAILED;
use crate::invariant::Invariant;
use crate::journal::{Nesting, Trigger};
use crate::object::set;
use crate::random::uuid;
use crate::{EpochMillis, ExecutionArn, Status, TaskCall, TaskEvent, TaskId};

/// How deep executions may start each other. AWS has no such limit; here, a machine that starts itself would loop for
/// ever without any virtual time passing.
const MAX_DEPTH: usize = 32;

/// The maximum length of a failed task's cause; without it, a cause that quotes a cause doubles its escapes each time.
///
/// Source: `cause` in
/// [TaskFailedEventDetails](https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html).
const MAX_CAUSE_CHARACTERS: usize = 32_768;

/// The task that waits for an execution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Awaited {
    parent: usize,
    task: TaskId,
    form: Form,
}

impl Awaited {
    /// The execution of the task, and the task.
    pub(super) fn by(&self) -> (usize, TaskId) {
        (self.parent, self.task)
    }

    /// From the journal.
    pub(super) fn restored(parent: usize, nesting: &Nesting) -> Self {
        Self {
            parent,
            task: nesting.task,
            form: if nesting.as_json { Form::Json } else { Form::Text },
        }
    }
}

/// The result of a task that starts an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Its ARN, at once.
    Started,
    /// Its description when it has ended, with input and output as text: `.sync`.
    Text,
    /// The same with input and output as JSON: `.sync:2`.
    Json,
}

impl Form {
    fn of(resource: &str) -> Option<Self> {
        let (_, action) = resource.split_once(":states:::states:startExecution")?;
        match action {
            "" | ".waitForTaskToken" => Some(Self::Started),
            ".sync" => Some(Self::Text),
            ".sync:2" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Whether a task starts an execution of one of the machines.
pub(super) fn is_for(machines: &BTreeMap<String, Registered>, call: &TaskCall) -> bool {
    Form::of(&call.resource).is_some()
        && machine(call).is_some_and(|arn| machines.contains_key(machine_name(arn)))
}

fn machine(call: &TaskCall) -> Option<&str> {
    call.arguments.get("StateMachineArn")?.as_str()
}

/// The input of the new execution: JSON, or JSON as text; without one an empty object.
fn input(call: &TaskCall) -> Result<Value, RequestError> {
    match call.arguments.get("Input") {
        None | Some(Value::Null) => Ok(json!({})),
        Some(Value::String(text)) => {
            serde_json::from_str(text).map_err(|_| RequestError::InvalidExecutionInput)
        }
        Some(value) => Ok(value.clone()),
    }
}

impl StateMachines {
    /// Starts the execution that a task asks for, and applies the response to the task.
    pub(super) fn start_nested(&mut self, parent: usize, call: &TaskCall) {
        let form =
            Form::of(&call.resource).expect_invariant("only calls of `startExecution` start executions");
        let machine = machine(call).expect_invariant("a call that starts an execution names a machine");
        let entry = self.entry_at(parent);
        let (now, depth) = (entry.execution.now(), entry.depth + 1);
        let around = entry.arn.to_string();
        let id = call.id;
        if depth > MAX_DEPTH {
            let event = TaskEvent::Failed {
                id,
                error: "StepFunctions.ExecutionLimitExceededException".to_owned(),
                cause: format!("More than {MAX_DEPTH} executions have started each other."),
            };
            return self.apply(parent, now, event);
        }
        let name = match call.arguments.get("Name").and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => uuid(&mut self.seeds),
        };
        let index = match input(call).and_then(|input| self.start(machine, &name, input, now)) {
            Ok(index) => index,
            Err(error) => {
                let event = TaskEvent::Failed {
                    id,
                    error: format!("StepFunctions.{}Exception", error.code()),
                    cause: error.to_string(),
                };
                return self.apply(parent, now, event);
            }
        };
        // The task that waits is linked before the new execution is synced, since it may have ended already.
        let waits = form != Form::Started;
        let entry = self.entry_at_mut(index);
        entry.depth = depth;
        if waits {
            entry.awaited = Some(Awaited {
                parent,
                task: id,
                form,
            });
        }
        let response = start_response(&entry.arn, now);
        let nesting = Nesting {
            depth,
            parent: waits.then_some(around),
            task: id,
            as_json: form == Form::Json,
        };
        self.journal(index, now, Trigger::Nested(nesting));
        if waits {
            self.nested.insert((parent, id), index);
            self.apply(parent, now, TaskEvent::Submitted { id, response });
        } else {
            self.apply(parent, now, TaskEvent::Responded { id, response });
        }
        self.sync(index);
    }

    /// Stops the execution that a task waited for, if it still runs: "Step Functions will make a best-effort attempt to
    /// cancel".
    ///
    /// The documentation names stops and failed siblings; here it happens also when the task times out.
    pub(super) fn stop_nested(&mut self, parent: usize, task: TaskId) {
        let Some(index) = self.nested.remove(&(parent, task)) else {
            // It has ended meanwhile.
            return;
        };
        let now = self.entry_at(parent).execution.now();
        let entry = self.entry_at_mut(index);
        entry.awaited = None;
        entry.execution.stop(now, None, None);
        self.journal_if_moved(index, now, || Trigger::Stopped {
            error: None,
            cause: None,
        });
        self.sync(index);
    }

    /// Completes the task that waits for an execution which has ended, if one does.
    pub(super) fn complete_parent_task(&mut self, index: usize) {
        let entry = self.entry_at_mut(index);
        let Some(Awaited { parent, task, form }) = entry.awaited.take() else {
            return;
        };
        let now = entry.execution.now();
        let description = description(entry, form);
        let event = if matches!(entry.execution.status(), Status::Succeeded { .. }) {
            TaskEvent::Responded {
                id: task,
                response: description,
            }
        } else {
            TaskEvent::Failed {
                id: task,
                error: TASK_FAILED.to_owned(),
                cause: description
                    .to_string()
                    .chars()
                    .take(MAX_CAUSE_CHARACTERS)
                    .collect(),
            }
        };
        self.nested.remove(&(parent, task));
        self.apply(parent, now, event);
    }

    fn apply(&mut self, index: usize, now: EpochMillis, event: TaskEvent) {
        // Rejected if the task has ended meanwhile.
        let _ = self.handle_at(index, now, event);
    }
}

/// The response of `StartExecution`; dates are in seconds, as in the API.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any real date are below 2^53, where a double is exact"
)]
fn start_response(arn: &ExecutionArn, now: EpochMillis) -> Value {
    json!({"ExecutionArn": arn.as_str(), "StartDate": now.as_millis() as f64 / 1000.0})
}

/// The response of `DescribeExecution`, in the form that the task gets; dates are in milliseconds.
fn description(entry: &super::Entry, form: Form) -> Value {
    let execution = &entry.execution;
    let payload = |value: &Value| match form {
        Form::Json => value.clone(),
        Form::Started | Form::Text => Value::String(value.to_string()),
    };
    let included = json!({"Included": true});
    let mut description = json!({
        "ExecutionArn": entry.arn.as_str(),
        "Input": payload(execution.input()),
        "InputDetails": included,
        "Name": execution.name(),
        "StartDate": execution.started_at().as_millis(),
        "StateMachineArn": execution.machine_arn(),
        "Status": execution.status().name(),
        "StopDate": execution.stopped_at().map(EpochMillis::as_millis),
    });
    if let Status::Succeeded { output } = execution.status() {
        set(&mut description, "Output", payload(output));
        set(&mut description, "OutputDetails", included);
    }
    for (key, text) in execution.described_failure() {
        set(&mut description, key, text);
    }
    description
}
