//! Descriptions of executions, and request errors.

use thiserror::Error;

use crate::{DefinitionError, EpochMillis, ExecutionArn, NotRedrivable, Status};

/// Why [`StateMachines`](crate::StateMachines) rejects a request, named as the errors of the AWS API.
///
/// Source: [StartExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_Errors).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    #[error("there is no state machine `{name}`")]
    StateMachineDoesNotExist { name: String },
    /// The name is taken by an execution that has ended or that has another input.
    #[error("there is already an execution named `{name}`")]
    ExecutionAlreadyExists { name: String },
    #[error("there is no execution `{arn}`")]
    ExecutionDoesNotExist { arn: String },
    #[error("execution `{arn}` cannot be redriven: {reason}")]
    ExecutionNotRedrivable { arn: String, reason: NotRedrivable },
    /// The name is too long, or has characters that are not allowed.
    #[error("an execution cannot have that name: it takes 1 to 80 characters, and no spaces or wildcards")]
    InvalidName,
    #[error("the input has more than 256 KiB")]
    InvalidExecutionInput,
    /// The machine is registered as Express, and its definition is that of a Standard workflow: see
    /// [`Machine::check_type`](crate::Machine::check_type).
    #[error("the definition of the state machine is not valid: {0}")]
    InvalidDefinition(DefinitionError),
    /// The journal has failed, and nothing is changed that it could not record. AWS's name for a failure of its own.
    ///
    /// Source: [Common Errors](https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html).
    #[error("the journal has failed: repair what it reports, and restart")]
    JournalFailed,
}

impl RequestError {
    /// The error's name in the AWS API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::StateMachineDoesNotExist { .. } => "StateMachineDoesNotExist",
            Self::ExecutionAlreadyExists { .. } => "ExecutionAlreadyExists",
            Self::ExecutionDoesNotExist { .. } => "ExecutionDoesNotExist",
            Self::ExecutionNotRedrivable { .. } => "ExecutionNotRedrivable",
            Self::InvalidName => "InvalidName",
            Self::InvalidExecutionInput => "InvalidExecutionInput",
            Self::InvalidDefinition(_) => "InvalidDefinition",
            Self::JournalFailed => "ServiceUnavailable",
        }
    }
}

/// An execution without its history, as `DescribeExecution` has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Description {
    pub arn: ExecutionArn,
    pub name: String,
    pub machine_name: String,
    pub status: Status,
    pub started_at: EpochMillis,
    pub stopped_at: Option<EpochMillis>,
}
