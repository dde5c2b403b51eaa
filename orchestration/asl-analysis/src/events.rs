//! Upper bound of history events.
//!
//! Each kind of state counts the events that the simulator writes, whose histories were compared with recorded ones of
//! AWS. The `EvaluationFailed` event of an expression is counted where a catcher of a Parallel names that error, and else not.

use crate::graph::{Level, inner_levels};
use crate::hints::Hints;
use crate::longest_path::longest_path;
use crate::maps::{is_distributed, max_executions};
use crate::retries::max_retries;
use crate::unbounded::Unbounded;
use asl_document::{Catcher, QUERY_EVALUATION_ERROR, State, StateMachine, TaskState};

/// The quota of history events; a Standard execution that reaches it fails.
///
/// Source: [Quotas related to state machine
/// executions](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions).
///
/// ```
/// use asl_analysis::{Hints, MAX_EVENTS, max_events};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
///
/// assert!(max_events(&machine, &Hints::default())? <= MAX_EVENTS);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const MAX_EVENTS: u64 = 25_000;

/// `ExecutionStarted`, and `ExecutionSucceeded` or another end.
const OF_EXECUTION: u64 = 2;
/// `…StateEntered`, and `…StateExited` or `…StateAborted`.
const ENTERED_AND_EXITED: u64 = 2;
/// `…StateSucceeded` or `…StateFailed` of a Parallel or a Map: not written before a retry.
const GROUP_ENDED: u64 = 1;
/// `ParallelStateStarted` or `MapStateStarted`.
const GROUP_STARTED: u64 = 1;
/// `MapIterationStarted`, and `MapIterationSucceeded` or another end.
const OF_ITERATION: u64 = 2;
/// `EvaluationFailed`.
const EVALUATION_FAILED: u64 = 1;
/// `MapRunStarted`, and `MapRunSucceeded` or another end.
const OF_MAP_RUN: u64 = 2;

/// The most events of an execution's history, with every retry used.
///
/// The child executions of a distributed Map have histories of their own. The result is the longest of all histories.
///
/// # Errors
///
/// A state without a bound.
///
/// ```
/// use asl_analysis::{Hints, max_events};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// assert_eq!(max_events(&machine, &Hints::default())?, 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn max_events(machine: &StateMachine, hints: &Hints) -> Result<u64, Unbounded> {
    let mut max = 0;
    let mut executions = vec![Level::from(machine)];
    while let Some(level) = executions.pop() {
        max = max.max(of_level(level, hints)?.saturating_add(OF_EXECUTION));
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
    Ok(max)
}

/// The most events of one visit of a state, the states inside of it included.
///
/// # Errors
///
/// A state without a bound.
pub fn events_of_state(name: &str, state: &State, hints: &Hints) -> Result<u64, Unbounded> {
    let once = match state {
        State::Fail(_) => return Ok(1),
        State::Choice(_) | State::Pass(_) | State::Wait(_) | State::Succeed(_) => {
            return Ok(ENTERED_AND_EXITED);
        }
        State::Task(task) => of_attempt(task),
        State::Parallel(_) => inner_levels(state)
            .into_iter()
            .try_fold(GROUP_STARTED, |sum, branch| {
                Ok(sum.saturating_add(of_level(branch, hints)?))
            })?,
        State::Map(map) if is_distributed(map) => GROUP_STARTED + OF_MAP_RUN,
        State::Map(map) => {
            let items = max_executions(name, map, hints)?;
            let item = of_level((&map.item_processor).into(), hints)?;
            item.saturating_add(OF_ITERATION)
                .saturating_mul(items)
                .saturating_add(GROUP_STARTED)
        }
    };
    let around = match state {
        State::Parallel(parallel) if parallel.catch.iter().any(names_evaluation) => {
            ENTERED_AND_EXITED + GROUP_ENDED + EVALUATION_FAILED
        }
        State::Parallel(_) | State::Map(_) => ENTERED_AND_EXITED + GROUP_ENDED,
        _ => ENTERED_AND_EXITED,
    };
    let attempts = max_retries(state).saturating_add(1);
    Ok(once.saturating_mul(attempts).saturating_add(around))
}

fn names_evaluation(catcher: &Catcher) -> bool {
    catcher
        .error_equals
        .iter()
        .any(|error| error == QUERY_EVALUATION_ERROR)
}

fn of_level(level: Level<'_>, hints: &Hints) -> Result<u64, Unbounded> {
    longest_path(level, hints, |name, state| events_of_state(name, state, hints))
}

/// `TaskScheduled`, `TaskStarted`, `TaskSubmitted` of a callback or a job, and `TaskSucceeded`, `TaskFailed` or
/// `TaskTimedOut`. A function that is called by its own ARN has three events of other names.
fn of_attempt(task: &TaskState) -> u64 {
    let submitted = [".waitForTaskToken", ".sync", ".sync:2"];
    if submitted.iter().any(|pattern| task.resource.ends_with(pattern)) {
        4
    } else {
        3
    }
}
