//! How long the history of an execution becomes.
//!
//! The events of each kind of state are those of the simulator, whose histories were compared with recorded ones of
//! AWS. An expression that cannot be evaluated would be one event more.

use super::attempts::most_retries;
use super::heaviest::heaviest;
use super::knowledge::Knowledge;
use super::maps::{is_distributed, most_executions};
use super::unbounded::Unbounded;
use crate::document::{State, StateMachine, TaskState};
use crate::ways::{Level, inside};

/// The most events of an execution's history, with which a Standard execution fails.
///
/// Source: [Quotas related to state machine
/// executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions).
///
/// ```
/// use asl::report::{Knowledge, MOST_EVENTS, most_events};
///
/// let machine: asl::document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
///
/// assert!(most_events(&machine, &Knowledge::default())? <= MOST_EVENTS);
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
/// use asl::report::{Knowledge, most_events};
///
/// let machine: asl::document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// assert_eq!(most_events(&machine, &Knowledge::default())?, 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn most_events(machine: &StateMachine, knowledge: &Knowledge) -> Result<u64, Unbounded> {
    let mut most = 0;
    let mut executions = vec![Level::from(machine)];
    while let Some(level) = executions.pop() {
        most = most.max(of_level(level, knowledge)?.saturating_add(OF_EXECUTION));
        let mut levels = vec![level];
        while let Some(level) = levels.pop() {
            for state in level.states.values() {
                match state {
                    State::Map(map) if is_distributed(map) => executions.push((&map.item_processor).into()),
                    _ => levels.extend(inside(state)),
                }
            }
        }
    }
    Ok(most)
}

/// The most events that one stay in a state adds to the history, with what is inside of it.
pub(super) fn of_state(name: &str, state: &State, knowledge: &Knowledge) -> Result<u64, Unbounded> {
    let once = match state {
        State::Fail(_) => return Ok(1),
        State::Choice(_) | State::Pass(_) | State::Wait(_) | State::Succeed(_) => {
            return Ok(ENTERED_AND_EXITED);
        }
        State::Task(task) => of_attempt(task),
        State::Parallel(_) => {
            let branches = inside(state)
                .into_iter()
                .map(|branch| of_level(branch, knowledge));
            let branches = branches.collect::<Result<Vec<_>, _>>()?;
            branches.into_iter().fold(GROUP_STARTED, u64::saturating_add)
        }
        State::Map(map) if is_distributed(map) => GROUP_STARTED + OF_MAP_RUN,
        State::Map(map) => {
            let items = most_executions(name, map, knowledge)?;
            let item = of_level((&map.item_processor).into(), knowledge)?;
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

fn of_level(level: Level<'_>, knowledge: &Knowledge) -> Result<u64, Unbounded> {
    heaviest(level, knowledge, |name, state| of_state(name, state, knowledge))
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
