//! Timelines: a history as readable text.
//!
//! One row per state that is entered, retried, failed or succeeded, with the time since the start. No payload is
//! shown: it may be personal.
//!
//! ```
//! use serde_json::json;
//! use simulator::{Execution, Machine, Start, timeline};
//!
//! let machine = Machine::from_json(
//!     r#"{"QueryLanguage": "JSONata", "StartAt": "Prepare", "States": {
//!         "Prepare": {"Type": "Pass", "Next": "Sleep"},
//!         "Sleep": {"Type": "Wait", "Seconds": 90, "End": true}}}"#,
//! )?;
//! let mut execution = Execution::start(machine, Start::new("first", json!({})));
//! execution.advance(execution.next_timer().unwrap_or_default());
//!
//! let expected = "  +0.000 s  execution  started
//!   +0.000 s  Prepare    succeeded
//!   +0.000 s  Sleep      entered
//! +1 min 30 s  Sleep      succeeded
//! +1 min 30 s  execution  succeeded
//! ";
//! let trimmed = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
//! assert_eq!(trimmed(&timeline::render(execution.history())), trimmed(expected));
//! # Ok::<(), simulator::DefinitionError>(())
//! ```

use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crate::history::{Details, EventId, Location};
use crate::{EpochMillis, EventType, HistoryEvent};

#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The time since the execution's start.
    pub offset: Duration,
    pub at: EpochMillis,
    /// The state and the branch it is in; without a state, the execution as a whole.
    pub location: Location,
    pub kind: RowKind,
    /// The name of the error, if one is the reason.
    pub error: Option<Arc<str>>,
    /// The event that the row shows.
    pub event: EventId,
}

/// The kind of a row: what happened to the state or to the execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RowKind {
    Started,
    /// A state was entered that may take time.
    Entered,
    /// A state is retried.
    Retried,
    /// A callback task waits for its token.
    WaitingForToken,
    /// A `.sync` task waits for the job that it has started.
    WaitingForJob,
    Succeeded,
    /// An attempt of the state, or the execution, failed.
    Failed,
    TimedOut,
    /// It was stopped, or aborted with a sibling.
    Aborted,
    /// The state's error was caught, and the execution continues.
    Caught,
}

impl RowKind {
    pub fn label(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Entered => "entered",
            Self::Retried => "retried",
            Self::WaitingForToken => "waiting for its token",
            Self::WaitingForJob => "waiting for its job",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Aborted => "aborted",
            Self::Caught => "caught",
        }
    }
}

impl fmt::Display for RowKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.label())
    }
}

pub fn rows(history: &[HistoryEvent]) -> Vec<Row> {
    let start = history.first().map(|event| event.timestamp).unwrap_or_default();
    let previous = |event: &HistoryEvent| {
        let index = usize::try_from(event.previous_event_id).ok()?.checked_sub(1)?;
        history.get(index).map(|event| event.event_type)
    };
    history
        .iter()
        .filter_map(|event| {
            Some(Row {
                offset: event.timestamp.since(start),
                at: event.timestamp,
                location: event.location.clone(),
                kind: kind(event, previous(event))?,
                error: event.error().map(Into::into),
                event: event.id,
            })
        })
        .collect()
}

/// The kind of an event's row; `None` for an event without a row.
fn kind(event: &HistoryEvent, previous: Option<EventType>) -> Option<RowKind> {
    use EventType as E;
    match event.event_type {
        E::ExecutionStarted => Some(RowKind::Started),
        // A Pass, a Choice or a Succeed is exited as soon as it is entered, and one row is enough.
        E::TaskStateEntered | E::ParallelStateEntered | E::MapStateEntered | E::WaitStateEntered => {
            Some(RowKind::Entered)
        }
        E::TaskScheduled | E::LambdaFunctionScheduled if previous != Some(E::TaskStateEntered) => {
            Some(RowKind::Retried)
        }
        E::ParallelStateStarted if previous != Some(E::ParallelStateEntered) => Some(RowKind::Retried),
        E::MapStateStarted if previous != Some(E::MapStateEntered) => Some(RowKind::Retried),
        E::TaskSubmitted if is_job(&event.details) => Some(RowKind::WaitingForJob),
        E::TaskSubmitted => Some(RowKind::WaitingForToken),
        E::TaskFailed
        | E::LambdaFunctionFailed
        | E::EvaluationFailed
        | E::FailStateEntered
        | E::ParallelStateFailed
        | E::MapStateFailed
        | E::ExecutionFailed => Some(RowKind::Failed),
        E::TaskTimedOut | E::LambdaFunctionTimedOut | E::ExecutionTimedOut => Some(RowKind::TimedOut),
        E::TaskStateAborted
        | E::WaitStateAborted
        | E::ParallelStateAborted
        | E::MapStateAborted
        | E::ExecutionAborted => Some(RowKind::Aborted),
        E::TaskStateExited | E::ParallelStateExited | E::MapStateExited
            if previous.is_some_and(is_failure) =>
        {
            Some(RowKind::Caught)
        }
        E::TaskStateExited
        | E::ParallelStateExited
        | E::MapStateExited
        | E::PassStateExited
        | E::ChoiceStateExited
        | E::WaitStateExited
        | E::SucceedStateExited
        | E::ExecutionSucceeded => Some(RowKind::Succeeded),
        _ => None,
    }
}

/// Whether a task waits for a job (`.sync`), not for a token.
fn is_job(details: &Details) -> bool {
    matches!(details, Details::TaskOutput { resource, .. } if resource.action.contains(".sync"))
}

/// Whether a state that exits after this event has failed, and its error was caught.
fn is_failure(event_type: EventType) -> bool {
    use EventType as E;
    matches!(
        event_type,
        E::TaskFailed
            | E::TaskTimedOut
            | E::LambdaFunctionFailed
            | E::LambdaFunctionTimedOut
            | E::EvaluationFailed
            | E::ParallelStateFailed
            | E::MapStateFailed
    )
}

/// The history as aligned text, one line per row; what runs inside of a Parallel or a Map is indented.
pub fn render(history: &[HistoryEvent]) -> String {
    let lines: Vec<(String, String, Row)> = rows(history)
        .into_iter()
        .map(|row| (offset(row.offset), name(&row.location), row))
        .collect();
    let width =
        |of: fn(&(String, String, Row)) -> &String| lines.iter().map(|line| of(line).chars().count()).max();
    let (times, names) = (
        width(|line| &line.0).unwrap_or(0),
        width(|line| &line.1).unwrap_or(0),
    );
    let mut text = String::new();
    for (time, name, row) in &lines {
        // Writing to a string cannot fail.
        let _ = write!(text, "{time:>times$}  {name:names$}  {}", row.kind);
        if let Some(error) = &row.error {
            let _ = write!(text, ": {error}");
        }
        text.push('\n');
    }
    text
}

fn name(location: &Location) -> String {
    format!(
        "{}{}",
        "  ".repeat(location.depth),
        location.state.as_deref().unwrap_or("execution")
    )
}

/// `+0.120 s`, `+1 min 30 s`, `+24 h`: milliseconds below a minute, whole seconds below an hour, then minutes.
fn offset(offset: Duration) -> String {
    let seconds = offset.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut text = "+".to_owned();
    let mut part = |number: u64, unit: &str| {
        if number > 0 {
            let space = if text.len() > 1 { " " } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(text, "{space}{number} {unit}");
        }
    };
    if seconds < 60 {
        return format!("+{}.{:03} s", seconds, offset.subsec_millis());
    }
    part(hours, "h");
    part(minutes, "min");
    if hours == 0 {
        part(seconds % 60, "s");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_below_a_minute_have_milliseconds() {
        let cases = [
            (0, "+0.000 s"),
            (120, "+0.120 s"),
            (59_999, "+59.999 s"),
            (60_000, "+1 min"),
            (90_500, "+1 min 30 s"),
            (3_600_000, "+1 h"),
            (86_400_000, "+24 h"),
            (86_460_000, "+24 h 1 min"),
        ];
        for (millis, text) in cases {
            assert_eq!(offset(Duration::from_millis(millis)), text);
        }
    }
}
