//! The most state transitions of an execution.

use super::attempts::most_retries;
use super::heaviest::heaviest;
use super::knowledge::Knowledge;
use super::maps::{is_distributed, is_express, most_executions};
use super::unbounded::Unbounded;
use crate::document::{State, StateMachine};
use crate::ways::{Level, inside};

/// The most transitions that an execution is billed for, if every retry is needed; see [`Totals`](super::Totals) for
/// what counts as one.
///
/// # Errors
///
/// The state because of which there is no bound.
///
/// ```
/// # use shop::*;
/// use asl::report::most_transitions;
///
/// let place_order = asl::workflow::<PlaceOrder, _>(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let machine = place_order.build()?;
///
/// let attempts_and_fail = 6 + 1;
/// assert_eq!(most_transitions(&machine, &place_order.knowledge())?, attempts_and_fail);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn most_transitions(machine: &StateMachine, knowledge: &Knowledge) -> Result<u64, Unbounded> {
    of_level(machine.into(), knowledge)
}

fn of_level(level: Level<'_>, knowledge: &Knowledge) -> Result<u64, Unbounded> {
    heaviest(level, knowledge, |name, state| of_state(name, state, knowledge))
}

fn of_state(name: &str, state: &State, knowledge: &Knowledge) -> Result<u64, Unbounded> {
    let once = match state {
        State::Parallel(_) => {
            let branches = inside(state)
                .into_iter()
                .map(|branch| of_level(branch, knowledge));
            branches
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .fold(1, u64::saturating_add)
        }
        State::Map(map) => {
            let items = most_executions(name, map, knowledge)?;
            let states = if is_express(map) {
                0
            } else {
                of_level((&map.item_processor).into(), knowledge)?
            };
            states
                .saturating_add(u64::from(is_distributed(map)))
                .saturating_mul(items)
                .saturating_add(1)
        }
        _ => 1,
    };
    Ok(once.saturating_mul(most_retries(state).saturating_add(1)))
}
