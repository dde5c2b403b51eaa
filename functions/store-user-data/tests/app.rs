//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use contracts::store_user_data::{StorageOutcome, StoreUserDataError, StoreUserDataInput};
use kit::testing::{NOON, sample_event};
use kit::{Handler, TaskFunction};
use serde_json::json;
use store_user_data::{App, NewUser, StoreFault, StoreResult, StoreUser};

/// A store that returns this result for every call.
struct StubStore(Result<StoreResult, &'static str>);

impl StoreUser for StubStore {
    async fn store(&self, _: NewUser) -> Result<StoreResult, StoreFault> {
        self.0.map_err(|fault| StoreFault(fault.into()))
    }
}

fn input() -> StoreUserDataInput {
    serde_json::from_value(sample_event("stored")).unwrap()
}

#[tokio::test]
async fn a_free_address_is_stored() {
    let app = App::new(StubStore(Ok(StoreResult::Stored)), NOON);

    let output = app.call(input()).await.unwrap();

    assert_eq!(output.outcome, StorageOutcome::Stored);
    assert_eq!(output.address_key, input().email.hash());
}

#[tokio::test]
async fn an_address_of_a_verified_account_is_held() {
    let app = App::new(StubStore(Ok(StoreResult::Held)), NOON);

    let output = app.call(input()).await.unwrap();

    assert_eq!(output.outcome, StorageOutcome::Held);
}

#[tokio::test]
async fn a_sign_up_that_is_not_pending_is_an_error() {
    let app = App::new(StubStore(Ok(StoreResult::NotPending)), NOON);

    let error = app.call(input()).await.unwrap_err();

    assert!(matches!(error, StoreUserDataError::SignUpNotPending));
}

#[tokio::test]
async fn an_unavailable_store_is_reported_as_store_unavailable() {
    let handler = Handler::task(App::new(StubStore(Err("no response")), NOON));

    let failure = handler.invoke(sample_event("stored")).await.unwrap_err();

    assert_eq!(failure.name, "StoreUnavailable");
}

#[tokio::test]
async fn an_invalid_address_is_reported_by_its_field_without_its_value() {
    let handler = Handler::task(App::new(StubStore(Ok(StoreResult::Stored)), NOON));

    let failure = handler.invoke(sample_event("bad-email")).await.unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`email`"), "{}", failure.message);
    assert!(!failure.message.contains("not an address"), "{}", failure.message);
}

#[tokio::test]
async fn optional_fields_may_be_absent() {
    let handler = Handler::task(App::new(StubStore(Ok(StoreResult::Stored)), NOON));

    let output = handler.invoke(sample_event("only-email")).await.unwrap();

    assert_eq!(output["outcome"], json!("stored"));
}
