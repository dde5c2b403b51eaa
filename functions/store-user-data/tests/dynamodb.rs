//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_smithy_mocks::{Rule, mock};
use contracts::store_user_data::{StorageOutcome, StoreUserDataInput};
use kit::aws::dynamodb::string;
use kit::testing::{cancelled, mock_table, reason};
use store_user_data::{DynamoUsers, FindClaim, NewUser, StoreResult, StoreUser};

fn new_user() -> NewUser {
    let input: StoreUserDataInput = serde_json::from_str(include_str!("../events/stored.json")).unwrap();
    let address_hash = input.email.hash();
    NewUser {
        input,
        address_hash,
        now: "2026-01-01T12:00:00Z".parse().unwrap(),
    }
}

fn users(rules: &[&Rule]) -> DynamoUsers {
    DynamoUsers(mock_table(rules))
}

#[tokio::test]
async fn the_data_is_stored_on_condition_that_the_address_is_not_claimed() {
    let store = mock!(Client::transact_write_items)
        .match_requests(|request| {
            let [check, update] = request.transact_items() else {
                return false;
            };
            let claim = check.condition_check().unwrap();
            let update = update.update().unwrap();
            claim.key()["pk"].as_s().unwrap().starts_with("address#")
                && claim.condition_expression() == "attribute_not_exists(#pk) OR #userId = :userId"
                && update.key()["pk"].as_s().unwrap() == "user#0123456789abcdef0123456789abcdef"
                && update.update_expression().contains("#email = :email")
                && !update.update_expression().contains("#phone")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    let stored = users(&[&store])
        .store(&new_user(), StorageOutcome::Stored)
        .await
        .unwrap();

    assert_eq!(stored, StoreResult::Stored);
    assert_eq!(store.num_calls(), 1);
}

#[tokio::test]
async fn a_held_sign_up_is_stored_without_the_data_on_condition_that_the_address_is_claimed() {
    let store = mock!(Client::transact_write_items)
        .match_requests(|request| {
            let [check, update] = request.transact_items() else {
                return false;
            };
            let (claim, update) = (check.condition_check().unwrap(), update.update().unwrap());
            claim.condition_expression() == "attribute_exists(#pk) AND #userId <> :userId"
                && update.update_expression().contains("#held = :yes")
                && !update.update_expression().contains("email")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    let stored = users(&[&store])
        .store(&new_user(), StorageOutcome::Held)
        .await
        .unwrap();

    assert_eq!(stored, StoreResult::Stored);
    assert_eq!(store.num_calls(), 1);
}

#[tokio::test]
async fn an_address_is_held_if_another_user_has_claimed_it() {
    let held_by = |owner: Option<&'static str>| {
        mock!(Client::get_item)
            .match_requests(|request| {
                request.key().unwrap()["pk"]
                    .as_s()
                    .unwrap()
                    .starts_with("address#")
                    && request.consistent_read() == Some(true)
            })
            .then_output(move || {
                let item = owner.map(|owner| [("userId".to_owned(), string(owner))].into());
                GetItemOutput::builder().set_item(item).build()
            })
    };
    let user = new_user();
    for (owner, expected) in [
        (None, false),
        (Some("0123456789abcdef0123456789abcdef"), false),
        (Some("fedcba9876543210fedcba9876543210"), true),
    ] {
        let held = users(&[&held_by(owner)])
            .is_held(&user.address_hash, &user.input.user_id)
            .await;

        assert_eq!(held.unwrap(), expected, "{owner:?}");
    }
}

#[tokio::test]
async fn a_changed_claim_is_reported() {
    let changed = cancelled([reason("ConditionalCheckFailed"), reason("None")]);

    let stored = users(&[&changed])
        .store(&new_user(), StorageOutcome::Stored)
        .await;

    assert_eq!(stored.unwrap(), StoreResult::ClaimChanged);
}

#[tokio::test]
async fn ended_sign_ups_are_not_changed() {
    let ended = cancelled([reason("None"), reason("ConditionalCheckFailed")]);

    assert_eq!(
        users(&[&ended])
            .store(&new_user(), StorageOutcome::Stored)
            .await
            .unwrap(),
        StoreResult::NotPending
    );
}

#[tokio::test]
async fn a_transaction_conflict_is_a_store_fault() {
    let conflict = cancelled([reason("None"), reason("TransactionConflict")]);

    let stored = users(&[&conflict])
        .store(&new_user(), StorageOutcome::Stored)
        .await;

    assert!(stored.is_err());
}
