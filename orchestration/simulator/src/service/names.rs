//! What names an execution, what is told of it, and what is refused.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::{EpochMillis, NotRedrivable, Status};

/// Names an execution among all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionArn(Arc<str>);

impl ExecutionArn {
    /// The ARN as text.
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

/// Why a request to the service is refused; named as the errors of the AWS API.
///
/// Source: [StartExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_Errors).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// There is no such machine.
    #[error("there is no state machine `{name}`")]
    StateMachineDoesNotExist {
        /// The name or ARN that was given.
        name: String,
    },
    /// The name is taken by an execution that has ended or that has another input.
    #[error("there is already an execution named `{name}`")]
    ExecutionAlreadyExists {
        /// The name.
        name: String,
    },
    /// There is no such execution.
    #[error("there is no execution `{arn}`")]
    ExecutionDoesNotExist {
        /// The ARN that was given.
        arn: String,
    },
    /// The execution cannot be redriven.
    #[error("execution `{arn}` cannot be redriven: {reason}")]
    ExecutionNotRedrivable {
        /// The ARN that was given.
        arn: String,
        /// Why not.
        reason: NotRedrivable,
    },
    /// The name has not 1 to 80 characters, or some that are not allowed.
    #[error("an execution cannot have that name: it takes 1 to 80 characters, and no spaces or wildcards")]
    InvalidName,
    /// The input is too large.
    #[error("the input has more than 256 KiB")]
    InvalidExecutionInput,
    /// The journal has failed: nothing is changed that could not be kept. AWS's name for a failure of its own.
    ///
    /// Source: [Common Errors](https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html).
    #[error("the journal has failed; mend what it says, and start again")]
    NotKept,
}

impl ServiceError {
    /// The error's name in the AWS API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::StateMachineDoesNotExist { .. } => "StateMachineDoesNotExist",
            Self::ExecutionAlreadyExists { .. } => "ExecutionAlreadyExists",
            Self::ExecutionDoesNotExist { .. } => "ExecutionDoesNotExist",
            Self::ExecutionNotRedrivable { .. } => "ExecutionNotRedrivable",
            Self::InvalidName => "InvalidName",
            Self::InvalidExecutionInput => "InvalidExecutionInput",
            Self::NotKept => "ServiceUnavailable",
        }
    }
}

/// What is to be known about an execution without its history.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Description {
    /// The execution's ARN.
    pub arn: ExecutionArn,
    /// The execution's name.
    pub name: String,
    /// The machine's name.
    pub machine_name: String,
    /// Where it stands.
    pub status: Status,
    /// When it was started.
    pub started_at: EpochMillis,
    /// When it ended, if it has.
    pub stopped_at: Option<EpochMillis>,
}

/// Source: `name` of [StartExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_RequestSyntax).
pub(crate) fn is_valid(name: &str) -> bool {
    (1..=80).contains(&name.chars().count())
        && !name.chars().any(|character| {
            character.is_whitespace()
                || character.is_control()
                || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(character)
        })
}
