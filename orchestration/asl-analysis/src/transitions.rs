//! Upper bound of state transitions.

use crate::graph::{Level, inner_levels};
use crate::hints::Hints;
use crate::longest_path::longest_path;
use crate::maps::{is_distributed, is_express, max_executions};
use crate::retries::max_retries;
use crate::unbounded::Unbounded;
use asl_document::{State, StateMachine};

/// The most transitions that an execution is billed for, with every retry used; `Totals` in `asl-reports` says what
/// counts as one.
///
/// # Errors
///
/// A state without a bound.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_analysis::max_transitions;
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let machine = place_order.build()?;
///
/// let attempts_and_fail = 6 + 1;
/// assert_eq!(max_transitions(&machine, &place_order.hints())?, attempts_and_fail);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn max_transitions(machine: &StateMachine, hints: &Hints) -> Result<u64, Unbounded> {
    of_level(machine.into(), hints)
}

fn of_level(level: Level<'_>, hints: &Hints) -> Result<u64, Unbounded> {
    longest_path(level, hints, |name, state| of_state(name, state, hints))
}

fn of_state(name: &str, state: &State, hints: &Hints) -> Result<u64, Unbounded> {
    let once = match state {
        State::Parallel(_) => inner_levels(state).into_iter().try_fold(1, |sum: u64, branch| {
            Ok(sum.saturating_add(of_level(branch, hints)?))
        })?,
        State::Map(map) => {
            let items = max_executions(name, map, hints)?;
            let states = if is_express(map) {
                0
            } else {
                of_level((&map.item_processor).into(), hints)?
            };
            states
                .saturating_add(u64::from(is_distributed(map)))
                .saturating_mul(items)
                .saturating_add(1)
        }
        _ => 1,
    };
    Ok(once.saturating_mul(max_retries(state).saturating_add(1)))
}
