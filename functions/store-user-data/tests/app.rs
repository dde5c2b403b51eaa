//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use contracts::store_user_data::{StorageOutcome, StoreUserDataError, StoreUserDataInput};
use kit::testing::{NOON, event};
use kit::{Handler, TaskFunction};
use serde_json::json;
use store_user_data::{App, PendingUser, StoreFault, StoreUser, Stored};

/// Answers every call with the same.
struct Answers(Result<Stored, &'static str>);

impl StoreUser for Answers {
    async fn store(&self, _: PendingUser) -> Result<Stored, StoreFault> {
        self.0.map_err(|fault| StoreFault(fault.into()))
    }
}

fn input() -> StoreUserDataInput {
    serde_json::from_value(event("stored")).unwrap()
}

#[tokio::test]
async fn a_free_address_is_stored() {
    let app = App::new(Answers(Ok(Stored::Stored)), NOON);

    let output = app.call(input()).await.unwrap();

    assert_eq!(output.outcome, StorageOutcome::Stored);
    assert_eq!(output.address_key, input().email.key());
}

#[tokio::test]
async fn a_claimed_address_is_held() {
    let app = App::new(Answers(Ok(Stored::Held)), NOON);

    let output = app.call(input()).await.unwrap();

    assert_eq!(output.outcome, StorageOutcome::Held);
}

#[tokio::test]
async fn a_sign_up_that_ended_is_not_stored_again() {
    let app = App::new(Answers(Ok(Stored::NotPending)), NOON);

    let error = app.call(input()).await.unwrap_err();

    assert!(matches!(error, StoreUserDataError::SignUpNotPending));
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_reported_by_its_declared_name() {
    let handler = Handler::task(App::new(Answers(Err("no answer")), NOON));

    let failure = handler.invoke(event("stored")).await.unwrap_err();

    assert_eq!(failure.name, "StoreUnavailable");
}

#[tokio::test]
async fn a_bad_address_is_reported_by_its_field_and_never_by_its_value() {
    let handler = Handler::task(App::new(Answers(Ok(Stored::Stored)), NOON));

    let failure = handler.invoke(event("bad-email")).await.unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`email`"), "{}", failure.message);
    assert!(!failure.message.contains("not an address"), "{}", failure.message);
}

#[tokio::test]
async fn optional_fields_may_be_absent() {
    let handler = Handler::task(App::new(Answers(Ok(Stored::Stored)), NOON));

    let output = handler.invoke(event("only-email")).await.unwrap();

    assert_eq!(output["outcome"], json!("stored"));
}
