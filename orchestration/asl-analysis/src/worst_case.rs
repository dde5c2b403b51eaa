//! Worst-case duration.
//!
//! Counted are attempts, the delays between them, and waits. The latency of Step Functions itself between two states
//! is not: it is a fraction of a second, and has no bound.

use std::time::Duration;

use indexmap::IndexMap;

use crate::graph::{Level, NamedState, all_states, inner_levels};
use crate::hints::{Hints, timeout};
use crate::longest_path::longest_path;
use crate::maps::{concurrency, is_express, max_executions};
use crate::retries::{longest_retries, times};
use crate::unbounded::{Reason, Unbounded};
use asl_document::{Number, State, StateMachine};

/// The longest duration of an execution: every retry is used, jitter always draws the longest delay, and every attempt
/// takes until its timeout.
///
/// The machine's own `TimeoutSeconds` is not applied, so that both can be compared: it ends a machine with a longer
/// worst case while that is still retrying.
///
/// # Errors
///
/// A state without a bound.
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

/// The longest duration of one visit of each state, of all levels.
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

/// The longest duration of one child execution of each distributed Map that runs Express ones, by the Map's name.
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

/// In milliseconds, as all weights here.
fn of_level(level: Level<'_>, hints: &Hints) -> Result<u64, Unbounded> {
    longest_path(level, hints, |name, state| of_state(name, state, hints))
}

fn of_state(name: &str, state: &State, hints: &Hints) -> Result<u64, Unbounded> {
    // Of an attempt that is retried, and of the last one.
    let (failing, last) = match state {
        State::Task(task) => {
            let last = timeout(task).ok_or_else(|| match task.timeout_seconds {
                Some(_) => Reason::ComputedTime.of(name),
                None => Reason::NoTimeout.of(name),
            })?;
            (hints.attempts.get(name).copied().unwrap_or(last), last)
        }
        State::Parallel(_) => {
            let longest = inner_levels(state)
                .into_iter()
                .try_fold(
                    0,
                    |longest: u64, branch| Ok(longest.max(of_level(branch, hints)?)),
                )?;
            let once = Duration::from_millis(longest);
            (once, once)
        }
        State::Map(map) => {
            let batches = max_executions(name, map, hints)?.div_ceil(concurrency(map));
            let item = of_level((&map.item_processor).into(), hints)?;
            let once = times(Duration::from_millis(item), batches);
            (once, once)
        }
        State::Wait(wait) => match wait.seconds {
            Some(Number::Literal(seconds)) => (Duration::ZERO, Duration::from_secs(seconds)),
            _ => return Err(Reason::ComputedTime.of(name)),
        },
        State::Choice(_) | State::Pass(_) | State::Succeed(_) | State::Fail(_) => return Ok(0),
    };
    let waiting = hints.waiting.get(name).map_or(&[] as &[String], Vec::as_slice);
    Ok(millis(
        longest_retries(state, failing, last, waiting).saturating_add(last),
    ))
}

/// Rounded up, so that a bound stays one.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
