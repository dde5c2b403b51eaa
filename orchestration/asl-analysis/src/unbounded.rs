//! Why there is no bound.

use std::fmt;

/// A machine has no bound, and this state is why.
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
/// let due = Unbounded { state: "Due".to_owned(), why: Reason::TimeFromData };
/// assert_eq!(due.to_string(), "Due takes a time that comes from data");
/// assert_eq!(worst_case(&machine, &place_order.hints()), Err(due));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{state} {why}")]
pub struct Unbounded {
    /// The state.
    pub state: String,
    /// What is not known of it.
    pub why: Reason,
}

/// What is not known of a state.
///
/// See [`Unbounded`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A time is computed when the state is entered.
    TimeFromData,
    /// A task may take as long as it likes.
    NoTimeout,
    /// Nothing says how many items a Map has.
    NoItems,
    /// A loop begins here, and nothing says how many rounds it has.
    NoRounds,
    /// A loop has several states that it can begin with, or too many loops stand inside of each other.
    Tangled,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TimeFromData => "takes a time that comes from data",
            Self::NoTimeout => "has no time-out",
            Self::NoItems => "has an unknown number of items",
            Self::NoRounds => "begins a loop of an unknown number of rounds",
            Self::Tangled => "is in a tangle of loops",
        })
    }
}

impl Reason {
    pub(crate) fn of(self, state: &str) -> Unbounded {
        Unbounded {
            state: state.to_owned(),
            why: self,
        }
    }
}
