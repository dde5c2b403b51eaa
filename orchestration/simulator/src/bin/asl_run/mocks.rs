//! The mock configuration of Step Functions Local.
//!
//! Source: [Configuration file for mocked service
//! integrations](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use simulator::scripted::ScriptedEvent;
use simulator::{Machine, TaskCall, TaskEvent};
use thiserror::Error;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct MockFile {
    state_machines: BTreeMap<String, MockedMachine>,
    #[serde(default)]
    mocked_responses: BTreeMap<String, BTreeMap<String, MockedResponse>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MockedMachine {
    /// By case, the mocked response of each state.
    test_cases: BTreeMap<String, BTreeMap<String, String>>,
}

/// The response of an attempt, or of a range of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct MockedResponse {
    #[serde(default, deserialize_with = "present")]
    r#return: Option<Value>,
    throw: Option<Thrown>,
    /// Ours, not in Step Functions Local: virtual seconds until the response.
    #[serde(default)]
    after_seconds: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Thrown {
    error: String,
    #[serde(default)]
    cause: String,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Mocks do not match the machine, or have no response for a call.
#[derive(Debug, Error)]
pub(crate) enum MockError {
    #[error("there are several {what}, so name one with {option}: {}", names.join(", "))]
    Ambiguous {
        what: &'static str,
        option: &'static str,
        names: Vec<String>,
    },
    #[error("there is no {what} `{name}`; there is: {}", names.join(", "))]
    Unknown {
        what: &'static str,
        name: String,
        names: Vec<String>,
    },
    #[error("test case `{case}` mocks state `{state}`, which the machine does not have")]
    UnknownState { case: String, state: String },
    #[error("state `{state}` is mocked by `{response}`, which `MockedResponses` does not have")]
    UnknownResponse { state: String, response: String },
    #[error(
        "`MockedResponses.{response}` has the key `{key}`: it takes an attempt such as `0`, or a range such as `1-2`"
    )]
    BadKey { response: String, key: String },
    #[error("`MockedResponses.{response}.{key}` takes either `Return` or `Throw`")]
    NoAnswer { response: String, key: String },
    #[error("`MockedResponses.{response}.{key}` has an `AfterSeconds` that is negative or too large")]
    BadDelay { response: String, key: String },
    #[error("state `{state}` calls `{resource}`, which has no mocked response")]
    NotMocked { state: String, resource: String },
    #[error(
        "state `{state}` makes call number {number}, and its mocked response `{response}` has no `{index}`"
    )]
    Exhausted {
        state: String,
        response: String,
        number: usize,
        index: usize,
    },
}

/// The responses of the tasks of a machine in one test case.
#[derive(Debug, Default)]
pub(crate) struct Mocks {
    states: BTreeMap<String, Mock>,
}

#[derive(Debug)]
struct Mock {
    response: String,
    answers: Vec<MockedAnswer>,
    calls: usize,
}

/// The response of a range of attempts, counted from 0.
#[derive(Debug)]
struct MockedAnswer {
    attempts: RangeInclusive<usize>,
    result: Result<Value, Thrown>,
    after: Duration,
}

impl MockFile {
    /// Chooses a test case and checks it against the machine.
    pub(crate) fn choose(
        &self,
        machine: &Machine,
        name: Option<&str>,
        case: Option<&str>,
    ) -> Result<Mocks, MockError> {
        let (_, mocked) = one_of(&self.state_machines, name, "state machine", "--machine")?;
        let (case, states) = one_of(&mocked.test_cases, case, "test case", "--test")?;
        let mut mocks = Mocks::default();
        for (state, response) in states {
            if !machine.state_names().any(|known| known == state) {
                return Err(MockError::UnknownState {
                    case: case.clone(),
                    state: state.clone(),
                });
            }
            let answers = self
                .mocked_responses
                .get(response)
                .ok_or_else(|| MockError::UnknownResponse {
                    state: state.clone(),
                    response: response.clone(),
                })?;
            let mock = Mock {
                response: response.clone(),
                answers: answers
                    .iter()
                    .map(|(key, answer)| answers_of(response, key, answer))
                    .collect::<Result<_, _>>()?,
                calls: 0,
            };
            mocks.states.insert(state.clone(), mock);
        }
        Ok(mocks)
    }
}

fn answers_of(response: &str, key: &str, answer: &MockedResponse) -> Result<MockedAnswer, MockError> {
    let bad_key = || MockError::BadKey {
        response: response.to_owned(),
        key: key.to_owned(),
    };
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| bad_key());
    let (first, last) = match key.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(key)?, number(key)?),
    };
    if first > last {
        return Err(bad_key());
    }
    let result = match (answer.r#return.clone(), answer.throw.clone()) {
        (Some(output), None) => Ok(output),
        (None, Some(thrown)) => Err(thrown),
        _ => {
            return Err(MockError::NoAnswer {
                response: response.to_owned(),
                key: key.to_owned(),
            });
        }
    };
    let after = Duration::try_from_secs_f64(answer.after_seconds).map_err(|_| MockError::BadDelay {
        response: response.to_owned(),
        key: key.to_owned(),
    })?;
    Ok(MockedAnswer {
        attempts: first..=last,
        result,
        after,
    })
}

/// The entry of that name, or the only one.
fn one_of<'a, T>(
    all: &'a BTreeMap<String, T>,
    name: Option<&str>,
    what: &'static str,
    option: &'static str,
) -> Result<(&'a String, &'a T), MockError> {
    let names = || all.keys().cloned().collect();
    match name {
        Some(name) => all.get_key_value(name).ok_or_else(|| MockError::Unknown {
            what,
            name: name.to_owned(),
            names: names(),
        }),
        None if all.len() > 1 => Err(MockError::Ambiguous {
            what,
            option,
            names: names(),
        }),
        None => all.first_key_value().ok_or_else(|| MockError::Unknown {
            what,
            name: "any".to_owned(),
            names: vec!["none".to_owned()],
        }),
    }
}

impl Mocks {
    /// The response of a call. A callback task is completed by its token.
    pub(crate) fn answer(&mut self, call: &TaskCall) -> Result<Vec<(Duration, ScriptedEvent)>, MockError> {
        let mock = self
            .states
            .get_mut(&*call.state)
            .ok_or_else(|| MockError::NotMocked {
                state: call.state.to_string(),
                resource: call.resource.to_string(),
            })?;
        let index = mock.calls;
        mock.calls += 1;
        let answer = mock
            .answers
            .iter()
            .find(|answer| answer.attempts.contains(&index))
            .ok_or_else(|| MockError::Exhausted {
                state: call.state.to_string(),
                response: mock.response.clone(),
                number: index + 1,
                index,
            })?;
        let event = match (answer.result.clone(), &call.task_token) {
            (Err(Thrown { error, cause }), Some(token)) => TaskEvent::TokenFailed {
                token: token.clone(),
                error,
                cause,
            },
            (Err(Thrown { error, cause }), None) => TaskEvent::Failed {
                id: call.id,
                error,
                cause,
            },
            (Ok(output), Some(token)) => TaskEvent::TokenSucceeded {
                token: token.clone(),
                output,
            },
            (Ok(response), None) => TaskEvent::Responded {
                id: call.id,
                response,
            },
        };
        Ok(vec![(answer.after, ScriptedEvent::Task(event))])
    }
}
