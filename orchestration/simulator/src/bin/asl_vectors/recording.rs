//! The format of a recording.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// One recorded execution.
#[derive(Debug, Deserialize)]
pub(crate) struct Recording {
    pub(crate) id: String,
    #[serde(rename = "type", default)]
    pub(crate) machine_type: MachineType,
    pub(crate) definition: Value,
    pub(crate) input: Value,
    pub(crate) expected: Expected,
    /// Absent where none were recorded.
    #[serde(default)]
    pub(crate) events: Option<Vec<Event>>,
    /// Whether the events are in their order.
    #[serde(default)]
    pub(crate) events_exact: Option<bool>,
    #[serde(default)]
    pub(crate) tasks: Option<Vec<Task>>,
    /// What stands in strings for what differs from run to run.
    #[serde(default)]
    pub(crate) placeholders: Option<Vec<String>>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum MachineType {
    #[default]
    Standard,
    Express,
}

/// How it ended. What is absent was not recorded.
#[derive(Debug, Deserialize)]
pub(crate) struct Expected {
    pub(crate) status: String,
    #[serde(default, deserialize_with = "present")]
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<Value>,
}

/// One event; `prev` is the index of the one that led to it.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) details: Value,
    pub(crate) prev: Option<usize>,
}

/// One attempt of one task.
#[derive(Debug, Deserialize)]
pub(crate) struct Task {
    pub(crate) state: String,
    /// What it answered before its result.
    #[serde(default)]
    pub(crate) submitted: Option<Value>,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) result: String,
    #[serde(default)]
    pub(crate) output: Value,
    #[serde(default)]
    pub(crate) error: Option<String>,
    #[serde(default)]
    pub(crate) cause: Option<Value>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Why a file cannot be replayed.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("line {line}, at `{path}`: {source}")]
    Malformed {
        line: usize,
        path: String,
        source: serde_json::Error,
    },
}

/// Reads a file of recordings.
pub(crate) fn read(file: &Path) -> Result<Vec<Recording>, Error> {
    let text = std::fs::read_to_string(file)?;
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let source = error.into_inner();
        Error::Malformed {
            line: source.line(),
            path,
            source,
        }
    })
}
