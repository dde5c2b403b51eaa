//! Failures of the program: messages and exit codes.

use std::fmt::{self, Write};
use std::time::Duration;

use client::{ApiUrl, ClientError, FieldError, IdempotencyKey, NoResponse, Status};
use serde::Serialize;

/// The documentation of all exit codes. `infra/client/README.md` has it, too.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done; with --wait and --watch: the address is verified
  1  the API rejected the request, for example because of an invalid field or a wrong code
  2  the arguments are invalid, or the program cannot start
  3  there is no such sign-up, or the link or code is no longer valid
  4  the sign-up ended without an account (--wait, --watch)
  5  no response, or too many requests: the same command may succeed later
  6  the time limit has passed (--timeout)";

/// Why a command failed.
pub(crate) enum Failure {
    /// A call failed.
    Call { error: Box<ClientError>, hint: Hint },
    /// An argument is invalid in a way that clap does not know.
    Argument(&'static str),
    /// The sign-up ended without an account.
    Ended(Status),
    /// `--timeout`.
    TimedOut(Duration),
    /// The program cannot work at all.
    Setup(Box<dyn std::error::Error>),
}

/// What else helps the person who reads the message.
pub(crate) enum Hint {
    None,
    /// The API whose connection failed.
    Api(Box<ApiUrl>),
    /// The key to sign up with again, so that there is only one sign-up.
    Key(IdempotencyKey),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Call { error, .. } => match error.status() {
                None | Some(429 | 500..) => 5,
                Some(404 | 410) => 3,
                Some(_) => 1,
            },
            Self::Argument(_) | Self::Setup(_) => 2,
            Self::Ended(_) => 4,
            Self::TimedOut(_) => 6,
        }
    }

    /// The failure as JSON, in the form of a problem document.
    pub(crate) fn to_json(&self) -> String {
        let mut document = Document {
            status: None,
            detail: self.to_string(),
            errors: &[],
            retry_after_seconds: None,
        };
        if let Self::Call { error, .. } = self {
            document.status = error.status();
            document.retry_after_seconds = error.retry_after().map(|time| time.as_secs());
            if let ClientError::Problem(problem) = error.as_ref() {
                document.detail.clone_from(&problem.detail);
                document.errors = &problem.errors;
            }
        }
        serde_json::to_string(&document).unwrap_or_default()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    detail: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Call {
            error: Box::new(error),
            hint: Hint::None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { error, hint } => {
                formatter.write_str(&message(error))?;
                write!(formatter, "{hint}")
            }
            Self::Argument(message) => formatter.write_str(message),
            Self::Ended(status) => write!(formatter, "the sign-up is {status}"),
            Self::TimedOut(limit) => {
                write!(
                    formatter,
                    "not completed within {}",
                    humantime::format_duration(*limit)
                )
            }
            Self::Setup(error) => write!(formatter, "{error}"),
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Api(api) => write!(
                formatter,
                "; is {api} right? --api or SIGN_UP_API sets it, and `cargo run` starts the local server"
            ),
            Self::Key(key) => write!(
                formatter,
                "; to repeat it without signing up twice, add --idempotency-key {key}"
            ),
        }
    }
}

/// The message of a failed call, with what to do.
pub(crate) fn message(error: &ClientError) -> String {
    let mut message = error.to_string();
    if let Some(time) = error.retry_after() {
        // Writing to a string does not fail.
        let _ = write!(message, "; try again in {}", humantime::format_duration(time));
    }
    if let ClientError::NoResponse {
        kind: NoResponse::Lost,
        ..
    } = error
    {
        message.push_str("; the request may have been processed");
    }
    message
}
