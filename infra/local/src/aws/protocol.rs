//! How AWS writes answers and errors.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An error as an AWS service answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    /// The error's name.
    pub(super) code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "__type")]
    code: &'a str,
    message: &'a str,
}

impl ApiError {
    /// An error of the service's own.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
        }
    }

    pub(super) fn unknown_operation() -> Self {
        Self::new(
            "UnknownOperationException",
            "the local suite does not serve this operation",
        )
    }

    /// The service cannot do what it was asked, and why is not for the one who asked.
    pub(super) fn failed() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new("InternalServiceError", "the local suite failed; its log says why")
        }
    }

    pub(super) fn unsigned() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            ..Self::new("MissingAuthenticationTokenException", "the request is not signed")
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let document = Document {
            code: self.code,
            message: &self.message,
        };
        // The JSON protocols name the error in the body, the REST one in a header.
        let name = (HeaderName::from_static("x-amzn-errortype"), self.code);
        (self.status, [name], Json(document)).into_response()
    }
}

/// An answer in AWS JSON.
pub(super) fn answer(content_type: &'static str, body: &impl Serialize) -> Response {
    ([(header::CONTENT_TYPE, content_type)], Json(body)).into_response()
}

/// What an operation was asked.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8], code: &'static str) -> Result<T, ApiError> {
    // serde's own message may quote a value, which may be personal.
    serde_json::from_slice(body).map_err(|_| ApiError::new(code, "the request does not fit the operation"))
}
