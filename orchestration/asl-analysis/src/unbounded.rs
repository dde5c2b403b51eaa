//! Reasons for the absence of a bound.

use std::fmt;

/// A machine without a bound, and the state that causes it.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_analysis::{Reason, Unbounded, worst_case};
///
/// let place_order = PlaceOrder::define(|order| {
///     asl::wait_until("Due", order.due).then(|_| receipt("Sent", "r-1"))
/// });
/// let machine = place_order.build()?;
///
/// let due = Unbounded { state: "Due".to_owned(), reason: Reason::ComputedTime };
/// assert_eq!(due.to_string(), "Due takes a time that is computed at run time");
/// assert_eq!(worst_case(&machine, &place_order.hints()), Err(due));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{state} {reason}")]
pub struct Unbounded {
    pub state: String,
    /// The property of the state that has no bound.
    pub reason: Reason,
}

/// The property of a state that has no bound.
///
/// See [`Unbounded`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A timeout or a wait is computed at run time.
    ComputedTime,
    /// A task has no `TimeoutSeconds`.
    NoTimeout,
    /// The number of a Map's items is not known.
    UnknownItems,
    /// The number of rounds of the loop that begins with this state is not known.
    UnknownRounds,
    /// A loop can be entered at several states.
    IrreducibleLoop,
    /// Loops are nested deeper than the analysis goes.
    TooManyNestedLoops,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ComputedTime => "takes a time that is computed at run time",
            Self::NoTimeout => "has no timeout",
            Self::UnknownItems => "has an unknown number of items",
            Self::UnknownRounds => "begins a loop with an unknown number of rounds",
            Self::IrreducibleLoop => "is in a loop that can be entered at several states",
            Self::TooManyNestedLoops => "is in too many nested loops",
        })
    }
}

impl Reason {
    pub(crate) fn of(self, state: &str) -> Unbounded {
        Unbounded {
            state: state.to_owned(),
            reason: self,
        }
    }
}
