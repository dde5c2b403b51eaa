//! The format of a vector. `vectors/README.md` describes it.

use serde::Deserialize;
use serde_json::Value;

/// One execution: a machine, an input, the results of its tasks, and the expected end.
#[derive(Debug, Deserialize)]
pub struct Vector {
    pub(super) id: String,
    /// What the expectation follows; absent for a recording.
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(rename = "type", default)]
    pub(super) machine_type: MachineType,
    pub(super) definition: Value,
    pub(super) input: Value,
    pub(super) expected: Expected,
    /// Absent where none were recorded.
    #[serde(default)]
    pub(super) events: Option<Vec<Event>>,
    /// Whether the events are in their order.
    #[serde(default)]
    pub(super) events_exact: Option<bool>,
    #[serde(default)]
    pub(super) tasks: Option<Vec<Task>>,
    #[serde(default)]
    pub(super) stop: Option<Stop>,
    /// Seconds after the start.
    #[serde(default)]
    pub(super) redrive_at: Option<f64>,
    /// Placeholders in strings, for what differs from run to run.
    #[serde(default)]
    pub(super) placeholders: Option<Vec<String>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum MachineType {
    #[default]
    Standard,
    Express,
}

/// The expected end. What is absent was not recorded.
#[derive(Debug, Deserialize)]
pub(super) struct Expected {
    pub(super) status: String,
    #[serde(default, deserialize_with = "present")]
    pub(super) output: Option<Value>,
    pub(super) error: Option<String>,
    pub(super) cause: Option<Value>,
}

/// One event; `prev` is the index of the one that led to it.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) details: Value,
    pub(super) prev: Option<usize>,
    /// Seconds after the start.
    #[serde(default)]
    pub(super) at: Option<f64>,
}

/// One attempt of one task.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Task {
    pub(super) state: String,
    /// The response of the integration, before the result.
    #[serde(default)]
    pub(super) submitted: Option<Value>,
    /// Seconds between the call and its outcome.
    #[serde(default)]
    pub(super) after: f64,
    /// Seconds after the call at which a heartbeat comes.
    #[serde(default)]
    pub(super) heartbeats: Vec<f64>,
    #[serde(default)]
    pub(super) by: Option<By>,
    pub(super) outcome: RecordedOutcome,
}

/// Who gives a callback task's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    Token,
    Integration,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct RecordedOutcome {
    pub(super) result: String,
    #[serde(default)]
    pub(super) output: Value,
    #[serde(default)]
    pub(super) error: Option<String>,
    #[serde(default)]
    pub(super) cause: Option<Value>,
}

/// Seconds after the start at which the execution is stopped, and with what.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Stop {
    pub(super) at: f64,
    pub(super) error: Option<String>,
    pub(super) cause: Option<String>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
