//! Failed calls of AWS services.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call of an AWS service that failed: the operation and the error code.
///
/// The service's own message is dropped: it may quote the request, and with it an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} failed: {code}")]
pub struct CallFault {
    operation: &'static str,
    code: String,
    transient: bool,
}

/// Error codes that ask for a retry.
const TRANSIENT: [&str; 10] = [
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    // Of Step Functions, whose executions are encrypted with a key: its status is 400.
    "KmsThrottlingException",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceededException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "InternalServerError",
    "ServiceUnavailable",
];

impl CallFault {
    /// Classifies an SDK error.
    pub fn of<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self {
        let (code, transient) = match error {
            SdkError::TimeoutError(_) => ("no response in time", true),
            SdkError::DispatchFailure(_) => ("the service cannot be reached", true),
            SdkError::ResponseError(_) => ("the response cannot be read", true),
            SdkError::ServiceError(response) => {
                let code = response.err().code().unwrap_or("unknown");
                (
                    code,
                    TRANSIENT.contains(&code) || response.raw().status().is_server_error(),
                )
            }
            _ => ("the call could not be made", false),
        };
        Self {
            operation,
            code: code.to_owned(),
            transient,
        }
    }

    /// The error code, or a description if there was no response.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether a retry may succeed: there was no response, or the service was busy.
    pub fn is_transient(&self) -> bool {
        self.transient
    }
}
