//! Security headers: what browsers may do with a response.
//!
//! Sources: the [HTTP headers cheat sheet](https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html) of
//! OWASP, and chapter 3.4 of its verification standard (ASVS 5.0).

use http::{HeaderMap, HeaderName, HeaderValue};

/// A name in lower case, and a value.
type Header = (&'static str, &'static str);

/// Every response has these. One that is not a page has no use in a document: nothing may be loaded from it or frame it.
const EVERYWHERE: [Header; 4] = [
    // A year. Browsers ignore it on plain HTTP, as on loopback.
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    // An address may hold the id of a sign-up.
    ("referrer-policy", "no-referrer"),
];

/// Other sites cannot embed a page or a file of a page.
const SAME_ORIGIN: Header = ("cross-origin-resource-policy", "same-origin");

/// A page also has these. It runs and loads only files of its own origin, and its script cannot turn text into markup.
const PAGE: [Header; 3] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    SAME_ORIGIN,
];

/// The headers of every response, whoever sends it.
pub fn security_headers() -> HeaderMap {
    map_of(&EVERYWHERE)
}

/// The headers of a page.
pub(super) fn headers_of_page() -> HeaderMap {
    with(&PAGE)
}

/// The headers of a page's script, style or image.
pub(super) fn headers_of_asset() -> HeaderMap {
    with(&[SAME_ORIGIN])
}

/// The headers of every response, with these in addition or in their place.
fn with(own: &[Header]) -> HeaderMap {
    let mut headers = security_headers();
    headers.extend(map_of(own));
    headers
}

fn map_of(list: &[Header]) -> HeaderMap {
    list.iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
}
