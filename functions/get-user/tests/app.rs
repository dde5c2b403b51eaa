//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use contracts::table::UserStatus;
use contracts::values::UserId;
use get_user::{App, FindSignUp, SignUpRecord, StoreFault};
use kit::Handler;
use kit::testing::{FixedClock, event};
use serde_json::{Value, json};

const BEFORE: &str = "2026-01-01T12:00:00Z";
const WINDOW_END: &str = "2026-01-02T12:00:00Z";
const AFTER: &str = "2026-01-02T12:00:01Z";

/// Answers every call with the same.
struct Answers(Result<Option<SignUpRecord>, &'static str>);

impl FindSignUp for Answers {
    async fn find(&self, _: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        self.0.clone().map_err(|fault| StoreFault(fault.into()))
    }
}

/// A record of this status, as it stands once its mail was sent.
fn mailed(status: UserStatus) -> SignUpRecord {
    SignUpRecord {
        status,
        stored: true,
        mailed: true,
        window_ends_at: Some(WINDOW_END.parse().unwrap()),
    }
}

/// The whole answer, status and headers included.
async fn answer(record: SignUpRecord, now: &'static str) -> Value {
    let handler = Handler::api("GetUser", App::new(Answers(Ok(Some(record))), FixedClock(now)));
    handler.invoke(event("ok")).await.unwrap()
}

async fn body(record: SignUpRecord, now: &'static str) -> Value {
    let answer = answer(record, now).await;
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn an_accepted_sign_up_is_pending() {
    let accepted = SignUpRecord {
        status: UserStatus::Pending,
        stored: false,
        mailed: false,
        window_ends_at: None,
    };

    let body = body(accepted, BEFORE).await;

    assert_eq!(
        body,
        json!({
            "id": "0123456789abcdef0123456789abcdef",
            "status": "pending",
            "steps": {"stored": false, "mailed": false, "confirmed": false},
        })
    );
}

#[tokio::test]
async fn a_verified_sign_up_has_all_its_steps() {
    let body = body(mailed(UserStatus::Verified), BEFORE).await;

    assert_eq!(body["status"], "verified");
    assert_eq!(
        body["steps"],
        json!({"stored": true, "mailed": true, "confirmed": true})
    );
}

#[tokio::test]
async fn a_verified_sign_up_stays_verified_after_the_window() {
    let body = body(mailed(UserStatus::Verified), AFTER).await;

    assert_eq!(body["status"], "verified");
}

#[tokio::test]
async fn an_expired_sign_up_keeps_the_steps_it_took() {
    let body = body(mailed(UserStatus::Expired), AFTER).await;

    assert_eq!(body["status"], "expired");
    assert_eq!(
        body["steps"],
        json!({"stored": true, "mailed": true, "confirmed": false})
    );
}

#[tokio::test]
async fn a_failed_sign_up_is_failed() {
    let body = body(mailed(UserStatus::Failed), BEFORE).await;

    assert_eq!(body["status"], "failed");
}

#[tokio::test]
async fn a_sign_up_that_is_not_mailed_yet_awaits_its_verification() {
    let stored = SignUpRecord {
        mailed: false,
        window_ends_at: None,
        ..mailed(UserStatus::AwaitingVerification)
    };

    let body = body(stored, AFTER).await;

    assert_eq!(body["status"], "awaiting_verification");
    assert_eq!(body["steps"]["mailed"], json!(false));
}

#[tokio::test]
async fn superseded_and_unconfirmed_sign_ups_get_the_same_answer() {
    for now in [BEFORE, "2026-01-02T11:59:59.999Z", WINDOW_END, AFTER] {
        let superseded = answer(mailed(UserStatus::Superseded), now).await;
        let unconfirmed = answer(mailed(UserStatus::AwaitingVerification), now).await;

        assert_eq!(superseded, unconfirmed, "{now}");
    }
}

#[tokio::test]
async fn superseded_and_expired_sign_ups_get_the_same_answer() {
    let superseded = answer(mailed(UserStatus::Superseded), AFTER).await;
    let expired = answer(mailed(UserStatus::Expired), AFTER).await;

    assert_eq!(superseded, expired);
}

#[tokio::test]
async fn a_superseded_sign_up_awaits_its_verification_until_the_window_ends() {
    let before = body(mailed(UserStatus::Superseded), BEFORE).await;
    let after = body(mailed(UserStatus::Superseded), WINDOW_END).await;

    assert_eq!(before["status"], "awaiting_verification");
    assert_eq!(before["steps"]["confirmed"], json!(false));
    assert_eq!(after["status"], "expired");
}

#[tokio::test]
async fn a_superseded_sign_up_was_mailed_even_if_that_was_never_recorded() {
    let superseded = SignUpRecord {
        mailed: false,
        ..mailed(UserStatus::Superseded)
    };

    let superseded = answer(superseded, BEFORE).await;

    assert_eq!(
        superseded,
        answer(mailed(UserStatus::AwaitingVerification), BEFORE).await
    );
}

#[tokio::test]
async fn unknown_and_malformed_ids_get_the_same_answer() {
    let handler = Handler::api("GetUser", App::new(Answers(Ok(None)), FixedClock(BEFORE)));

    let unknown = handler.invoke(event("ok")).await.unwrap();
    let malformed = handler.invoke(event("malformed-id")).await.unwrap();

    assert_eq!(unknown["statusCode"], 404);
    assert_eq!(unknown, malformed);
}

#[tokio::test]
async fn an_unavailable_store_gets_503() {
    let handler = Handler::api("GetUser", App::new(Answers(Err("no answer")), FixedClock(BEFORE)));

    let answer = handler.invoke(event("ok")).await.unwrap();

    assert_eq!(answer["statusCode"], 503);
    assert_eq!(answer["headers"]["retry-after"], "1");
    assert!(!answer.to_string().contains("no answer"), "{answer}");
}

#[tokio::test]
async fn other_methods_get_405_with_allow() {
    let handler = Handler::api("GetUser", App::new(Answers(Ok(None)), FixedClock(BEFORE)));

    let answer = handler.invoke(event("wrong-method")).await.unwrap();

    assert_eq!(answer["statusCode"], 405);
    assert_eq!(answer["headers"]["allow"], "GET");
}
