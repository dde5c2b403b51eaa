//! Analysis hints that a document cannot express.

use std::time::Duration;

use indexmap::IndexMap;

use asl_document::{MapState, Number, TaskState};

/// Analysis hints that a document cannot express, by the names of states.
///
/// All of them are optional. The defaults are conservative: a failing attempt takes until its timeout, and a loop or a
/// Map without a hint has no bound.
///
/// ```
/// use std::time::Duration;
///
/// let hints = asl_analysis::Hints {
///     attempts: [("AskPerson".to_owned(), Duration::from_secs(10))].into(),
///     ..Default::default()
/// };
/// assert_eq!(hints.attempts["AskPerson"].as_secs(), 10);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// The longest that an attempt of a task takes if it fails and is tried again; its `TimeoutSeconds` by default.
    ///
    /// For a callback whose timeout is not retried this is the timeout of the function that is called, without the
    /// wait for the task token.
    pub attempts: IndexMap<String, Duration>,
    /// Errors that a callback fails with while it waits, by its name: an attempt that is retried after one of them takes up to
    /// its `TimeoutSeconds`. None by default.
    pub waiting: IndexMap<String, Vec<String>>,
    /// The most rounds of a loop, by the Choice that leads back; unbounded by default.
    ///
    /// A round is one run of the loop's body. A Choice at the end of the body is evaluated once per round, one at its
    /// beginning once more.
    pub rounds: IndexMap<String, u64>,
    /// The most items of a Map; by default the length of a literal `Items`, or else unbounded.
    pub items: IndexMap<String, u64>,
    /// The usual duration of a task; 21 ms in a report by default (`TYPICAL_CALL` in `asl-reports`).
    pub expected: IndexMap<String, Duration>,
}

impl Hints {
    /// The most items, if there is a bound.
    pub fn max_items(&self, name: &str, map: &MapState) -> Option<u64> {
        let literal = || map.items.as_ref()?.as_array()?.len().try_into().ok();
        self.items.get(name).copied().or_else(literal)
    }
}

/// The timeout of one attempt, if it is a literal.
pub fn timeout(task: &TaskState) -> Option<Duration> {
    match task.timeout_seconds {
        Some(Number::Literal(seconds)) => Some(Duration::from_secs(seconds)),
        _ => None,
    }
}
