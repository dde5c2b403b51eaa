//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_smithy_mocks::{Rule, mock};
use contracts::store_user_data::StoreUserDataInput;
use kit::testing::{cancelled, mock_table, reason};
use store_user_data::{DynamoUsers, NewUser, StoreResult, StoreUser};

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
                && update.key()["pk"].as_s().unwrap() == "user#0123456789abcdef0123456789abcdef"
                && update.update_expression().contains("#email = :email")
                && !update.update_expression().contains("#phone")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());

    let stored = users(&[&store]).store(new_user()).await.unwrap();

    assert_eq!(stored, StoreResult::Stored);
    assert_eq!(store.num_calls(), 1);
}

#[tokio::test]
async fn a_held_sign_up_is_stored_without_the_data() {
    let claimed = cancelled([reason("ConditionalCheckFailed"), reason("None")]);
    let record = mock!(Client::update_item)
        .match_requests(|request| {
            let expression = request.update_expression().unwrap_or_default();
            expression.contains("#held = :yes") && !expression.contains("email")
        })
        .then_output(|| UpdateItemOutput::builder().build());

    let stored = users(&[&claimed, &record]).store(new_user()).await.unwrap();

    assert_eq!(stored, StoreResult::Held);
    assert_eq!(record.num_calls(), 1);
}

#[tokio::test]
async fn ended_sign_ups_are_not_changed() {
    let ended = cancelled([reason("None"), reason("ConditionalCheckFailed")]);

    assert_eq!(
        users(&[&ended]).store(new_user()).await.unwrap(),
        StoreResult::NotPending
    );
}

#[tokio::test]
async fn a_transaction_conflict_is_a_store_fault() {
    let conflict = cancelled([reason("None"), reason("TransactionConflict")]);

    assert!(users(&[&conflict]).store(new_user()).await.is_err());
}
