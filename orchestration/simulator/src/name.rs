//! Names of executions and execution ARNs.

use std::fmt;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionArn(Arc<str>);

impl ExecutionArn {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ExecutionArn {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ExecutionArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Whether an execution may have that name.
///
/// Source: `name` of [StartExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_RequestSyntax).
pub(crate) fn is_valid(name: &str) -> bool {
    (1..=80).contains(&name.chars().count())
        && !name.chars().any(|character| {
            character.is_whitespace()
                || character.is_control()
                || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(character)
        })
}
