//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::error::{
    ConditionalCheckFailedException, ProvisionedThroughputExceededException,
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_smithy_mocks::{mock, mock_client};
use confirm_email::{BeginConfirming, DynamoVerifications, EndConfirming, FindVerification, ReadStatus};
use contracts::table::UserStatus;
use contracts::values::{LinkToken, Timestamp, UserId};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn noon() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

fn verifications(client: Client) -> DynamoVerifications {
    DynamoVerifications::new(client, "table".to_owned())
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn item(name: &str, value: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([(name.to_owned(), text(value))])
}

fn condition_failed() -> UpdateItemError {
    UpdateItemError::ConditionalCheckFailedException(ConditionalCheckFailedException::builder().build())
}

fn busy() -> UpdateItemError {
    let busy = ProvisionedThroughputExceededException::builder().build();
    UpdateItemError::ProvisionedThroughputExceededException(busy)
}

#[tokio::test]
async fn a_link_is_found_by_its_hash_alone() {
    let token = LinkToken::from_bytes([7; 32]);
    let key = text(format!("link#{}", token.hash().as_str()));
    let get = mock!(Client::get_item)
        .match_requests(move |request| {
            request.key().unwrap()["pk"] == key && request.consistent_read() == Some(true)
        })
        .then_output(|| {
            GetItemOutput::builder()
                .set_item(Some(item("userId", ID)))
                .build()
        });
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    let found = verifications(client).find(&token.hash()).await.unwrap();

    assert_eq!(found, Some(user()));
}

#[tokio::test]
async fn a_link_that_was_never_mailed_is_not_found() {
    let get = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, [&get]);
    let token = LinkToken::from_bytes([7; 32]);

    assert_eq!(verifications(client).find(&token.hash()).await.unwrap(), None);
}

#[tokio::test]
async fn beginning_requires_an_open_window_and_returns_the_newest_task_token() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.key().unwrap()["pk"] == text(format!("verification#{ID}"))
                && request.condition_expression()
                    == Some("(#state = :open AND #windowEndsAt > :now) OR #state = :confirming")
                && values[":now"] == AttributeValue::N("1767268800000".to_owned())
                && request.return_values() == Some(&ReturnValue::AllNew)
        })
        .then_output(|| {
            let attributes = item("taskToken", "newest");
            UpdateItemOutput::builder()
                .set_attributes(Some(attributes))
                .build()
        });
    let client = mock_client!(aws_sdk_dynamodb, [&update]);

    let token = verifications(client).begin(&user(), noon()).await.unwrap();

    assert_eq!(token.unwrap().expose(), "newest");
}

#[tokio::test]
async fn a_spent_expired_or_missing_verification_is_not_begun() {
    let update = mock!(Client::update_item).then_error(condition_failed);
    let client = mock_client!(aws_sdk_dynamodb, [&update]);

    assert_eq!(verifications(client).begin(&user(), noon()).await.unwrap(), None);
}

#[tokio::test]
async fn throttling_is_a_fault() {
    let update = mock!(Client::update_item).then_error(busy);
    let client = mock_client!(aws_sdk_dynamodb, [&update]);

    assert!(verifications(client).begin(&user(), noon()).await.is_err());
}

#[tokio::test]
async fn only_a_confirming_verification_becomes_spent() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.condition_expression() == Some("#state = :confirming")
                && values[":spent"] == text("spent")
                && values[":confirming"] == text("confirming")
        })
        .then_output(|| UpdateItemOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, [&update]);

    verifications(client).end(&user()).await.unwrap();

    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn ending_a_spent_or_missing_verification_succeeds() {
    let update = mock!(Client::update_item).then_error(condition_failed);
    let client = mock_client!(aws_sdk_dynamodb, [&update]);

    verifications(client).end(&user()).await.unwrap();
}

#[tokio::test]
async fn the_status_is_read_consistently() {
    let get = mock!(Client::get_item)
        .match_requests(|request| {
            request.key().unwrap()["pk"] == text(format!("user#{ID}"))
                && request.consistent_read() == Some(true)
        })
        .then_output(|| {
            GetItemOutput::builder()
                .set_item(Some(item("status", "verified")))
                .build()
        });
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    let status = verifications(client).status(&user()).await.unwrap();

    assert_eq!(status, Some(UserStatus::Verified));
}
