//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use contracts::store_user_data::{StorageOutcome, StoreUserDataError, StoreUserDataInput};
use contracts::values::{AddressHash, UserId};
use kit::testing::{NOON, sample_event};
use kit::{Handler, TaskFunction};
use serde_json::json;
use store_user_data::{App, FindClaim, NewUser, StoreFault, StoreResult, StoreUser};

/// A store that returns these results.
#[derive(Clone, Default)]
struct StubStore {
    held: bool,
    /// The results of `store`, in their order; after them, it stores.
    results: Arc<Mutex<VecDeque<Result<StoreResult, &'static str>>>>,
    /// The outcomes that were to be stored.
    outcomes: Arc<Mutex<Vec<StorageOutcome>>>,
}

impl StubStore {
    fn with(self, result: Result<StoreResult, &'static str>) -> Self {
        self.results.lock().unwrap().push_back(result);
        self
    }

    fn outcomes(&self) -> Vec<StorageOutcome> {
        self.outcomes.lock().unwrap().clone()
    }
}

impl FindClaim for StubStore {
    async fn is_held(&self, address: &AddressHash, user: &UserId) -> Result<bool, StoreFault> {
        assert_eq!((address, user), (&input().email.hash(), &input().user_id));
        Ok(self.held)
    }
}

impl StoreUser for StubStore {
    async fn store(&self, _: &NewUser, outcome: StorageOutcome) -> Result<StoreResult, StoreFault> {
        self.outcomes.lock().unwrap().push(outcome);
        let result = self.results.lock().unwrap().pop_front();
        result
            .unwrap_or(Ok(StoreResult::Stored))
            .map_err(|fault| StoreFault(fault.into()))
    }
}

/// A store in which another user has claimed the address.
fn claimed() -> StubStore {
    StubStore {
        held: true,
        ..StubStore::default()
    }
}

fn input() -> StoreUserDataInput {
    serde_json::from_value(sample_event("stored")).unwrap()
}

#[tokio::test]
async fn a_free_address_is_stored() {
    let app = App::new(StubStore::default(), NOON);

    let output = app.call(input()).await.unwrap();

    assert_eq!(output.outcome, StorageOutcome::Stored);
    assert_eq!(output.address_key, input().email.hash());
}

#[tokio::test]
async fn an_address_of_a_verified_account_is_held() {
    let store = claimed();
    let app = App::new(store.clone(), NOON);

    let output = app.call(input()).await.unwrap();

    assert_eq!(output.outcome, StorageOutcome::Held);
    assert_eq!(store.outcomes(), [StorageOutcome::Held]);
}

#[tokio::test]
async fn an_address_that_is_claimed_meanwhile_is_held() {
    let store = StubStore::default().with(Ok(StoreResult::ClaimChanged));
    let app = App::new(store.clone(), NOON);

    let output = app.call(input()).await.unwrap();

    assert_eq!(output.outcome, StorageOutcome::Held);
    assert_eq!(store.outcomes(), [StorageOutcome::Stored, StorageOutcome::Held]);
}

#[tokio::test]
async fn a_claim_that_changes_for_ever_is_a_fault() {
    let store = StubStore::default()
        .with(Ok(StoreResult::ClaimChanged))
        .with(Ok(StoreResult::ClaimChanged));

    let error = App::new(store, NOON).call(input()).await.unwrap_err();

    assert!(matches!(error, StoreUserDataError::StoreUnavailable { .. }));
}

#[tokio::test]
async fn a_sign_up_that_is_not_pending_is_an_error() {
    let app = App::new(StubStore::default().with(Ok(StoreResult::NotPending)), NOON);

    let error = app.call(input()).await.unwrap_err();

    assert!(matches!(error, StoreUserDataError::SignUpNotPending));
}

#[tokio::test]
async fn an_unavailable_store_is_reported_as_store_unavailable() {
    let handler = Handler::task(App::new(StubStore::default().with(Err("no response")), NOON));

    let failure = handler.invoke(sample_event("stored")).await.unwrap_err();

    assert_eq!(failure.name, "StoreUnavailable");
}

#[tokio::test]
async fn an_invalid_address_is_reported_by_its_field_without_its_value() {
    let handler = Handler::task(App::new(StubStore::default(), NOON));

    let failure = handler.invoke(sample_event("bad-email")).await.unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`email`"), "{}", failure.message);
    assert!(!failure.message.contains("not an address"), "{}", failure.message);
}

#[tokio::test]
async fn optional_fields_may_be_absent() {
    let handler = Handler::task(App::new(StubStore::default(), NOON));

    let output = handler.invoke(sample_event("only-email")).await.unwrap();

    assert_eq!(output["outcome"], json!("stored"));
}
