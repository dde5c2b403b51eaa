//! The driver of one execution in virtual time, with scripted results of its tasks.
//!
//! ```
//! use std::convert::Infallible;
//! use std::time::Duration;
//!
//! use serde_json::json;
//! use simulator::scripted::{self, ScriptedEvent};
//! use simulator::{Execution, Machine, Start, TaskCall, TaskEvent};
//!
//! let machine = Machine::from_json(
//!     r#"{"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": {"Type": "Task",
//!         "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:ask", "End": true}}}"#,
//! )?;
//! let mut execution = Execution::start(machine, Start::new("first", json!({})));
//! let started = execution.now();
//!
//! scripted::run_to_end(&mut execution, Vec::new(), |call: &TaskCall| {
//!     let event = TaskEvent::Succeeded { id: call.id, output: json!(42) };
//!     Ok::<_, Infallible>(vec![(Duration::from_secs(3), ScriptedEvent::Task(event))])
//! })?;
//!
//! assert_eq!(execution.status().output(), Some(&json!(42)));
//! assert_eq!(execution.now() - started, Duration::from_secs(3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Command, EpochMillis, Execution, TaskCall, TaskEvent};

#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ScriptedEvent {
    Task(TaskEvent),
    Stop {
        error: Option<String>,
        cause: Option<String>,
    },
    Redrive,
}

/// Runs an execution until nothing can happen any more: it has ended, or waits for ever.
///
/// `events_of` returns the events that follow a call, and how long after it; `planned` are events after now. Events of the
/// same time are applied in the order in which they were planned, and before a timeout at that time.
/// A late event is rejected by the execution and changes nothing.
///
/// # Errors
///
/// The first of `events_of`.
pub fn run_to_end<E>(
    execution: &mut Execution,
    planned: Vec<(Duration, ScriptedEvent)>,
    mut events_of: impl FnMut(&TaskCall) -> Result<Vec<(Duration, ScriptedEvent)>, E>,
) -> Result<(), E> {
    let mut agenda: BTreeMap<(EpochMillis, usize), ScriptedEvent> = BTreeMap::new();
    let mut number = 0;
    let mut plan = |agenda: &mut BTreeMap<_, _>, now: EpochMillis, all: Vec<(Duration, ScriptedEvent)>| {
        for (after, event) in all {
            number += 1;
            agenda.insert((now + after, number), event);
        }
    };
    plan(&mut agenda, execution.now(), planned);
    loop {
        while let Some(command) = execution.poll_command() {
            if let Command::RunTask(call) = command {
                plan(&mut agenda, execution.now(), events_of(&call)?);
            }
        }
        let timer = execution.next_timer();
        match agenda.first_entry() {
            Some(entry) if timer.is_none_or(|timer| entry.key().0 <= timer) => {
                let ((at, _), event) = entry.remove_entry();
                apply(execution, at, event);
            }
            _ => match timer {
                Some(due) => execution.advance(due),
                None => return Ok(()),
            },
        }
    }
}

fn apply(execution: &mut Execution, at: EpochMillis, event: ScriptedEvent) {
    match event {
        ScriptedEvent::Task(event) => {
            // A late event is rejected.
            let _ = execution.handle(at, event);
        }
        ScriptedEvent::Stop { error, cause } => execution.stop(at, error.as_deref(), cause.as_deref()),
        ScriptedEvent::Redrive => {
            // As is a redrive of an execution that runs or has succeeded.
            let _ = execution.redrive(at);
        }
    }
}
