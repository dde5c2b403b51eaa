//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use asl::Timestamp;
use contracts::set_user_status::{SetUserStatusError, SetUserStatusInput};
use contracts::values::{AddressKey, SignUpOutcome, UserId};
use kit::{Clock, Handler, TaskFunction};
use serde_json::{Value, json};
use set_user_status::{App, Claim, ClaimAddress, DeadEnd, EndSignUp, Recorded, StoreFault, SupersedeUser};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-01-01T12:00:00Z".parse().unwrap()
    }
}

/// Answers every call with the same; `None` is no answer.
struct Answers {
    claim: Option<Claim>,
    supersede: Option<Recorded>,
    end: fn(DeadEnd) -> Option<Recorded>,
}

/// Answers nothing.
const SILENT: Answers = Answers {
    claim: None,
    supersede: None,
    end: |_| None,
};

impl ClaimAddress for Answers {
    async fn claim(&self, _: &UserId, _: &AddressKey, _: Timestamp) -> Result<Claim, StoreFault> {
        self.claim.ok_or_else(no_answer)
    }
}

impl SupersedeUser for Answers {
    async fn supersede(&self, _: &UserId, _: Timestamp) -> Result<Recorded, StoreFault> {
        self.supersede.ok_or_else(no_answer)
    }
}

impl EndSignUp for Answers {
    async fn end(&self, _: &UserId, end: DeadEnd, _: Timestamp) -> Result<Recorded, StoreFault> {
        (self.end)(end).ok_or_else(no_answer)
    }
}

fn no_answer() -> StoreFault {
    StoreFault("no answer".into())
}

fn event(name: &str) -> Value {
    let path = format!("{}/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn input(name: &str) -> SetUserStatusInput {
    serde_json::from_value(event(name)).unwrap()
}

#[tokio::test]
async fn the_first_confirmation_is_verified() {
    let claim = Some(Claim::Claimed);
    let app = App::new(Answers { claim, ..SILENT }, Noon);

    let output = app.call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Verified);
}

#[tokio::test]
async fn the_second_confirmation_is_superseded() {
    let users = Answers {
        claim: Some(Claim::Taken),
        supersede: Some(Recorded::Recorded),
        ..SILENT
    };

    let output = App::new(users, Noon).call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Superseded);
}

#[tokio::test]
async fn superseded_is_recorded_before_it_is_reported() {
    let claim = Some(Claim::Taken);
    let app = App::new(Answers { claim, ..SILENT }, Noon);

    let error = app.call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::StoreUnavailable { .. }));
}

#[tokio::test]
async fn a_sign_up_that_ended_cannot_be_superseded() {
    let users = Answers {
        claim: Some(Claim::Taken),
        supersede: Some(Recorded::Ended),
        ..SILENT
    };

    let error = App::new(users, Noon).call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn a_repeat_of_a_superseded_sign_up_is_superseded() {
    let claim = Some(Claim::Superseded);
    let app = App::new(Answers { claim, ..SILENT }, Noon);

    let output = app.call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Superseded);
}

#[tokio::test]
async fn a_sign_up_that_ended_cannot_be_verified() {
    let claim = Some(Claim::Ended);
    let app = App::new(Answers { claim, ..SILENT }, Noon);

    let error = app.call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn nobody_is_verified_without_an_address_key() {
    let handler = Handler::task(App::new(SILENT, Noon));

    let failure = handler.invoke(event("no-address-key")).await.unwrap_err();

    assert_eq!(failure.name, "AddressKeyMissing");
}

#[tokio::test]
async fn an_unconfirmed_sign_up_expires() {
    let end = |end| (end == DeadEnd::Expired).then_some(Recorded::Recorded);
    let app = App::new(Answers { end, ..SILENT }, Noon);

    let output = app.call(input("expired")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Expired);
}

#[tokio::test]
async fn a_sign_up_with_a_failed_step_fails() {
    let end = |end| (end == DeadEnd::Failed).then_some(Recorded::Recorded);
    let app = App::new(Answers { end, ..SILENT }, Noon);

    let output = app.call(input("failed")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Failed);
}

#[tokio::test]
async fn an_ended_sign_up_cannot_change_its_final_status() {
    let end = |_| Some(Recorded::Ended);
    let app = App::new(Answers { end, ..SILENT }, Noon);

    let error = app.call(input("expired")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn an_unavailable_store_fails_with_the_declared_error() {
    let handler = Handler::task(App::new(SILENT, Noon));

    for name in ["verified", "expired", "failed"] {
        let failure = handler.invoke(event(name)).await.unwrap_err();

        assert_eq!(failure.name, "StoreUnavailable", "{name}");
    }
}

#[tokio::test]
async fn the_outcome_has_the_json_form_that_the_workflow_reads() {
    let end = |_| Some(Recorded::Recorded);
    let handler = Handler::task(App::new(Answers { end, ..SILENT }, Noon));

    let output = handler.invoke(event("expired")).await.unwrap();

    assert_eq!(output, json!({ "outcome": "expired" }));
}
