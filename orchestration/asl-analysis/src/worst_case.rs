//! The longest that a machine and its states take.
//!
//! Counted are the attempts, the pauses between them, and the waits. What Step Functions itself needs from one state
//! to the next is not: it has no bound, and is a fraction of a second.

use std::time::Duration;

use indexmap::IndexMap;

use crate::graph::{Level, NamedState, all_states, inner_levels};
use crate::hints::{Hints, timeout};
use crate::longest_path::longest_path;
use crate::maps::{at_once, most_executions};
use crate::retries::{longest_pauses, retried_attempts, times};
use crate::unbounded::{Reason, Unbounded};
use asl_document::{MapState, Number, State, StateMachine};

/// The longest that an execution takes if everything goes as badly as it can: each task is tried as often as its
/// retries allow, each pause is the longest that its jitter may draw, and every attempt takes all its time.
///
/// The machine's own `TimeoutSeconds` is left out, so that one can be compared with the other: a machine whose worst
/// case is longer may be ended amid its retries.
///
/// # Errors
///
/// The state because of which there is no bound.
///
/// ```
/// use std::time::Duration;
///
/// use asl_analysis::{Hints, worst_case};
///
/// let machine: asl_document::StateMachine = serde_json::from_str(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Rest", "States": {
///         "Rest": {"Type": "Wait", "Seconds": 60, "Next": "Done"},
///         "Done": {"Type": "Succeed"}}}"#,
/// )?;
/// assert_eq!(worst_case(&machine, &Hints::default())?, Duration::from_secs(60));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn worst_case(machine: &StateMachine, hints: &Hints) -> Result<Duration, Unbounded> {
    of_level(machine.into(), hints).map(Duration::from_millis)
}

/// The longest that each state takes from being entered to being left, those inside of others included.
///
/// ```
/// # use shop::*;
/// use asl::Function;
///
/// use std::time::Duration;
///
/// use asl_analysis::worst_cases;
///
/// let place_order = PlaceOrder::define(|order| {
///     asl::wait("Minute", Duration::from_mins(1))
///         .then(|_| charge(order).catch_all(|_| failed("NotCharged")))
/// });
/// let machine = place_order.build()?;
///
/// let cases = worst_cases(&machine, &place_order.hints());
/// assert_eq!(cases["Minute"], Ok(Duration::from_mins(1)));
/// assert_eq!(cases["Charge"], Ok(Duration::from_secs(6 * 15 + 1 + 2 + 4 + 8 + 16)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn worst_cases(machine: &StateMachine, hints: &Hints) -> IndexMap<String, Result<Duration, Unbounded>> {
    all_states(machine)
        .into_iter()
        .map(|NamedState { name, state }| {
            let case = of_state(name, state, hints).map(Duration::from_millis);
            (name.to_owned(), case)
        })
        .collect()
}

/// In milliseconds, as all weights here.
/// By map, the longest that one Express execution of an item or a batch takes.
pub fn express_executions(
    machine: &StateMachine,
    hints: &Hints,
) -> Vec<(String, Result<Duration, Unbounded>)> {
    let maps = all_states(machine)
        .into_iter()
        .filter_map(|NamedState { name, state }| match state {
            State::Map(map) if is_express(map) => {
                let longest = of_level((&map.item_processor).into(), hints).map(Duration::from_millis);
                Some((name.to_owned(), longest))
            }
            _ => None,
        });
    maps.collect()
}

fn is_express(map: &MapState) -> bool {
    let config = map.item_processor.processor_config.as_ref();
    config.is_some_and(|config| config.get("ExecutionType").is_some_and(|kind| kind == "EXPRESS"))
}

fn of_level(level: Level<'_>, hints: &Hints) -> Result<u64, Unbounded> {
    longest_path(level, hints, |name, state| of_state(name, state, hints))
}

fn of_state(name: &str, state: &State, hints: &Hints) -> Result<u64, Unbounded> {
    let (failing, last) = match state {
        State::Task(task) => {
            let last = timeout(task).ok_or_else(|| {
                let written = task.timeout_seconds.is_some();
                if written {
                    Reason::TimeFromData
                } else {
                    Reason::NoTimeout
                }
                .of(name)
            })?;
            (hints.attempt(name, task).unwrap_or(last), last)
        }
        State::Parallel(_) => {
            let branches = inner_levels(state)
                .into_iter()
                .map(|branch| of_level(branch, hints));
            let longest = branches.collect::<Result<Vec<_>, _>>()?.into_iter().max();
            let once = Duration::from_millis(longest.unwrap_or(0));
            (once, once)
        }
        State::Map(map) => {
            let executions = most_executions(name, map, hints)?;
            let turns = executions.div_ceil(at_once(map));
            let item = of_level((&map.item_processor).into(), hints)?;
            let once = times(Duration::from_millis(item), turns);
            (once, once)
        }
        State::Wait(wait) => match wait.seconds {
            Some(Number::Literal(seconds)) => (Duration::ZERO, Duration::from_secs(seconds)),
            _ => return Err(Reason::TimeFromData.of(name)),
        },
        State::Choice(_) | State::Pass(_) | State::Succeed(_) | State::Fail(_) => return Ok(0),
    };
    let retries = retried_attempts(state, failing, last).saturating_add(longest_pauses(state));
    Ok(millis(retries.saturating_add(last)))
}

/// Rounded up, so that a bound stays one.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
