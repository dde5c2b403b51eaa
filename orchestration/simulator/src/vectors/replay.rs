//! The replay of a vector, with its results of the tasks.

use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use super::format::{By, MachineType, Stop, Task, Vector};
use crate::scripted::{self, ScriptedEvent};
use crate::{DefinitionError, Execution, Machine, Start, TaskCall, TaskEvent, WorkflowType};

/// Why a vector cannot be run to its end.
#[derive(Debug, Error)]
pub(super) enum Error {
    #[error("the definition is rejected: {0}")]
    Definition(#[from] DefinitionError),
    #[error("a task of state `{state}` was called that the vector does not have")]
    UnknownTask { state: String },
    #[error("a time of {seconds} seconds is negative or too large")]
    BadTime { seconds: f64 },
}

/// Runs to the end, or until nothing can happen any more.
pub(super) fn run(vector: &Vector) -> Result<Execution, Error> {
    let machine = Machine::from_json(&vector.definition.to_string())?;
    let workflow_type = match vector.machine_type {
        MachineType::Standard => WorkflowType::Standard,
        MachineType::Express => WorkflowType::Express,
    };
    machine.check_type(workflow_type)?;
    let start = Start {
        workflow_type,
        account: "111111111111".to_owned(),
        ..Start::new("recorded", vector.input.clone())
    };
    let mut execution = Execution::start(machine, start);
    let mut tasks: Vec<Task> = vector.tasks.iter().flatten().cloned().collect();
    let mut planned = Vec::new();
    if let Some(Stop { at, error, cause }) = vector.stop.clone() {
        planned.push((seconds(at)?, ScriptedEvent::Stop { error, cause }));
    }
    if let Some(at) = vector.redrive_at {
        planned.push((seconds(at)?, ScriptedEvent::Redrive));
    }
    scripted::run_to_end(&mut execution, planned, |call| events_of(&mut tasks, call))?;
    Ok(execution)
}

fn seconds(seconds: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(seconds).map_err(|_| Error::BadTime { seconds })
}

/// Answers with the first attempt of that state that has not been used.
fn events_of(tasks: &mut Vec<Task>, call: &TaskCall) -> Result<Vec<(Duration, ScriptedEvent)>, Error> {
    let index = tasks
        .iter()
        .position(|task| *task.state == *call.state)
        .ok_or_else(|| Error::UnknownTask {
            state: call.state.to_string(),
        })?;
    let Task {
        submitted,
        after,
        heartbeats,
        by,
        outcome,
        ..
    } = tasks.remove(index);
    let id = call.id;
    let mut events = Vec::new();
    if let Some(response) = submitted {
        events.push((Duration::ZERO, TaskEvent::Submitted { id, response }));
    }
    if let Some(token) = &call.task_token {
        for at in heartbeats {
            let token = token.clone();
            events.push((seconds(at)?, TaskEvent::TokenHeartbeat { token }));
        }
    }
    // What a vector leaves out is empty.
    let error = outcome.error.clone().unwrap_or_default();
    let cause = text(outcome.cause.as_ref());
    let event = match (outcome.result.as_str(), &call.task_token, by) {
        // It ends by a timer, or with the execution or a sibling.
        ("TimedOut" | "Never", ..) => None,
        ("Succeeded", Some(token), None | Some(By::Token)) => Some(TaskEvent::TokenSucceeded {
            token: token.clone(),
            output: outcome.output,
        }),
        ("Succeeded", ..) => Some(TaskEvent::Responded {
            id,
            response: outcome.output,
        }),
        (_, Some(token), Some(By::Token)) => Some(TaskEvent::TokenFailed {
            token: token.clone(),
            error,
            cause,
        }),
        _ => Some(TaskEvent::Failed { id, error, cause }),
    };
    if let Some(event) = event {
        events.push((seconds(after)?, event));
    }
    Ok(events
        .into_iter()
        .map(|(after, event)| (after, ScriptedEvent::Task(event)))
        .collect())
}

fn text(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}
