//! Runs a recorded execution again, with its tasks answering as they did.

use serde_json::Value;
use simulator::{Command, DefinitionError, Execution, Kind, Machine, Start, TaskCall, TaskEvent};
use thiserror::Error;

use crate::recording::{MachineType, Recording, Task};

/// Why a recording cannot be replayed to its end.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("the definition is refused: {0}")]
    Definition(#[from] DefinitionError),
    #[error("a task of state `{state}` was called that the recording does not have")]
    UnknownTask { state: String },
}

/// Runs to the end, or to where nothing happens any more.
pub(crate) fn run(recording: &Recording) -> Result<Execution, Error> {
    let machine = Machine::from_json(&recording.definition.to_string())?;
    let kind = match recording.machine_type {
        MachineType::Standard => Kind::Standard,
        MachineType::Express => Kind::Express,
    };
    let start = Start {
        kind,
        account: "111111111111".to_owned(),
        ..Start::new("recorded", recording.input.clone())
    };
    let mut execution = Execution::start(machine, start);
    let mut tasks: Vec<&Task> = recording.tasks.iter().flatten().collect();
    loop {
        while let Some(command) = execution.poll_command() {
            if let Command::RunTask(call) = command {
                answer(&mut execution, &mut tasks, &call)?;
            }
        }
        match execution.next_timer() {
            Some(due) => execution.advance(due),
            None => return Ok(execution),
        }
    }
}

/// Answers with the first recorded attempt of that state that has not been used.
fn answer(execution: &mut Execution, tasks: &mut Vec<&Task>, call: &TaskCall) -> Result<(), Error> {
    let index = tasks
        .iter()
        .position(|task| *task.state == *call.state)
        .ok_or_else(|| Error::UnknownTask {
            state: call.state.to_string(),
        })?;
    let task = tasks.remove(index);
    let (id, now) = (call.id, execution.now());
    let mut events = Vec::new();
    events.extend(
        task.submitted
            .clone()
            .map(|answer| TaskEvent::Submitted { id, answer }),
    );
    let text = |value: Option<&Value>| match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let outcome = &task.outcome;
    match (outcome.result.as_str(), &call.task_token) {
        // It ends by a timer.
        ("TimedOut", _) => {}
        ("Succeeded", Some(token)) => {
            events.push(TaskEvent::TokenSucceeded {
                token: token.clone(),
                output: outcome.output.clone(),
            });
        }
        ("Succeeded", None) => events.push(TaskEvent::Answered {
            id,
            answer: outcome.output.clone(),
        }),
        _ => events.push(TaskEvent::Failed {
            id,
            error: outcome.error.clone().unwrap_or_default(),
            cause: text(outcome.cause.as_ref()),
        }),
    }
    for event in events {
        // A sibling's failure may have ended the task meanwhile.
        let _ = execution.handle(now, event);
    }
    Ok(())
}
