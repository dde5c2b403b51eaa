//! How long the history of an execution becomes.
//!
//! The events of each kind of state are those of the simulator, whose histories were compared with recorded ones of
//! AWS. An expression that cannot be evaluated would be one event more.

use crate::graph::{Level, inner_levels};
use crate::hints::Hints;
use crate::longest_path::longest_path;
use crate::maps::{is_distributed, most_executions};
use crate::retries::most_retries;
use crate::unbounded::Unbounded;
use asl_document::{State, StateMachine, TaskState};

/// The most events of an execution's history, with which a Standard execution fails.
///
/// Source: [Quotas related to state machine
/// executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions).
///
/// ```
/// use asl_analysis::{Hints, MOST_EVENTS, most_events};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
///
/// assert!(most_events(&machine, &Hints::default())? <= MOST_EVENTS);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const MOST_EVENTS: u64 = 25_000;

/// `ExecutionStarted` and how it ended.
const OF_EXECUTION: u64 = 2;
/// `..StateEntered` and `..StateExited`, or `..StateAborted`.
const ENTERED_AND_EXITED: u64 = 2;
/// `..StateSucceeded` or `..StateFailed` of a Parallel or a Map: not written if the state is tried again.
const GROUP_ENDED: u64 = 1;
/// `ParallelStateStarted` or `MapStateStarted`.
const GROUP_STARTED: u64 = 1;
/// `MapIterationStarted`, and how it ended.
const OF_ITERATION: u64 = 2;
/// `MapRunStarted`, and how it ended.
const OF_MAP_RUN: u64 = 2;

/// The most events that the history of an execution comes to, if every retry is needed.
///
/// The executions that a distributed Map starts have histories of their own. The longest history of them all is told.
///
/// # Errors
///
/// The state because of which there is no bound.
///
/// ```
/// use asl_analysis::{Hints, most_events};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// assert_eq!(most_events(&machine, &Hints::default())?, 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn most_events(machine: &StateMachine, hints: &Hints) -> Result<u64, Unbounded> {
    let mut most = 0;
    let mut executions = vec![Level::from(machine)];
    while let Some(level) = executions.pop() {
        most = most.max(of_level(level, hints)?.saturating_add(OF_EXECUTION));
        let mut levels = vec![level];
        while let Some(level) = levels.pop() {
            for state in level.states.values() {
                match state {
                    State::Map(map) if is_distributed(map) => executions.push((&map.item_processor).into()),
                    _ => levels.extend(inner_levels(state)),
                }
            }
        }
    }
    Ok(most)
}

/// The most events that one stay in a state adds to the history, with what is inside of it.
pub fn events_of_state(name: &str, state: &State, hints: &Hints) -> Result<u64, Unbounded> {
    let once = match state {
        State::Fail(_) => return Ok(1),
        State::Choice(_) | State::Pass(_) | State::Wait(_) | State::Succeed(_) => {
            return Ok(ENTERED_AND_EXITED);
        }
        State::Task(task) => of_attempt(task),
        State::Parallel(_) => {
            let branches = inner_levels(state)
                .into_iter()
                .map(|branch| of_level(branch, hints));
            let branches = branches.collect::<Result<Vec<_>, _>>()?;
            branches.into_iter().fold(GROUP_STARTED, u64::saturating_add)
        }
        State::Map(map) if is_distributed(map) => GROUP_STARTED + OF_MAP_RUN,
        State::Map(map) => {
            let items = most_executions(name, map, hints)?;
            let item = of_level((&map.item_processor).into(), hints)?;
            item.saturating_add(OF_ITERATION)
                .saturating_mul(items)
                .saturating_add(GROUP_STARTED)
        }
    };
    let around = match state {
        State::Parallel(_) | State::Map(_) => ENTERED_AND_EXITED + GROUP_ENDED,
        _ => ENTERED_AND_EXITED,
    };
    let attempts = most_retries(state).saturating_add(1);
    Ok(once.saturating_mul(attempts).saturating_add(around))
}

fn of_level(level: Level<'_>, hints: &Hints) -> Result<u64, Unbounded> {
    longest_path(level, hints, |name, state| events_of_state(name, state, hints))
}

/// `TaskScheduled`, `TaskStarted`, `TaskSubmitted` of what answers later, and `TaskSucceeded`, `TaskFailed` or
/// `TaskTimedOut`. A function that is named by its own ARN has three events of other names.
fn of_attempt(task: &TaskState) -> u64 {
    let answers_later = [".waitForTaskToken", ".sync", ".sync:2"];
    if answers_later
        .iter()
        .any(|pattern| task.resource.ends_with(pattern))
    {
        4
    } else {
        3
    }
}
