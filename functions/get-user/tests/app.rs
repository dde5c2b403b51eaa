//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use contracts::table::UserStatus;
use contracts::values::{Timestamp, UserId};
use get_user::{App, FindSignUp, Mails, SignUpRecord, StoreFault};
use kit::Handler;
use kit::testing::{FixedClock, sample_event};
use serde_json::{Value, json};

const BEFORE: &str = "2026-01-01T12:00:00Z";
const WINDOW_END: &str = "2026-01-02T12:00:00Z";
const AFTER: &str = "2026-01-02T12:00:01Z";

/// `StubStore` every call with the same.
struct StubStore(Result<Option<SignUpRecord>, &'static str>);

impl FindSignUp for StubStore {
    async fn find(&self, _: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        self.0.clone().map_err(|fault| StoreFault(fault.into()))
    }
}

/// A record with this status after the mail step.
fn mailed(status: UserStatus) -> SignUpRecord {
    SignUpRecord {
        status,
        stored: true,
        mailed: true,
        window_ends_at: Some(WINDOW_END.parse().unwrap()),
        mails: Some(mails(0)),
    }
}

/// Mails of which the newest was asked for 20.5 s before [`BEFORE`].
fn mails(requests: i64) -> Mails {
    let before: Timestamp = BEFORE.parse().unwrap();
    Mails {
        last_at: Timestamp::from_epoch_millis(before.epoch_millis() - 20_500).unwrap(),
        requests,
    }
}

/// The whole response, status and headers included.
async fn response(record: SignUpRecord, now: &'static str) -> Value {
    let handler = Handler::api("GetUser", App::new(StubStore(Ok(Some(record))), FixedClock(now)));
    handler.invoke(sample_event("ok")).await.unwrap()
}

async fn body(record: SignUpRecord, now: &'static str) -> Value {
    let response = response(record, now).await;
    serde_json::from_str(response["body"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn an_accepted_sign_up_is_pending() {
    let accepted = SignUpRecord {
        status: UserStatus::Pending,
        stored: false,
        mailed: false,
        window_ends_at: None,
        mails: None,
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
async fn another_mail_can_be_asked_for_a_minute_after_the_last() {
    for (now, in_seconds) in [
        (BEFORE, 40),
        ("2026-01-01T12:00:39.500Z", 0),
        ("2026-01-01T13:00:00Z", 0),
    ] {
        let body = body(mailed(UserStatus::AwaitingVerification), now).await;

        assert_eq!(body["anotherMail"], json!({"inSeconds": in_seconds}), "{now}");
    }
}

#[tokio::test]
async fn another_mail_is_shown_only_while_there_is_one() {
    let awaiting = |mails| SignUpRecord {
        mails,
        ..mailed(UserStatus::AwaitingVerification)
    };
    for (record, now) in [
        (awaiting(None), BEFORE),
        (awaiting(Some(mails(5))), BEFORE),
        (awaiting(Some(mails(4))), AFTER),
        (mailed(UserStatus::Pending), BEFORE),
        (mailed(UserStatus::Verified), BEFORE),
        (mailed(UserStatus::Expired), BEFORE),
        (mailed(UserStatus::Failed), BEFORE),
    ] {
        let body = body(record.clone(), now).await;

        assert_eq!(body.get("anotherMail"), None, "{record:?}");
    }
}

#[tokio::test]
async fn superseded_and_unconfirmed_sign_ups_get_the_same_response() {
    for now in [BEFORE, "2026-01-02T11:59:59.999Z", WINDOW_END, AFTER] {
        let superseded = response(mailed(UserStatus::Superseded), now).await;
        let unconfirmed = response(mailed(UserStatus::AwaitingVerification), now).await;

        assert_eq!(superseded, unconfirmed, "{now}");
    }
}

#[tokio::test]
async fn superseded_and_expired_sign_ups_get_the_same_response() {
    let superseded = response(mailed(UserStatus::Superseded), AFTER).await;
    let expired = response(mailed(UserStatus::Expired), AFTER).await;

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

    let superseded = response(superseded, BEFORE).await;

    assert_eq!(
        superseded,
        response(mailed(UserStatus::AwaitingVerification), BEFORE).await
    );
}

#[tokio::test]
async fn unknown_and_malformed_ids_get_the_same_response() {
    let handler = Handler::api("GetUser", App::new(StubStore(Ok(None)), FixedClock(BEFORE)));

    let unknown = handler.invoke(sample_event("ok")).await.unwrap();
    let malformed = handler.invoke(sample_event("malformed-id")).await.unwrap();

    assert_eq!(unknown["statusCode"], 404);
    assert_eq!(unknown, malformed);
}

#[tokio::test]
async fn an_unavailable_store_gets_503() {
    let handler = Handler::api(
        "GetUser",
        App::new(StubStore(Err("no response")), FixedClock(BEFORE)),
    );

    let response = handler.invoke(sample_event("ok")).await.unwrap();

    assert_eq!(response["statusCode"], 503);
    assert_eq!(response["headers"]["retry-after"], "1");
    assert!(!response.to_string().contains("no response"), "{response}");
}

#[tokio::test]
async fn other_methods_get_405_with_allow() {
    let handler = Handler::api("GetUser", App::new(StubStore(Ok(None)), FixedClock(BEFORE)));

    let response = handler.invoke(sample_event("wrong-method")).await.unwrap();

    assert_eq!(response["statusCode"], 405);
    assert_eq!(response["headers"]["allow"], "GET");
}
