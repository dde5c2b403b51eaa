//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::CancellationReason;
use aws_sdk_dynamodb::types::error::TransactionCanceledException;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use contracts::store_user_data::StoreUserDataInput;
use store_user_data::{DynamoUsers, PendingUser, StoreUser, Stored};

fn pending() -> PendingUser {
    let data: StoreUserDataInput = serde_json::from_str(include_str!("../events/stored.json")).unwrap();
    let address = data.email.key();
    PendingUser {
        data,
        address,
        at: "2026-01-01T12:00:00Z".parse().unwrap(),
    }
}

fn cancelled(codes: [&str; 2]) -> TransactWriteItemsError {
    let reasons = codes.map(|code| CancellationReason::builder().code(code).build());
    let error = TransactionCanceledException::builder()
        .set_cancellation_reasons(Some(reasons.to_vec()))
        .build();
    TransactWriteItemsError::TransactionCanceledException(error)
}

fn users(client: Client) -> DynamoUsers {
    DynamoUsers::new(client, "table".to_owned())
}

#[tokio::test]
async fn the_data_is_stored_only_if_the_address_is_not_claimed() {
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
    let client = mock_client!(aws_sdk_dynamodb, [&store]);

    let stored = users(client).store(pending()).await.unwrap();

    assert_eq!(stored, Stored::Stored);
    assert_eq!(store.num_calls(), 1);
}

#[tokio::test]
async fn a_held_sign_up_is_recorded_without_its_data() {
    let claimed =
        mock!(Client::transact_write_items).then_error(|| cancelled(["ConditionalCheckFailed", "None"]));
    let record = mock!(Client::update_item)
        .match_requests(|request| {
            let expression = request.update_expression().unwrap_or_default();
            expression.contains("#held = :yes") && !expression.contains("email")
        })
        .then_output(|| UpdateItemOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&claimed, &record]);

    let stored = users(client).store(pending()).await.unwrap();

    assert_eq!(stored, Stored::Held);
    assert_eq!(record.num_calls(), 1);
}

#[tokio::test]
async fn an_ended_sign_up_is_not_changed() {
    let ended =
        mock!(Client::transact_write_items).then_error(|| cancelled(["None", "ConditionalCheckFailed"]));
    let client = mock_client!(aws_sdk_dynamodb, [&ended]);

    assert_eq!(users(client).store(pending()).await.unwrap(), Stored::NotPending);
}

#[tokio::test]
async fn a_transaction_conflict_is_a_fault() {
    let conflict =
        mock!(Client::transact_write_items).then_error(|| cancelled(["None", "TransactionConflict"]));
    let client = mock_client!(aws_sdk_dynamodb, [&conflict]);

    assert!(users(client).store(pending()).await.is_err());
}
