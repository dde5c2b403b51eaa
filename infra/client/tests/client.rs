//! The client against a scripted API: requests, retries and errors.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(dead_code, reason = "the support module serves several test binaries")]

mod support;

use std::time::{Duration, Instant};

use client::{
    Client, ClientError, ConfirmationScope, IdempotencyKey, Limits, LinkToken, NoResponse, SignUp, Status,
    Verification,
};
use serde_json::json;
use support::{Answer, ScriptedApi, id, receipt, user};

const LIMITS: Limits = Limits {
    request: Duration::from_millis(300),
    max_retries: 2,
    max_pause: Duration::from_secs(1),
};

fn client(api: &ScriptedApi) -> Client {
    let client = Client::new(api.url.parse().unwrap()).unwrap();
    client.with_limits(LIMITS)
}

async fn create(api: &ScriptedApi) -> Result<client::Receipt, ClientError> {
    let key = IdempotencyKey::generate().unwrap();
    client(api)
        .create_user(&SignUp::new("ada@example.org"), &key)
        .await
}

fn by_link() -> Verification {
    Verification::Link {
        token: LinkToken::from_bytes([7; 32]),
        confirm: Some(ConfirmationScope::Address),
    }
}

#[tokio::test]
async fn a_sign_up_is_retried_with_the_same_idempotency_key() {
    let answers = vec![Answer::Bare(502), Answer::Silence, receipt()];
    let api = ScriptedApi::start([("POST /users", answers)]).await;

    let receipt = create(&api).await.unwrap();

    assert_eq!((receipt.id.as_str(), receipt.status), (&*id(), Status::Pending));
    let requests = api.requests("POST /users");
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.json(), json!({"email": "ada@example.org"}));
        assert_eq!(
            request.headers["idempotency-key"],
            requests[0].headers["idempotency-key"]
        );
        assert_eq!(request.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn each_sign_up_has_an_idempotency_key_of_its_own() {
    let api = ScriptedApi::start([("POST /users", vec![receipt()])]).await;

    create(&api).await.unwrap();
    create(&api).await.unwrap();

    let requests = api.requests("POST /users");
    assert_ne!(
        requests[0].headers["idempotency-key"],
        requests[1].headers["idempotency-key"]
    );
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let answers = vec![Answer::RetryAfter(503, 1), receipt()];
    let api = ScriptedApi::start([("POST /users", answers)]).await;

    let start = Instant::now();
    create(&api).await.unwrap();

    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_long_retry_after_is_returned_and_not_waited_for() {
    let api = ScriptedApi::start([("POST /users", vec![Answer::RetryAfter(429, 3600)])]).await;

    let error = create(&api).await.unwrap_err();

    assert_eq!(
        (error.status(), error.retry_after()),
        (Some(429), Some(Duration::from_hours(1)))
    );
    assert_eq!(api.requests("POST /users").len(), 1);
}

#[tokio::test]
async fn retries_end() {
    let api = ScriptedApi::start([("POST /users", vec![Answer::Bare(503)])]).await;

    let error = create(&api).await.unwrap_err();

    assert!(
        matches!(&error, ClientError::Status { status, .. } if status.as_u16() == 503),
        "{error}"
    );
    assert_eq!(api.requests("POST /users").len(), 3);
}

#[tokio::test]
async fn a_rejection_is_a_problem_with_its_fields() {
    let errors = json!([{"pointer": "/email", "detail": "is missing"}]);
    let problem = Answer::Problem(422, json!({"detail": "invalid fields", "errors": errors}));
    let api = ScriptedApi::start([("POST /users", vec![problem])]).await;

    let error = create(&api).await.unwrap_err();

    let ClientError::Problem(problem) = error else {
        panic!("{error}");
    };
    assert_eq!(problem.status, 422);
    assert!(problem.names("/email"));
    assert_eq!(api.requests("POST /users").len(), 1);
}

#[tokio::test]
async fn a_confirmation_that_may_have_been_processed_is_not_sent_again() {
    for answer in [Answer::Silence, Answer::Bare(502)] {
        let api = ScriptedApi::start([("POST /verifications", vec![answer])]).await;

        client(&api).verify(&by_link()).await.unwrap_err();

        assert_eq!(api.requests("POST /verifications").len(), 1);
    }
}

#[tokio::test]
async fn a_confirmation_that_was_not_processed_is_sent_again() {
    let accepted = Answer::Json(202, json!({"status": "accepted"}));
    let answers = vec![Answer::RetryAfter(503, 0), accepted];
    let api = ScriptedApi::start([("POST /verifications", answers)]).await;

    client(&api).verify(&by_link()).await.unwrap();

    let requests = api.requests("POST /verifications");
    let token = LinkToken::from_bytes([7; 32]).expose();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].json(), json!({"token": token, "confirm": "address"}));
}

#[tokio::test]
async fn a_preview_is_a_post_with_the_token() {
    let body = json!({"requestedAt": "2026-11-29T21:00:00Z", "name": "Ada"});
    let api = ScriptedApi::start([("POST /verifications/preview", vec![Answer::Json(200, body)])]).await;
    let token = LinkToken::from_bytes([7; 32]);

    let preview = client(&api).preview(&token).await.unwrap();

    assert_eq!((preview.name.as_deref(), preview.phone), (Some("Ada"), None));
    let requests = api.requests("POST /verifications/preview");
    assert_eq!(requests[0].json(), json!({"token": token.expose()}));
}

#[tokio::test]
async fn another_mail_is_requested_for_the_sign_up() {
    let route = format!("POST /users/{}/mails", id());
    let api = ScriptedApi::start([(&*route, vec![receipt()])]).await;

    let receipt = client(&api).request_mail(&id().parse().unwrap()).await.unwrap();

    assert_eq!(receipt.id.as_str(), id());
    let requests = api.requests(&route);
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (&*requests[0].body, &requests[0].headers["content-length"]),
        ("", &"0".parse().unwrap())
    );
}

#[tokio::test]
async fn the_status_has_all_steps() {
    let route = format!("GET /users/{}", id());
    let api = ScriptedApi::start([(
        &*route,
        vec![user("awaiting_verification", &["stored", "mailed"])],
    )])
    .await;

    let user = client(&api).user(&id().parse().unwrap()).await.unwrap();

    assert_eq!(user.status, Status::AwaitingVerification);
    assert!(user.steps.stored && user.steps.mailed && !user.steps.confirmed);
}

#[tokio::test]
async fn an_undocumented_body_is_an_error_that_does_not_quote_it() {
    let body = json!({"id": "canary", "status": "pending"});
    let api = ScriptedApi::start([("POST /users", vec![Answer::Json(202, body)])]).await;

    let error = create(&api).await.unwrap_err();

    assert!(matches!(error, ClientError::Body { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn an_endless_body_is_not_read_to_its_end() {
    let body = json!("a".repeat(100_000));
    let api = ScriptedApi::start([("POST /users", vec![Answer::Json(202, body)])]).await;

    let error = create(&api).await.unwrap_err();

    assert!(matches!(error, ClientError::BodyTooLong { .. }), "{error}");
}

#[tokio::test]
async fn a_refused_connection_is_told_from_a_lost_response() {
    let api = ScriptedApi::start([("POST /users", vec![Answer::Silence])]).await;
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", unused.local_addr().unwrap());
    drop(unused);
    let unreachable = Client::new(url.parse().unwrap()).unwrap().with_limits(LIMITS);

    let lost = create(&api).await.unwrap_err();
    let refused = unreachable.user(&id().parse().unwrap()).await.unwrap_err();

    let kind = |error: &ClientError| match error {
        ClientError::NoResponse { kind, .. } => Some(*kind),
        _ => None,
    };
    assert_eq!(kind(&lost), Some(NoResponse::Lost), "{lost}");
    assert_eq!(kind(&refused), Some(NoResponse::NotSent), "{refused}");
    assert!(!refused.to_string().contains(&id()), "{refused}");
}
