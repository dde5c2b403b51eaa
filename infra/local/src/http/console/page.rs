//! Security headers of the console.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What a page may load and do: its own files, and its own search. Its script cannot turn text into markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The headers of a page.
pub(super) fn headers() -> HeaderMap {
    let mut headers = plain();
    let own = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    headers.extend(own.map(|(name, value)| (name, HeaderValue::from_static(value))));
    headers
}

/// The headers of every other response of the console. Those of [`kit::api::security_headers`] are added to both.
pub(super) fn plain() -> HeaderMap {
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    fixed
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}
