//! Responses and errors of the AWS protocols.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
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
    /// An error with status 400.
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
            "the local server does not serve this operation",
        )
    }

    /// An internal failure, whose reason is only logged.
    pub(super) fn failed() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new(
                "InternalServiceError",
                "the local server failed; its log says why",
            )
        }
    }

    pub(super) fn unsigned() -> Self {
        Self::forbidden("MissingAuthenticationTokenException", "the request is not signed")
    }

    pub(super) fn incomplete_signature() -> Self {
        Self::forbidden(
            "IncompleteSignatureException",
            "the request does not have all parts of a signature",
        )
    }

    pub(super) fn unknown_key() -> Self {
        Self::forbidden(
            "UnrecognizedClientException",
            "the access key is not that of this start, which is in functions.env",
        )
    }

    pub(super) fn invalid_signature() -> Self {
        Self::forbidden(
            "InvalidSignatureException",
            "the signature is not that of this request, or too old",
        )
    }

    pub(super) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            ..Self::new("RequestEntityTooLargeException", "the request is too large")
        }
    }

    fn forbidden(code: &'static str, message: &'static str) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            ..Self::new(code, message)
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let document = Document {
            code: self.code,
            message: &self.message,
        };
        // The JSON protocols have the error's name in the body, the REST protocol in a header.
        let name = (HeaderName::from_static("x-amzn-errortype"), self.code);
        (self.status, [name], Json(document)).into_response()
    }
}

pub(super) fn response(content_type: &'static str, body: &impl Serialize) -> Response {
    ([(header::CONTENT_TYPE, content_type)], Json(body)).into_response()
}

/// Parses the request of an operation; `code` is the error if it is malformed.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8], code: &'static str) -> Result<T, ApiError> {
    // serde's message may quote personal data.
    serde_json::from_slice(body).map_err(|_| ApiError::new(code, "the request is invalid for this operation"))
}
