//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use contracts::set_user_status::{SetUserStatusError, SetUserStatusInput};
use contracts::values::{AddressKey, SignUpOutcome, Timestamp, UserId};
use kit::testing::{NOON, event, no_answer};
use kit::{Handler, TaskFunction};
use serde_json::json;
use set_user_status::{App, Claim, ClaimAddress, DeadEnd, EndSignUp, Recorded, StoreFault, SupersedeUser};

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

fn input(name: &str) -> SetUserStatusInput {
    serde_json::from_value(event(name)).unwrap()
}

#[tokio::test]
async fn the_first_to_confirm_is_verified() {
    let claim = Some(Claim::Claimed);
    let app = App::new(Answers { claim, ..SILENT }, NOON);

    let output = app.call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Verified);
}

#[tokio::test]
async fn the_second_to_confirm_is_superseded() {
    let users = Answers {
        claim: Some(Claim::Taken),
        supersede: Some(Recorded::Recorded),
        ..SILENT
    };

    let output = App::new(users, NOON).call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Superseded);
}

#[tokio::test]
async fn being_superseded_is_not_reported_before_it_is_recorded() {
    let claim = Some(Claim::Taken);
    let app = App::new(Answers { claim, ..SILENT }, NOON);

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

    let error = App::new(users, NOON).call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn a_repeat_finds_the_user_superseded() {
    let claim = Some(Claim::Superseded);
    let app = App::new(Answers { claim, ..SILENT }, NOON);

    let output = app.call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Superseded);
}

#[tokio::test]
async fn a_sign_up_that_ended_cannot_be_verified() {
    let claim = Some(Claim::Ended);
    let app = App::new(Answers { claim, ..SILENT }, NOON);

    let error = app.call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn verified_requires_an_address_key() {
    let handler = Handler::task(App::new(SILENT, NOON));

    let failure = handler.invoke(event("no-address-key")).await.unwrap_err();

    assert_eq!(failure.name, "AddressKeyMissing");
}

#[tokio::test]
async fn a_sign_up_that_nobody_confirmed_expires() {
    let end = |end| (end == DeadEnd::Expired).then_some(Recorded::Recorded);
    let app = App::new(Answers { end, ..SILENT }, NOON);

    let output = app.call(input("expired")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Expired);
}

#[tokio::test]
async fn a_sign_up_whose_step_failed_fails() {
    let end = |end| (end == DeadEnd::Failed).then_some(Recorded::Recorded);
    let app = App::new(Answers { end, ..SILENT }, NOON);

    let output = app.call(input("failed")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Failed);
}

#[tokio::test]
async fn a_sign_up_that_ended_cannot_end_in_another_way() {
    let end = |_| Some(Recorded::Ended);
    let app = App::new(Answers { end, ..SILENT }, NOON);

    let error = app.call(input("expired")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_reported_by_its_declared_name() {
    let handler = Handler::task(App::new(SILENT, NOON));

    for name in ["verified", "expired", "failed"] {
        let failure = handler.invoke(event(name)).await.unwrap_err();

        assert_eq!(failure.name, "StoreUnavailable", "{name}");
    }
}

#[tokio::test]
async fn the_output_is_that_of_the_contract() {
    let end = |_| Some(Recorded::Recorded);
    let handler = Handler::task(App::new(Answers { end, ..SILENT }, NOON));

    let output = handler.invoke(event("expired")).await.unwrap();

    assert_eq!(output, json!({ "outcome": "expired" }));
}
