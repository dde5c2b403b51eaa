//! Verification of AWS signatures, version 4.
//!
//! The signature is computed again, by the crate that the SDK signs with, and compared.
//!
//! Source: [Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html).

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;
use time::PrimitiveDateTime;
use time::macros::format_description;

use super::protocol::ApiError;
use crate::start_secrets::AccessKey;

/// How far the clocks of client and server may be apart, as on AWS.
const MAX_SKEW: Duration = Duration::from_mins(5);

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

#[derive(Debug, Clone)]
pub(super) struct Verifier {
    access_key: String,
    credentials: Credentials,
    /// The maximum request body, in bytes.
    max_body: usize,
}

/// The `Authorization` header of a signed request.
#[derive(Debug, PartialEq, Eq)]
struct Authorization<'a> {
    access_key: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl Verifier {
    pub(super) fn new(key: &AccessKey, max_body: usize) -> Self {
        Self {
            access_key: key.id.clone(),
            credentials: key.credentials(),
            max_body,
        }
    }

    /// What can be checked before the body is read. Returns the time of the signature.
    fn check_headers(&self, headers: &HeaderMap, now: SystemTime) -> Result<SystemTime, ApiError> {
        let authorization = Authorization::of(headers)?;
        if authorization.access_key != self.access_key {
            return Err(ApiError::unknown_key());
        }
        let date = text(headers, "x-amz-date").ok_or_else(ApiError::incomplete_signature)?;
        let signed_at = parse_date(date).ok_or_else(ApiError::incomplete_signature)?;
        let skew = now
            .duration_since(signed_at)
            .unwrap_or_else(|ahead| ahead.duration());
        // The scope's date is that of the signature.
        if skew > MAX_SKEW || !date.starts_with(authorization.date) {
            return Err(ApiError::invalid_signature());
        }
        Ok(signed_at)
    }

    fn check(&self, parts: &Parts, body: &[u8], signed_at: SystemTime) -> Result<(), ApiError> {
        let authorization = Authorization::of(&parts.headers)?;
        let expected = self
            .signature(&authorization, parts, body, signed_at)
            .ok_or_else(ApiError::invalid_signature)?;
        let is_equal: bool = expected
            .as_bytes()
            .ct_eq(authorization.signature.as_bytes())
            .into();
        is_equal.then_some(()).ok_or_else(ApiError::invalid_signature)
    }

    /// The signature that the request should have; `None` if nobody could sign it.
    fn signature(
        &self,
        authorization: &Authorization<'_>,
        parts: &Parts,
        body: &[u8],
        signed_at: SystemTime,
    ) -> Option<String> {
        let identity = self.credentials.clone().into();
        let mut settings = SigningSettings::default();
        // Clients differ in the headers that they leave out; the request names those that it has signed.
        settings.excluded_headers = None;
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(authorization.region)
            .name(authorization.service)
            .time(signed_at)
            .settings(settings)
            .build()
            .ok()?;
        let headers = authorization
            .signed_headers
            .split(';')
            .flat_map(|name| parts.headers.get_all(name).iter().map(move |value| (name, value)));
        let headers: Vec<_> = headers
            .map(|(name, value)| Some((name, value.to_str().ok()?)))
            .collect::<Option<_>>()?;
        let uri = format!(
            "http://{}{}",
            text(&parts.headers, header::HOST.as_str())?,
            parts.uri.path_and_query()?
        );
        let method = parts.method.as_str();
        let request = SignableRequest::new(method, uri, headers.into_iter(), SignableBody::Bytes(body));
        let (_, signature) = sign(request.ok()?, &parameters.into()).ok()?.into_parts();
        Some(signature)
    }
}

impl<'a> Authorization<'a> {
    fn of(headers: &'a HeaderMap) -> Result<Self, ApiError> {
        let value = text(headers, header::AUTHORIZATION.as_str()).ok_or_else(ApiError::unsigned)?;
        let fields = value
            .strip_prefix(ALGORITHM)
            .filter(|fields| fields.starts_with(' '))
            .ok_or_else(ApiError::unsigned)?;
        Self::parse(fields).ok_or_else(ApiError::incomplete_signature)
    }

    fn parse(fields: &'a str) -> Option<Self> {
        let field = |name: &str| {
            let mut fields = fields.split(',').map(str::trim);
            fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        };
        let mut credential = field("Credential")?.split('/');
        let authorization = Self {
            access_key: credential.next()?,
            date: credential.next()?,
            region: credential.next()?,
            service: credential.next()?,
            signed_headers: field("SignedHeaders")?,
            signature: field("Signature")?,
        };
        let is_complete = credential.eq(["aws4_request"]);
        (is_complete && authorization.date.len() == "20261231".len()).then_some(authorization)
    }
}

/// Middleware that rejects requests without a valid signature.
pub(super) async fn verify(State(verifier): State<Verifier>, request: Request, next: Next) -> Response {
    match verifier.verified(request).await {
        Ok(request) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

impl Verifier {
    async fn verified(&self, request: Request) -> Result<Request, ApiError> {
        let signed_at = self.check_headers(request.headers(), SystemTime::now())?;
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, self.max_body)
            .await
            .map_err(|_| ApiError::too_large())?;
        self.check(&parts, &body, signed_at)?;
        Ok(Request::from_parts(parts, Body::from(body)))
    }
}

/// The header's value; `None` if it is missing, repeated or not ASCII.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// A time of the form `20261231T235959Z`.
fn parse_date(text: &str) -> Option<SystemTime> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let time = PrimitiveDateTime::parse(text, format).ok()?;
    Some(time.assume_utc().into())
}

#[cfg(test)]
mod tests;
