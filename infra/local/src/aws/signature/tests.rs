use axum::http::{HeaderName, HeaderValue};

use super::*;

const BODY: &[u8] = br#"{"TableName": "sign-up"}"#;

/// The headers of a request that has a body.
fn plain() -> HeaderMap {
    [
        ("host", "127.0.0.1:4000"),
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "DynamoDB_20120810.Scan"),
        ("user-agent", "test"),
    ]
    .into_iter()
    .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
    .collect()
}

/// A request that the SDK's signer has signed.
fn signed(key: &AccessKey, at: SystemTime) -> Parts {
    let identity = key.credentials().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("dynamodb")
        .time(at)
        .settings(SigningSettings::default())
        .build()
        .unwrap();
    let headers = plain();
    let texts = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let uri = "http://127.0.0.1:4000/?a=b%20c";
    let signable = SignableRequest::new("POST", uri, texts, SignableBody::Bytes(BODY)).unwrap();
    let (instructions, _) = sign(signable, &parameters.into()).unwrap().into_parts();
    let mut request = Request::post("/?a=b%20c").body(()).unwrap();
    *request.headers_mut() = headers.clone();
    instructions.apply_to_request_http1x(&mut request);
    request.into_parts().0
}

fn check(verifier: &Verifier, parts: &Parts, body: &[u8]) -> Result<(), &'static str> {
    let signed_at = verifier.check_headers(&parts.headers, SystemTime::now());
    let checked = signed_at.and_then(|signed_at| verifier.check(parts, body, signed_at));
    checked.map_err(|error| error.code)
}

fn pair() -> (AccessKey, Verifier) {
    let key = AccessKey::generate().unwrap();
    let verifier = Verifier::new(&key, 1024);
    (key, verifier)
}

/// A request with its published signature: `get-vanilla-query-order-key-case` of AWS's test suite of signatures.
///
/// Source: [aws-c-auth](https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4).
#[test]
fn a_published_signature_is_accepted_at_its_time() {
    let verifier = Verifier {
        access_key: "AKIDEXAMPLE".to_owned(),
        credentials: Credentials::from_keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None),
        max_body: 0,
    };
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
        SignedHeaders=host;x-amz-date, Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500";
    let request = Request::get("/?Param2=value2&Param1=value1")
        .header("host", "example.amazonaws.com")
        .header("x-amz-date", "20150830T123600Z")
        .header("authorization", authorization);
    let (parts, ()) = request.body(()).unwrap().into_parts();

    let then = parse_date("20150830T123900Z").unwrap();
    let signed_at = verifier.check_headers(&parts.headers, then).unwrap();

    assert_eq!(verifier.check(&parts, b"", signed_at), Ok(()));
    assert_eq!(check(&verifier, &parts, b""), Err("InvalidSignatureException"));
}

#[test]
fn a_request_signed_with_the_key_is_accepted() {
    let (key, verifier) = pair();

    assert_eq!(check(&verifier, &signed(&key, SystemTime::now()), BODY), Ok(()));
}

#[test]
fn headers_that_are_not_signed_may_change() {
    let (key, verifier) = pair();
    let mut parts = signed(&key, SystemTime::now());

    parts
        .headers
        .insert("user-agent", HeaderValue::from_static("proxy"));

    assert_eq!(check(&verifier, &parts, BODY), Ok(()));
}

#[test]
fn what_is_signed_must_not_change() {
    let (key, verifier) = pair();
    let change = |change: fn(&mut Parts)| {
        let mut parts = signed(&key, SystemTime::now());
        change(&mut parts);
        check(&verifier, &parts, BODY)
    };
    let invalid = Err("InvalidSignatureException");

    let target = |parts: &mut Parts| {
        let other = HeaderValue::from_static("DynamoDB_20120810.DeleteTable");
        parts.headers.insert("x-amz-target", other);
    };
    assert_eq!(change(target), invalid);
    assert_eq!(change(|parts| parts.uri = "/?a=c".parse().unwrap()), invalid);
    assert_eq!(change(|parts| parts.method = axum::http::Method::PUT), invalid);
    assert_eq!(check(&verifier, &signed(&key, SystemTime::now()), b"{}"), invalid);
}

#[test]
fn other_keys_are_unknown_and_other_secrets_invalid() {
    let (key, verifier) = pair();
    let (other, _) = pair();
    let mut forger = AccessKey::generate().unwrap();
    forger.id.clone_from(&key.id);

    let now = SystemTime::now();
    assert_eq!(
        check(&verifier, &signed(&other, now), BODY),
        Err("UnrecognizedClientException")
    );
    assert_eq!(
        check(&verifier, &signed(&forger, now), BODY),
        Err("InvalidSignatureException")
    );
}

#[test]
fn old_and_early_signatures_are_rejected() {
    let (key, verifier) = pair();
    let now = SystemTime::now();

    for (at, expected) in [
        (now - MAX_SKEW / 2, Ok(())),
        (now + MAX_SKEW / 2, Ok(())),
        (now - 2 * MAX_SKEW, Err("InvalidSignatureException")),
        (now + 2 * MAX_SKEW, Err("InvalidSignatureException")),
    ] {
        assert_eq!(check(&verifier, &signed(&key, at), BODY), expected);
    }
}

#[test]
fn malformed_headers_are_rejected_by_name() {
    let (key, verifier) = pair();
    let with = |authorization: &str| {
        let mut parts = signed(&key, SystemTime::now());
        let value = HeaderValue::from_str(authorization).unwrap();
        parts.headers.insert("authorization", value);
        check(&verifier, &parts, BODY)
    };
    let id = &key.id;

    for unsigned in [
        "",
        "AWS4-HMAC-SHA256",
        "Basic YTpi",
        "AWS4-HMAC-SHA256x Credential=x",
    ] {
        assert_eq!(
            with(unsigned),
            Err("MissingAuthenticationTokenException"),
            "{unsigned}"
        );
    }
    for incomplete in [
        "AWS4-HMAC-SHA256 Credential=x".to_owned(),
        format!("AWS4-HMAC-SHA256 Credential={id}, SignedHeaders=host, Signature=x"),
        format!(
            "AWS4-HMAC-SHA256 Credential={id}/20261231/r/s/aws4_request/x, SignedHeaders=host, Signature=x"
        ),
        format!("AWS4-HMAC-SHA256 Credential={id}/2026/r/s/aws4_request, SignedHeaders=host, Signature=x"),
        format!("AWS4-HMAC-SHA256 Credential={id}/20261231/r/s/aws4_request, Signature=x"),
    ] {
        assert_eq!(
            with(&incomplete),
            Err("IncompleteSignatureException"),
            "{incomplete}"
        );
    }
    for date in ["", "yesterday", "20269931T000000Z"] {
        let mut parts = signed(&key, SystemTime::now());
        parts
            .headers
            .insert("x-amz-date", HeaderValue::from_str(date).unwrap());
        assert_eq!(
            check(&verifier, &parts, BODY),
            Err("IncompleteSignatureException"),
            "{date}"
        );
    }
}
