//! Errors of calls.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use crate::Problem;

/// Why a call has no result, after its retries.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No response, or only a part of one.
    #[error("{kind}: {}", root_cause(source))]
    NoResponse {
        kind: NoResponse,
        source: reqwest::Error,
    },
    /// The API rejected the request.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// An error without a problem document: from API Gateway itself, a proxy, or a server that is not this API.
    #[error("the response was {status}, without a problem document")]
    Status {
        status: StatusCode,
        /// The response's `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// The response is successful, but has not the documented form.
    #[error("the body of the response ({status}) is not as documented: see line {line}, column {column}")]
    Body {
        status: StatusCode,
        line: usize,
        column: usize,
    },
    /// The body of the response is longer than any of this API.
    #[error("the body of the response ({status}) is too long")]
    BodyTooLong { status: StatusCode },
}

/// How far a request without response got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoResponse {
    /// There was no connection: the API has not got the request.
    NotSent,
    /// The connection was lost or too slow: the API may have processed the request.
    Lost,
}

impl ClientError {
    pub(crate) fn no_response(error: reqwest::Error) -> Self {
        let kind = if error.is_connect() || error.is_builder() {
            NoResponse::NotSent
        } else {
            NoResponse::Lost
        };
        Self::NoResponse {
            kind,
            // The URL is known to the caller, and may name a sign-up.
            source: error.without_url(),
        }
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::NoResponse { .. } => None,
            Self::Problem(problem) => Some(problem.status),
            Self::Status { status, .. } | Self::Body { status, .. } | Self::BodyTooLong { status } => {
                Some(status.as_u16())
            }
        }
    }

    /// The time after which the API asks for the request to be sent again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem(Problem { retry_after, .. }) | Self::Status { retry_after, .. } => *retry_after,
            Self::NoResponse { .. } | Self::Body { .. } | Self::BodyTooLong { .. } => None,
        }
    }
}

impl fmt::Display for NoResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotSent => "no connection to the API",
            Self::Lost => "no response from the API",
        })
    }
}

/// The innermost source, which says more than the messages around it.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
