//! Transitions of an execution, and their written form.
//!
//! The written forms are types of their own, so that a change of a public type does not change what older journals mean
//! by accident. A payload is JSON inside of a string: it may be nested as deep as `serde_json` reads, and inside of other
//! JSON it would be nested deeper.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Fingerprint;
use crate::{EpochMillis, Start, TaskEvent, TaskId, TaskToken, WorkflowType};

/// One input of an execution, and the fingerprint of its state afterwards.
#[derive(Serialize, Deserialize)]
pub(crate) struct Transition {
    pub(crate) at: EpochMillis,
    #[serde(rename = "what")]
    pub(crate) trigger: Trigger,
    #[serde(rename = "mark")]
    pub(crate) fingerprint: Fingerprint,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Trigger {
    Started(Box<Started>),
    /// It was started by another execution's task.
    Nested(Nesting),
    Event(#[serde(with = "Event")] TaskEvent),
    /// Timers were due.
    Time,
    /// It was woken: see [`Execution::wake`](crate::Execution::wake).
    Woken,
    Stopped {
        error: Option<String>,
        cause: Option<String>,
    },
    Redriven,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Started {
    /// The digest of its definition.
    pub(crate) definition: String,
    #[serde(with = "Starting")]
    pub(crate) start: Start,
}

/// The relation of an execution to the one whose task started it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Nesting {
    /// How many executions have started each other, down to this one.
    pub(crate) depth: usize,
    /// The ARN of the execution that waits for it, if one does.
    pub(crate) parent: Option<String>,
    pub(crate) task: TaskId,
    /// Whether that task gets input and output as JSON, not as text.
    pub(crate) as_json: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Start", rename_all = "camelCase")]
struct Starting {
    name: String,
    machine_name: String,
    #[serde(with = "text")]
    input: Value,
    now: EpochMillis,
    seed: u64,
    #[serde(rename = "kind", with = "Type")]
    workflow_type: WorkflowType,
    region: String,
    account: String,
    role_arn: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "WorkflowType", rename_all = "camelCase")]
enum Type {
    Standard,
    Express,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TaskEvent", rename_all = "camelCase")]
enum Event {
    Succeeded {
        id: TaskId,
        #[serde(with = "text")]
        output: Value,
    },
    #[serde(rename = "answered")]
    Responded {
        id: TaskId,
        #[serde(rename = "answer", with = "text")]
        response: Value,
    },
    Submitted {
        id: TaskId,
        #[serde(rename = "answer", with = "text")]
        response: Value,
    },
    Failed {
        id: TaskId,
        error: String,
        cause: String,
    },
    TokenSucceeded {
        #[serde(with = "token")]
        token: TaskToken,
        #[serde(with = "text")]
        output: Value,
    },
    TokenFailed {
        #[serde(with = "token")]
        token: TaskToken,
        error: String,
        cause: String,
    },
    TokenHeartbeat {
        #[serde(with = "token")]
        token: TaskToken,
    },
}

/// A payload as text.
mod text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        let text = String::deserialize(deserializer)?;
        // serde's own message may quote a value, which may be personal.
        serde_json::from_str(&text).map_err(|_| D::Error::custom("a payload is not JSON"))
    }
}

/// A token in clear: the journal is the one place that needs it.
mod token {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::TaskToken;

    pub(super) fn serialize<S: Serializer>(token: &TaskToken, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(token.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TaskToken, D::Error> {
        String::deserialize(deserializer).map(TaskToken::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_round_trips_exactly() {
        let payload = json!({"z": 1, "a": [0.1 + 0.2, 5e-324, -0.0, 1e300, u64::MAX, i64::MIN, "\u{1f600}\u{0}", null]});
        let event = TaskEvent::Succeeded {
            id: TaskId::new(1),
            output: payload.clone(),
        };

        let written = serde_json::to_string(&Trigger::Event(event)).unwrap();

        let Ok(Trigger::Event(TaskEvent::Succeeded { output, .. })) = serde_json::from_str(&written) else {
            panic!("{written}")
        };
        assert_eq!(output.to_string(), payload.to_string());
        assert_eq!(output, payload);
    }

    #[test]
    fn a_payload_of_the_deepest_json_round_trips() {
        let deep = "[".repeat(127) + &"]".repeat(127);
        let event = TaskEvent::Responded {
            id: TaskId::new(1),
            response: serde_json::from_str(&deep).unwrap(),
        };

        let written = serde_json::to_string(&Trigger::Event(event)).unwrap();

        assert!(serde_json::from_str::<Trigger>(&written).is_ok());
    }
}
