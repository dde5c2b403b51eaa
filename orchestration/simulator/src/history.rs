//! Execution histories, by the names of the Step Functions API.
//!
//! Source: [HistoryEvent](https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html).

use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use crate::{EpochMillis, SharedValue};

mod event_type;

pub use event_type::EventType;

/// The number of an event in its history, from 1.
pub type EventId = u64;

/// One line of an execution's history.
///
/// Serialised it has the shape of an event in the response of `GetExecutionHistory`: payloads are JSON inside of
/// a string and the timestamp is in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEvent {
    /// The event's number, from 1.
    pub id: EventId,
    /// The predecessor: the event that led to this one; 0 for the first.
    pub previous_event_id: EventId,
    pub timestamp: EpochMillis,
    pub event_type: EventType,
    pub details: Details,
    /// Where in the machine it happened; not part of the serialised form.
    pub location: Location,
}

/// Where in a machine an event happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// The state; `None` for what happens to the execution as a whole.
    pub state: Option<Arc<str>>,
    /// How many Parallel and Map states are around it.
    pub depth: usize,
    /// The branch or the item, counted from 0, of the innermost of them.
    pub branch: Option<usize>,
}

/// The details of an event. A task token in a payload is replaced by a marker.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Details {
    /// Nothing.
    None,
    /// Of `ExecutionStarted`.
    ExecutionStarted { input: SharedValue, role_arn: Arc<str> },
    /// Of `ExecutionSucceeded` and `LambdaFunctionSucceeded`.
    Output { output: SharedValue },
    /// Of an end without success: of the execution, of a Lambda function or of a distributed Map's run.
    Failure {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// Of every `..StateEntered`.
    StateEntered { name: Arc<str>, input: SharedValue },
    /// Of every `..StateExited`.
    StateExited {
        name: Arc<str>,
        output: SharedValue,
        assigned: Vec<(Arc<str>, SharedValue)>,
    },
    /// Of `LambdaFunctionScheduled`.
    LambdaScheduled {
        resource: Arc<str>,
        input: SharedValue,
        timeout_seconds: Option<u64>,
        credentials: Option<SharedValue>,
    },
    /// Of `TaskScheduled`.
    TaskScheduled {
        resource: Resource,
        parameters: SharedValue,
        region: Arc<str>,
        timeout_seconds: Option<u64>,
        heartbeat_seconds: Option<u64>,
        credentials: Option<SharedValue>,
    },
    /// Of `TaskStarted`.
    TaskStarted { resource: Resource },
    /// Of `TaskSubmitted` and `TaskSucceeded`.
    TaskOutput { resource: Resource, output: SharedValue },
    /// Of `TaskFailed` and `TaskTimedOut`.
    TaskFailure {
        resource: Resource,
        error: Arc<str>,
        cause: Option<Arc<str>>,
    },
    /// Of `MapStateStarted`.
    MapStarted { length: usize },
    /// Of `ExecutionRedriven`.
    ExecutionRedriven { count: u64 },
    /// Of `MapRunStarted`.
    MapRunStarted { arn: Arc<str> },
    /// Of `MapRunRedriven`.
    MapRunRedriven { arn: Arc<str>, count: u64 },
    /// Of every `MapIteration..`.
    MapIteration { name: Arc<str>, index: usize },
    /// Of `EvaluationFailed`.
    EvaluationFailed {
        state: Arc<str>,
        location: Option<Arc<str>>,
        error: Arc<str>,
        cause: Arc<str>,
    },
}

/// A service integration, the way a history names it: `lambda` and `invoke.waitForTaskToken`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub service: Arc<str>,
    /// The action, with its pattern where it has one.
    pub action: Arc<str>,
}

impl HistoryEvent {
    /// The name of the error that the event reports, where it reports one.
    pub fn error(&self) -> Option<&str> {
        match &self.details {
            Details::Failure { error, .. } => error.as_deref(),
            Details::TaskFailure { error, .. } | Details::EvaluationFailed { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Seconds with the milliseconds as a fraction, which is how the API writes a timestamp.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any real date are below 2^53, where a double is exact"
)]
fn seconds(time: EpochMillis) -> f64 {
    time.as_millis() as f64 / 1000.0
}

impl Serialize for HistoryEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &seconds(self.timestamp))?;
        map.serialize_entry("type", self.event_type.name())?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("previousEventId", &self.previous_event_id)?;
        if let Some(details) = self.details.to_json() {
            map.serialize_entry(&self.event_type.details_key(), &details)?;
        }
        map.end()
    }
}

/// Builds a JSON object that leaves out what is absent.
struct Fields(Map<String, Value>);

impl Fields {
    fn new() -> Self {
        Self(Map::new())
    }

    fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn set_some(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// A payload is JSON inside of a string, followed by a note on whether it is complete.
    fn set_payload(self, key: &str, value: &SharedValue) -> Self {
        self.set(key, value.to_string())
            .set(&format!("{key}Details"), json!({"truncated": false}))
    }

    fn resource(self, resource: &Resource) -> Self {
        self.set("resourceType", &*resource.service)
            .set("resource", &*resource.action)
    }
}

/// `{"RoleArn": ..}` of the document is `{"roleArn": ..}` in the history.
fn credentials_json(credentials: Option<&SharedValue>) -> Option<Value> {
    credentials.map(|value| match value.get("RoleArn") {
        Some(role) => json!({"roleArn": role}),
        None => Value::clone(value),
    })
}

impl Details {
    fn to_json(&self) -> Option<Value> {
        let fields = Fields::new();
        let fields = match self {
            Self::None => return None,
            Self::ExecutionStarted { input, role_arn } => {
                fields.set_payload("input", input).set("roleArn", &**role_arn)
            }
            Self::Output { output } => fields.set_payload("output", output),
            Self::Failure { error, cause } => fields
                .set_some("error", error.as_deref())
                .set_some("cause", cause.as_deref()),
            Self::StateEntered { name, input } => fields.set("name", &**name).set_payload("input", input),
            Self::StateExited {
                name,
                output,
                assigned,
            } => {
                let fields = fields.set("name", &**name).set_payload("output", output);
                if assigned.is_empty() {
                    fields
                } else {
                    let variables: Map<String, Value> = assigned
                        .iter()
                        .map(|(name, value)| (name.to_string(), value.to_string().into()))
                        .collect();
                    fields
                        .set("assignedVariables", variables)
                        .set("assignedVariablesDetails", json!({"truncated": false}))
                }
            }
            Self::LambdaScheduled {
                resource,
                input,
                timeout_seconds,
                credentials,
            } => fields
                .set("resource", &**resource)
                .set_payload("input", input)
                .set_some("timeoutInSeconds", *timeout_seconds)
                .set_some("taskCredentials", credentials_json(credentials.as_ref())),
            Self::TaskScheduled {
                resource,
                parameters,
                region,
                timeout_seconds,
                heartbeat_seconds,
                credentials,
            } => fields
                .resource(resource)
                .set("region", &**region)
                .set("parameters", parameters.to_string())
                .set_some("timeoutInSeconds", *timeout_seconds)
                .set_some("heartbeatInSeconds", *heartbeat_seconds)
                .set_some("taskCredentials", credentials_json(credentials.as_ref())),
            Self::TaskStarted { resource } => fields.resource(resource),
            Self::TaskOutput { resource, output } => fields.resource(resource).set_payload("output", output),
            Self::TaskFailure {
                resource,
                error,
                cause,
            } => fields
                .resource(resource)
                .set("error", &**error)
                .set_some("cause", cause.as_deref()),
            Self::MapStarted { length } => fields.set("length", *length),
            Self::ExecutionRedriven { count } => fields.set("redriveCount", *count),
            Self::MapRunStarted { arn } => fields.set("mapRunArn", &**arn),
            Self::MapRunRedriven { arn, count } => {
                fields.set("mapRunArn", &**arn).set("redriveCount", *count)
            }
            Self::MapIteration { name, index } => fields.set("name", &**name).set("index", *index),
            Self::EvaluationFailed {
                state,
                location,
                error,
                cause,
            } => fields
                .set("error", &**error)
                .set("cause", &**cause)
                .set_some("location", location.as_deref())
                .set("state", &**state),
        };
        Some(Value::Object(fields.0))
    }
}
