//! What happened to an execution, and how that is written.
//!
//! The written forms are apart from the types that they are of, so that a change of a type does not change by accident
//! what older journals mean. A payload is JSON inside of a string: it may be as deep as JSON that is read can be, and
//! could not be read back from any deeper.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Mark;
use crate::{EpochMillis, Kind, Start, TaskEvent, TaskId, TaskToken};

/// One thing that happened, and where the execution stood after it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) at: EpochMillis,
    pub(crate) what: Happened,
    pub(crate) mark: Mark,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Happened {
    /// It was started.
    Started(Box<Started>),
    /// It was started by another execution's task.
    Nested(Nesting),
    /// Something happened to one of its tasks.
    Event(#[serde(with = "Event")] TaskEvent),
    /// Timers were due.
    Time,
    /// It went on after nobody had driven it.
    Woken,
    /// It was stopped.
    Stopped {
        error: Option<String>,
        cause: Option<String>,
    },
    /// It was redriven.
    Redriven,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Started {
    /// The digest of its definition.
    pub(crate) definition: String,
    #[serde(with = "Starting")]
    pub(crate) start: Start,
}

/// How an execution belongs to the one whose task started it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Nesting {
    /// How many executions are around it.
    pub(crate) depth: usize,
    /// The ARN of the execution that waits for it, if one does.
    pub(crate) parent: Option<String>,
    /// The task that does.
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
    #[serde(with = "Type")]
    kind: Kind,
    region: String,
    account: String,
    role_arn: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Kind", rename_all = "camelCase")]
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
    Answered {
        id: TaskId,
        #[serde(with = "text")]
        answer: Value,
    },
    Submitted {
        id: TaskId,
        #[serde(with = "text")]
        answer: Value,
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

/// A token as what it is: the journal is the one place that has to know it.
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
    fn a_payload_is_read_back_to_the_last_bit() {
        let payload = json!({"z": 1, "a": [0.1 + 0.2, 5e-324, -0.0, 1e300, u64::MAX, i64::MIN, "\u{1f600}\u{0}", null]});
        let event = TaskEvent::Succeeded {
            id: TaskId::new(1),
            output: payload.clone(),
        };

        let written = serde_json::to_string(&Happened::Event(event)).unwrap();

        let Ok(Happened::Event(TaskEvent::Succeeded { output, .. })) = serde_json::from_str(&written) else {
            panic!("{written}")
        };
        assert_eq!(output.to_string(), payload.to_string());
        assert_eq!(output, payload);
    }

    #[test]
    fn a_payload_may_be_as_deep_as_any_that_is_read() {
        let deep = "[".repeat(127) + &"]".repeat(127);
        let event = TaskEvent::Answered {
            id: TaskId::new(1),
            answer: serde_json::from_str(&deep).unwrap(),
        };

        let written = serde_json::to_string(&Happened::Event(event)).unwrap();

        assert!(serde_json::from_str::<Happened>(&written).is_ok());
    }
}
