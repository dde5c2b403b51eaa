//! What a document cannot say about its machine.

use std::time::Duration;

use indexmap::IndexMap;

use asl_document::{MapState, TaskState};

/// What a document cannot say about its machine, by the names of states.
///
/// Nothing in it is needed. Where it says nothing, the defaults are on the safe side: an attempt takes as long as it
/// may, and a loop or a Map of which nothing is known has no bound.
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
    /// For a callback whose time-out is not retried this is the time limit of the function that asks, and not the
    /// time of the person who is asked.
    pub attempts: IndexMap<String, Duration>,
    /// The most rounds of a loop, by the Choice that leads back; unbounded by default.
    ///
    /// A round is one run of what the loop repeats. A Choice at the loop's end has as many turns as there are rounds;
    /// one at its beginning has one more, with which it leaves.
    pub rounds: IndexMap<String, u64>,
    /// The most items of a Map; the length of its `Items` by default where they are written down, or else unbounded.
    pub items: IndexMap<String, u64>,
    /// How long a task usually takes once it is called; 21 ms in a report by default (`USUAL_CALL` in `asl-reports`).
    pub expected: IndexMap<String, Duration>,
}

impl Hints {
    /// The longest that a failing attempt takes, if there is a bound.
    pub fn attempt(&self, name: &str, task: &TaskState) -> Option<Duration> {
        self.attempts.get(name).copied().or_else(|| timeout(task))
    }

    /// The most items, if there is a bound.
    pub fn most_items(&self, name: &str, map: &MapState) -> Option<u64> {
        let written = || map.items.as_ref()?.as_array()?.len().try_into().ok();
        self.items.get(name).copied().or_else(written)
    }
}

/// The longest that one attempt may take, if that is written down.
pub fn timeout(task: &TaskState) -> Option<Duration> {
    match task.timeout_seconds {
        Some(asl_document::Number::Literal(seconds)) => Some(Duration::from_secs(seconds)),
        _ => None,
    }
}
