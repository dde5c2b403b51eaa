//! Task ids, which name a task inside of its execution, and task tokens, which name it outside.

use std::fmt;

use rand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hex::hex;
use crate::invariant::Invariant;

/// The id of one attempt of one task within its execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(u64);

impl TaskId {
    pub(crate) const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The attempt's number: 1 for the first task that the execution started, of whatever state.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "task {}", self.0)
    }
}

/// The prefix of every token, by which one is found in a payload and redacted.
const PREFIX: &str = "AQCEAAAAKgAAAAMAAAAA";

/// The marker in a history in the place of a token.
const REDACTED: &str = "<task token>";

/// The credential that completes a callback task.
///
/// Its holder can complete the task, so it is neither printed nor part of a history:
///
/// ```
/// use simulator::TaskToken;
///
/// let token = TaskToken::from("secret".to_owned());
/// assert_eq!(format!("{token:?}"), "TaskToken(<task token>)");
/// assert_eq!(token.expose(), "secret");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskToken(String);

impl TaskToken {
    /// A fresh token of 256 bits.
    pub(crate) fn generate(random: &mut impl Rng) -> Self {
        let mut text = String::with_capacity(PREFIX.len() + 64);
        text.push_str(PREFIX);
        for _ in 0..4 {
            text.push_str(&hex(&random.next_u64().to_be_bytes()));
        }
        Self(text)
    }

    /// The token itself, for the one who is meant to complete the task.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text has the form of a token, issued or not.
    pub(crate) fn is_well_formed(&self) -> bool {
        self.0
            .strip_prefix(PREFIX)
            .is_some_and(|rest| rest.len() == 64 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }
}

impl From<String> for TaskToken {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for TaskToken {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for TaskToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("TaskToken")
            .field(&format_args!("{REDACTED}"))
            .finish()
    }
}

/// Whether a token is anywhere in `value`.
pub(crate) fn is_in(value: &Value) -> bool {
    match value {
        Value::String(text) => is_in_text(text),
        Value::Array(items) => items.iter().any(is_in),
        Value::Object(fields) => fields.iter().any(|(key, value)| is_in_text(key) || is_in(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

pub(crate) fn is_in_text(text: &str) -> bool {
    text.len() >= PREFIX.len() && text.contains(PREFIX)
}

/// `value` with a marker in the place of every token.
pub(crate) fn redact(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(redact_text(text)),
        Value::Array(items) => Value::Array(items.iter().map(redact).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, value)| (redact_text(key), redact(value)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// `text` with a marker in the place of every token.
pub(crate) fn redact_text(text: &str) -> String {
    // Split first: a prefix begins with a hexadecimal digit, and may follow another token at once.
    let mut parts = text.split(PREFIX);
    let first = parts.next().expect_invariant("a split has a first part");
    parts.fold(first.to_owned(), |redacted, part| {
        redacted + REDACTED + part.trim_start_matches(|character: char| character.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_generated_token_is_well_formed_and_unique() {
        let mut random = ChaCha8Rng::seed_from_u64(1);

        let first = TaskToken::generate(&mut random);
        let second = TaskToken::generate(&mut random);

        assert!(first.is_well_formed());
        assert_ne!(first, second);
        assert!(!TaskToken::from("anything").is_well_formed());
    }

    #[test]
    fn tokens_are_redacted_anywhere_in_a_payload() {
        let token = TaskToken::generate(&mut ChaCha8Rng::seed_from_u64(2));
        let value = json!({"Payload": {"link": format!("x?{}&y", token.expose()), "list": [token.expose()]}});

        assert!(is_in(&value));
        assert_eq!(
            redact(&value),
            json!({"Payload": {"link": "x?<task token>&y", "list": ["<task token>"]}})
        );
        assert_eq!(redact_text(&token.expose().repeat(2)), "<task token><task token>");
    }
}
