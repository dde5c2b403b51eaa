//! Possible outcomes of tasks.

use std::collections::BTreeMap;
use std::fmt;

use asl_document::Retrier;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::Machine;
use crate::definition::StateKind;
use crate::failure::Failure;

/// A possible outcome of an attempt of a task.
///
/// ```
/// use serde_json::json;
/// use simulator::explorer::Outcome;
///
/// assert_eq!(Outcome::failure("Busy").at_most(2).to_string(), "fails with Busy");
/// assert_eq!(Outcome::success(json!([1])).to_string(), "succeeds with [1]");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub(super) answer: Answer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at_most: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Answer {
    Succeeds(Value),
    Fails(String),
    IsSilent,
    IsLate(Value),
    TokenSucceeds(Value),
    TokenFails(String),
    TokenIsSilent,
    TokenIsLate(Value),
}

impl Answer {
    /// Whether it follows the response of the integration.
    pub(super) fn is_of_token(&self) -> bool {
        matches!(
            self,
            Self::TokenSucceeds(_) | Self::TokenFails(_) | Self::TokenIsSilent | Self::TokenIsLate(_)
        )
    }

    /// Whether the attempt ends by a timeout.
    pub(super) fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::IsSilent | Self::IsLate(_) | Self::TokenIsSilent | Self::TokenIsLate(_)
        )
    }
}

impl Outcome {
    fn new(answer: Answer) -> Self {
        Self {
            answer,
            at_most: None,
        }
    }

    /// The task succeeds with an output: for `lambda:invoke`, the function's own. Not for a callback, which its token
    /// completes.
    pub fn success(output: Value) -> Self {
        Self::new(Answer::Succeeds(output))
    }

    /// The task, or the integration of a callback, fails with an error of that name.
    pub fn failure(error: impl Into<String>) -> Self {
        Self::new(Answer::Fails(error.into()))
    }

    /// The task, or the integration of a callback, never responds: the attempt ends by its timeout or its
    /// heartbeat, or not at all if it has neither.
    pub fn timeout() -> Self {
        Self::new(Answer::IsSilent)
    }

    /// As [`Outcome::timeout`], and then the result arrives after all. It is rejected, as on AWS.
    pub fn late(output: Value) -> Self {
        Self::new(Answer::IsLate(output))
    }

    /// The integration responds, and then the callback's token comes back with a result.
    pub fn token_success(output: Value) -> Self {
        Self::new(Answer::TokenSucceeds(output))
    }

    /// The integration responds, and then the callback's token comes back with an error of that name.
    pub fn token_failure(error: impl Into<String>) -> Self {
        Self::new(Answer::TokenFails(error.into()))
    }

    /// The integration responds, and the callback's token never comes back.
    pub fn token_never() -> Self {
        Self::new(Answer::TokenIsSilent)
    }

    /// As [`Outcome::token_never`], and then the token comes back after all. It is rejected, as on AWS.
    pub fn token_late(output: Value) -> Self {
        Self::new(Answer::TokenIsLate(output))
    }

    /// Lets the outcome be chosen at most that often on one path, in the same state. By default there is no
    /// such limit: this is for states in a loop, and for a Parallel or a Map that is retried. With a limit of 1,
    /// a failure is never tried until the retries are used up.
    pub fn at_most(self, times: u64) -> Self {
        Self {
            at_most: Some(times),
            ..self
        }
    }
}

/// A predicate, to follow the name of a state.
impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Answer::Succeeds(output) => write!(formatter, "succeeds with {output}"),
            Answer::Fails(error) => write!(formatter, "fails with {error}"),
            Answer::IsSilent => formatter.write_str("never answers"),
            Answer::IsLate(output) => write!(formatter, "answers too late, with {output}"),
            Answer::TokenSucceeds(output) => write!(formatter, "is completed by its token with {output}"),
            Answer::TokenFails(error) => write!(formatter, "is failed by its token with {error}"),
            Answer::TokenIsSilent => formatter.write_str("never gets its token back"),
            Answer::TokenIsLate(output) => write!(formatter, "gets its token back too late, with {output}"),
        }
    }
}

/// A table of the possible outcomes of each task of a machine. A distributed Map with an `ItemReader` is a task, too: its
/// result is the array of the items.
///
/// ```
/// use serde_json::json;
/// use simulator::explorer::{Outcome, Outcomes};
///
/// let outcomes = Outcomes::new()
///     .of("Charge", [Outcome::success(json!({"charged": true})), Outcome::failure("CardRefused")])
///     .of("Ask", [Outcome::token_success(json!("yes")), Outcome::token_never()]);
/// # let _ = outcomes;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Outcomes(BTreeMap<String, Vec<Outcome>>);

impl Outcomes {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds possible outcomes of the task state of that name. They are tried in this order.
    pub fn of(mut self, state: impl Into<String>, outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        self.0.entry(state.into()).or_default().extend(outcomes);
        self
    }

    pub(super) fn check(mut self, machine: &Machine) -> Result<Table, OutcomesError> {
        let mut table = BTreeMap::new();
        for node in machine.program().blocks.iter().flat_map(|block| &block.states) {
            let is_callback = match &node.kind {
                StateKind::Task(task) => task.callback,
                // An item reader is called like a task.
                StateKind::Map(map) if map.distributed.as_ref().is_some_and(|map| map.reader.is_some()) => {
                    false
                }
                _ => continue,
            };
            let state = node.name.to_string();
            let outcomes = match self.0.remove(&state) {
                Some(outcomes) if !outcomes.is_empty() => outcomes,
                _ => return Err(OutcomesError::Missing { state }),
            };
            for outcome in &outcomes {
                let fits = match outcome.answer {
                    Answer::Fails(_) | Answer::IsSilent => true,
                    Answer::Succeeds(_) | Answer::IsLate(_) => !is_callback,
                    _ => is_callback,
                };
                if !fits {
                    let outcome = outcome.to_string();
                    return Err(if is_callback {
                        OutcomesError::OnlyByToken { state, outcome }
                    } else {
                        OutcomesError::NoToken { state, outcome }
                    });
                }
            }
            let retry = node.retry.clone();
            table.insert(state, StateOutcomes { outcomes, retry });
        }
        match self.0.into_keys().next() {
            Some(state) => Err(OutcomesError::UnknownState { state }),
            None => Ok(table),
        }
    }
}

pub(super) type Table = BTreeMap<String, StateOutcomes>;

/// The possible outcomes of a state, and its retry policy.
#[derive(Debug)]
pub(super) struct StateOutcomes {
    pub(super) outcomes: Vec<Outcome>,
    retry: Vec<Retrier>,
}

impl StateOutcomes {
    /// Whether the state makes another attempt after that error, as long as it has one left.
    pub(super) fn retries(&self, failure: &Failure) -> bool {
        self.retry
            .iter()
            .find(|retrier| failure.matches(&retrier.error_equals))
            .is_some_and(|retrier| retrier.max_attempts != Some(0))
    }
}

/// A table of outcomes does not match its machine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OutcomesError {
    #[error("the task state `{state}` has no outcomes")]
    Missing { state: String },
    #[error("the machine has no task state `{state}`")]
    UnknownState { state: String },
    #[error("`{state}` waits for a token, so it cannot be that it {outcome}: use the outcomes of the token")]
    OnlyByToken { state: String, outcome: String },
    #[error("`{state}` has no token, so it cannot be that it {outcome}")]
    NoToken { state: String, outcome: String },
}
