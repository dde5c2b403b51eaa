//! What is kept of a failed call.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call of an AWS service that failed: which one, and the code of the answer.
///
/// The service's own message is dropped: it may quote the request, and with it an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} failed: {code}")]
pub struct Fault {
    operation: &'static str,
    code: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// No answer: another try may get one.
    NoAnswer,
    /// The service answered that it cannot right now.
    Busy,
    /// The service answered that it will not.
    Refused,
}

/// Answers that ask for another try.
const BUSY: [&str; 9] = [
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceededException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "InternalServerError",
    "ServiceUnavailable",
];

impl Fault {
    /// What to keep of `error`, which `operation` ended with.
    pub fn of<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self {
        let (code, kind) = match error {
            SdkError::TimeoutError(_) => ("no answer in time".to_owned(), Kind::NoAnswer),
            SdkError::DispatchFailure(_) => ("the service cannot be reached".to_owned(), Kind::NoAnswer),
            SdkError::ResponseError(_) => ("the answer cannot be read".to_owned(), Kind::NoAnswer),
            SdkError::ServiceError(answer) => {
                let code = answer.err().code().unwrap_or("unknown").to_owned();
                let busy = BUSY.contains(&code.as_str()) || answer.raw().status().is_server_error();
                (code, if busy { Kind::Busy } else { Kind::Refused })
            }
            _ => ("the call could not be made".to_owned(), Kind::Refused),
        };
        Self {
            operation,
            code,
            kind,
        }
    }

    /// The code of the answer, or what stands for it.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether another try may go well.
    pub fn is_transient(&self) -> bool {
        self.kind != Kind::Refused
    }
}
