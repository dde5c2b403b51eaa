//! Queries of the tests.

use serde_json::Value;
use simulator::{EventType, Execution};

use super::Ran;

impl Ran {
    pub(crate) fn output(&self) -> &Value {
        let status = self.execution.status();
        status.output().unwrap_or_else(|| panic!("{status:?}"))
    }

    /// The states whose tasks were called, in order; attempts of one state behind each other count once.
    pub(crate) fn states(&self) -> Vec<&str> {
        let mut states: Vec<&str> = self.calls.iter().map(|call| &*call.state).collect();
        states.dedup();
        states
    }

    /// The arguments of each attempt that the state made.
    pub(crate) fn arguments(&self, state: &str) -> Vec<&Value> {
        let calls = self.calls.iter().filter(|call| &*call.state == state);
        calls.map(|call| &*call.arguments).collect()
    }
}

/// Whether something of this kind happened in the state.
pub(crate) fn happened(execution: &Execution, state: &str, what: EventType) -> bool {
    let mut history = execution.history().iter();
    history.any(|event| event.event_type == what && event.location.state.as_deref() == Some(state))
}
