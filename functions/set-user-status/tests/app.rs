//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use contracts::set_user_status::{NewStatus, SetUserStatusError, SetUserStatusInput};
use contracts::values::{AddressHash, ConfirmationScope, SignUpOutcome, Timestamp, UserId};
use kit::testing::{NOON, sample_event, unavailable_store};
use kit::{Handler, TaskFunction};
use serde_json::json;
use set_user_status::{
    App, Claim, ClaimAddress, EndResult, EndSignUp, RecordResult, StoreFault, SupersedeUser, UnverifiedEnd,
};

/// A store that returns these results for every call; `None` is an unavailable store.
struct StubStore {
    claim: Option<Claim>,
    /// What must be claimed with the address.
    scope: ConfirmationScope,
    supersede: Option<RecordResult>,
    end: fn(UnverifiedEnd) -> Option<EndResult>,
}

const UNAVAILABLE: StubStore = StubStore {
    claim: None,
    scope: ConfirmationScope::All,
    supersede: None,
    end: |_| None,
};

impl ClaimAddress for StubStore {
    async fn claim(
        &self,
        _: &UserId,
        _: &AddressHash,
        scope: ConfirmationScope,
        _: Timestamp,
    ) -> Result<Claim, StoreFault> {
        assert_eq!(scope, self.scope);
        self.claim.ok_or_else(unavailable_store)
    }
}

impl SupersedeUser for StubStore {
    async fn supersede(&self, _: &UserId, _: Timestamp) -> Result<RecordResult, StoreFault> {
        self.supersede.ok_or_else(unavailable_store)
    }
}

impl EndSignUp for StubStore {
    async fn end(&self, _: &UserId, end: UnverifiedEnd, _: Timestamp) -> Result<EndResult, StoreFault> {
        (self.end)(end).ok_or_else(unavailable_store)
    }
}

fn input(name: &str) -> SetUserStatusInput {
    serde_json::from_value(sample_event(name)).unwrap()
}

#[tokio::test]
async fn the_first_to_confirm_is_verified() {
    let claim = Some(Claim::Claimed);
    let app = App::new(StubStore { claim, ..UNAVAILABLE }, NOON);

    let output = app.call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Verified);
}

#[tokio::test]
async fn the_address_alone_is_claimed_without_the_other_data() {
    let users = StubStore {
        claim: Some(Claim::Claimed),
        scope: ConfirmationScope::Address,
        ..UNAVAILABLE
    };

    let output = App::new(users, NOON).call(input("address-alone")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Verified);
}

#[tokio::test]
async fn the_second_to_confirm_is_superseded() {
    let users = StubStore {
        claim: Some(Claim::Held),
        supersede: Some(RecordResult::Recorded),
        ..UNAVAILABLE
    };

    let output = App::new(users, NOON).call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Superseded);
}

#[tokio::test]
async fn a_superseded_status_must_be_stored_before_it_is_reported() {
    let claim = Some(Claim::Held);
    let app = App::new(StubStore { claim, ..UNAVAILABLE }, NOON);

    let error = app.call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::StoreUnavailable { .. }));
}

#[tokio::test]
async fn a_sign_up_that_ended_cannot_be_superseded() {
    let users = StubStore {
        claim: Some(Claim::Held),
        supersede: Some(RecordResult::Ended),
        ..UNAVAILABLE
    };

    let error = App::new(users, NOON).call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn a_retry_returns_superseded() {
    let claim = Some(Claim::Superseded);
    let app = App::new(StubStore { claim, ..UNAVAILABLE }, NOON);

    let output = app.call(input("verified")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Superseded);
}

#[tokio::test]
async fn a_sign_up_that_ended_cannot_be_verified() {
    let claim = Some(Claim::Ended);
    let app = App::new(StubStore { claim, ..UNAVAILABLE }, NOON);

    let error = app.call(input("verified")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn verified_requires_an_address_key() {
    let handler = Handler::task(App::new(UNAVAILABLE, NOON));

    let failure = handler.invoke(sample_event("no-address-key")).await.unwrap_err();

    assert_eq!(failure.name, "AddressKeyMissing");
}

#[tokio::test]
async fn an_unconfirmed_sign_up_expires() {
    let end = |end| (end == UnverifiedEnd::Expired).then_some(EndResult::Recorded);
    let app = App::new(StubStore { end, ..UNAVAILABLE }, NOON);

    let output = app.call(input("expired")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Expired);
}

#[tokio::test]
async fn a_failed_step_fails_the_sign_up() {
    let end = |end| (end == UnverifiedEnd::Failed).then_some(EndResult::Recorded);
    let app = App::new(StubStore { end, ..UNAVAILABLE }, NOON);

    let output = app.call(input("failed")).await.unwrap();

    assert_eq!(output.outcome, SignUpOutcome::Failed);
}

#[tokio::test]
async fn a_recorded_confirmation_overrides_an_end_without_account() {
    for status in [NewStatus::Expired, NewStatus::Failed] {
        let users = StubStore {
            claim: Some(Claim::Claimed),
            scope: ConfirmationScope::Address,
            end: |_| Some(EndResult::Confirmed(ConfirmationScope::Address)),
            ..UNAVAILABLE
        };
        let input = SetUserStatusInput {
            status,
            ..input("verified")
        };

        let output = App::new(users, NOON).call(input).await.unwrap();

        assert_eq!(output.outcome, SignUpOutcome::Verified, "{status:?}");
    }
}

#[tokio::test]
async fn a_sign_up_that_ended_cannot_end_in_another_way() {
    let end = |_| Some(EndResult::Ended);
    let app = App::new(StubStore { end, ..UNAVAILABLE }, NOON);

    let error = app.call(input("expired")).await.unwrap_err();

    assert!(matches!(error, SetUserStatusError::SignUpEnded));
}

#[tokio::test]
async fn an_unavailable_store_is_reported_as_store_unavailable() {
    let handler = Handler::task(App::new(UNAVAILABLE, NOON));

    for name in ["verified", "expired", "failed"] {
        let failure = handler.invoke(sample_event(name)).await.unwrap_err();

        assert_eq!(failure.name, "StoreUnavailable", "{name}");
    }
}

#[tokio::test]
async fn the_output_matches_the_contract() {
    let end = |_| Some(EndResult::Recorded);
    let handler = Handler::task(App::new(StubStore { end, ..UNAVAILABLE }, NOON));

    let output = handler.invoke(sample_event("expired")).await.unwrap();

    assert_eq!(output, json!({ "outcome": "expired" }));
}
