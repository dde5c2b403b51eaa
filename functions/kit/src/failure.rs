//! Failures of invocations, each with a name.

use std::error::Error;

use asl::{ErrorClass, TaskError};
use lambda_runtime::Diagnostic;

/// The payload does not parse as the function's input.
pub(crate) const INVALID_INPUT: &str = "InvalidInput";

pub(crate) const PANIC: &str = "Panic";

/// How an invocation failed: what the runtime reports as `errorType` and `errorMessage`.
///
/// A workflow matches the name. By default the runtime would report the name of a Rust type, which a compiler
/// may change; here it is exactly what the function's contract declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The name on the wire.
    pub name: String,
    /// The message in the execution's history. It never holds a value from the input.
    pub message: String,
}

impl Failure {
    /// The failure that a declared error is reported as. The chain of its sources goes to the log.
    pub(crate) fn of<E: TaskError + Error>(error: &E) -> Self {
        let declared = error.declared();
        let chain = chain(error);
        match declared.class {
            ErrorClass::Transient => tracing::warn!(error = declared.name, chain, "failed, may be retried"),
            ErrorClass::Permanent => tracing::error!(error = declared.name, chain, "failed for good"),
        }
        Self {
            name: declared.name.to_owned(),
            message: error.to_string(),
        }
    }

    pub(crate) fn invalid_input(field: &str) -> Self {
        tracing::error!(error = INVALID_INPUT, field, "the payload does not fit");
        let message = format!("the payload does not fit the function's input at `{field}`");
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
