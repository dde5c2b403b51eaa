//! A driver for one execution whose tasks answer from a script, in virtual time.
//!
//! ```
//! use std::convert::Infallible;
//! use std::time::Duration;
//!
//! use serde_json::json;
//! use simulator::scripted::{self, Happening};
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
//!     Ok::<_, Infallible>(vec![(Duration::from_secs(3), Happening::Task(event))])
//! })?;
//!
//! assert_eq!(execution.status().output(), Some(&json!(42)));
//! assert_eq!(execution.now() - started, Duration::from_secs(3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Command, EpochMillis, Execution, TaskCall, TaskEvent};

/// Something that is to happen.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Happening {
    /// To a task.
    Task(TaskEvent),
    /// The execution is stopped.
    Stop {
        /// The error to give.
        error: Option<String>,
        /// What a person should know about it.
        cause: Option<String>,
    },
    /// The execution is redriven.
    Redrive,
}

/// Runs an execution until nothing happens any more: it has ended, or waits for what never comes.
///
/// `answer` says what a call leads to, and how long after the call; `planned` happens that long after now. What is
/// due in the same moment happens in the order in which it was planned, and before a time-out of that moment.
/// An event that comes too late is refused by the execution and changes nothing.
///
/// # Errors
///
/// The first of `answer`.
pub fn run_to_end<E>(
    execution: &mut Execution,
    planned: Vec<(Duration, Happening)>,
    mut answer: impl FnMut(&TaskCall) -> Result<Vec<(Duration, Happening)>, E>,
) -> Result<(), E> {
    let mut agenda: BTreeMap<(EpochMillis, usize), Happening> = BTreeMap::new();
    let mut number = 0;
    let mut plan = |agenda: &mut BTreeMap<_, _>, now: EpochMillis, all: Vec<(Duration, Happening)>| {
        for (after, happening) in all {
            number += 1;
            agenda.insert((now + after, number), happening);
        }
    };
    plan(&mut agenda, execution.now(), planned);
    loop {
        while let Some(command) = execution.poll_command() {
            if let Command::RunTask(call) = command {
                plan(&mut agenda, execution.now(), answer(&call)?);
            }
        }
        let timer = execution.next_timer();
        match agenda.first_entry() {
            Some(entry) if timer.is_none_or(|timer| entry.key().0 <= timer) => {
                let ((at, _), happening) = entry.remove_entry();
                happen(execution, at, happening);
            }
            _ => match timer {
                Some(due) => execution.advance(due),
                None => return Ok(()),
            },
        }
    }
}

fn happen(execution: &mut Execution, at: EpochMillis, happening: Happening) {
    match happening {
        Happening::Task(event) => {
            let _ = execution.handle(at, event);
        }
        Happening::Stop { error, cause } => execution.stop(at, error.as_deref(), cause.as_deref()),
        Happening::Redrive => {
            let _ = execution.redrive(at);
        }
    }
}
