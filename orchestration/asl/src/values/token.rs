//! Task tokens.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What completes one attempt of a callback task.
///
/// It is a credential: anybody who has it can complete the task. Its `Debug` hides it, and it has no `Display`.
///
/// ```
/// use asl::TaskToken;
///
/// let token = TaskToken::new("AAAA");
///
/// assert_eq!(format!("{token:?}"), "TaskToken(hidden)");
/// assert_eq!(token.expose(), "AAAA");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskToken(String);

impl TaskToken {
    /// A token as it came over the wire.
    /// See [`TaskToken`].
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token itself, for the one call that needs it.
    /// See [`TaskToken`].
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TaskToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TaskToken(hidden)")
    }
}
