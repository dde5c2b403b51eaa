//! Failures of invocations, each with a name.
//!
//! The levels of errors, from the outside in:
//!
//! - `…Fault`: a port; something outside the function failed.
//! - `…Error` of a contract: a task; a workflow retries or catches it by name.
//! - [`Failure`]: an invocation; the name and the message that Lambda reports.
//! - [`Problem`](crate::api::Problem): an HTTP response.

use std::error::Error;

use asl::{ErrorClass, TaskError};
use lambda_runtime::Diagnostic;

/// The payload does not parse as the function's input.
pub(crate) const INVALID_INPUT: &str = "InvalidInput";

pub(crate) const PANIC: &str = "Panic";

/// The error of a failed invocation: what the runtime reports as `errorType` and `errorMessage`.
///
/// A workflow matches the name. By default the runtime would report the name of a Rust type, which a compiler
/// may change; this name is exactly the one that the function's contract declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The name on the wire.
    pub name: String,
    /// The message in the execution's history. It never holds a value from the input.
    pub message: String,
}

impl Failure {
    /// Converts a declared error, and logs its sources.
    pub(crate) fn of<E: TaskError + Error>(error: &E) -> Self {
        let declared = error.declared();
        let chain = chain(error);
        match declared.class {
            ErrorClass::Transient => tracing::warn!(
                error = declared.name,
                chain,
                "the task failed; a retry may succeed"
            ),
            ErrorClass::Permanent => {
                tracing::error!(error = declared.name, chain, "the task failed permanently")
            }
        }
        Self {
            name: declared.name.to_owned(),
            message: error.to_string(),
        }
    }

    pub(crate) fn invalid_input(field: &str) -> Self {
        tracing::error!(error = INVALID_INPUT, field, "invalid input");
        let message = if field == "." {
            "invalid input: the payload is missing a field, or is not an object".to_owned()
        } else {
            format!("invalid input: field `{field}` is missing or has an invalid value")
        };
        Self {
            name: INVALID_INPUT.to_owned(),
            message,
        }
    }

    pub(crate) fn panic() -> Self {
        tracing::error!(error = PANIC, "the function panicked");
        Self {
            name: PANIC.to_owned(),
            message: "the function panicked; see its log".to_owned(),
        }
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self {
            error_type: failure.name,
            error_message: failure.message,
        }
    }
}

/// The error and its sources, outermost first: for the log.
pub fn chain(error: &dyn Error) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    chain
}
