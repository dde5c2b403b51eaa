//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, TransactionCanceledException};
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use create_user::{AcceptSignUp, Acceptance, Accepted, DynamoSignUps, Fingerprint, RequestHash};

const ID: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

fn acceptance() -> Acceptance {
    Acceptance {
        user_id: ID.parse().unwrap(),
        fingerprint: Fingerprint::from_table("mine"),
        request: None,
        at: "2026-01-01T12:00:00Z".parse().unwrap(),
    }
}

fn with_key() -> Acceptance {
    Acceptance {
        request: Some(RequestHash::from_table("hash")),
        ..acceptance()
    }
}

fn sign_ups(client: Client) -> DynamoSignUps {
    DynamoSignUps::new(client, "table".to_owned())
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn number(value: &str) -> AttributeValue {
    AttributeValue::N(value.to_owned())
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> HashMap<String, AttributeValue> {
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The whole item of the accepted record.
fn record() -> HashMap<String, AttributeValue> {
    item([
        ("pk", text(&format!("user#{ID}"))),
        ("status", text("pending")),
        ("fingerprint", text("mine")),
        ("acceptedAt", number("1767268800000")),
        ("expiresAt", number("1767441600")),
    ])
}

/// What the key made before, until then.
fn before(expires_at: &str) -> GetItemOutput {
    let pointer = item([
        ("pk", text("request#hash")),
        ("userId", text(OTHER)),
        ("fingerprint", text("theirs")),
        ("expiresAt", number(expires_at)),
    ]);
    GetItemOutput::builder().set_item(Some(pointer)).build()
}

fn cancelled(codes: [&str; 2]) -> TransactWriteItemsError {
    let reasons = codes.map(|code| CancellationReason::builder().code(code).build());
    let error = TransactionCanceledException::builder()
        .set_cancellation_reasons(Some(reasons.to_vec()))
        .build();
    TransactWriteItemsError::TransactionCanceledException(error)
}

#[tokio::test]
async fn the_record_contains_only_status_fingerprint_and_times() {
    let put = mock!(Client::put_item)
        .match_requests(|request| {
            request.item() == Some(&record())
                && request
                    .condition_expression()
                    .is_some_and(|condition| condition.starts_with("attribute_not_exists(#pk) OR "))
        })
        .then_output(|| PutItemOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, [&put]);

    let accepted = sign_ups(client).accept(&acceptance()).await.unwrap();

    assert_eq!(accepted, Accepted::New);
}

#[tokio::test]
async fn an_existing_id_is_a_fault() {
    let put = mock!(Client::put_item).then_error(|| {
        let taken = ConditionalCheckFailedException::builder().build();
        PutItemError::ConditionalCheckFailedException(taken)
    });
    let client = mock_client!(aws_sdk_dynamodb, [&put]);

    assert!(sign_ups(client).accept(&acceptance()).await.is_err());
}

#[tokio::test]
async fn an_idempotency_key_and_its_record_are_written_in_one_transaction() {
    let write = mock!(Client::transact_write_items)
        .match_requests(|request| {
            let [user, pointer] = request.transact_items() else {
                return false;
            };
            let (user, pointer) = (user.put().unwrap(), pointer.put().unwrap());
            let values = pointer.expression_attribute_values().unwrap();
            user.item() == &record()
                && pointer.item()
                    == &item([
                        ("pk", text("request#hash")),
                        ("userId", text(ID)),
                        ("fingerprint", text("mine")),
                        ("expiresAt", number("1767355200")),
                    ])
                && pointer.condition_expression()
                    == Some("attribute_not_exists(#pk) OR #expiresAt <= :now OR #userId = :userId")
                && values[":now"] == number("1767268800")
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, [&write]);

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert_eq!(accepted, Accepted::New);
}

#[tokio::test]
async fn a_used_idempotency_key_returns_its_sign_up() {
    let write =
        mock!(Client::transact_write_items).then_error(|| cancelled(["None", "ConditionalCheckFailed"]));
    let get = mock!(Client::get_item)
        .match_requests(|request| {
            request.key().unwrap()["pk"] == text("request#hash") && request.consistent_read() == Some(true)
        })
        .then_output(|| before("1767268801"));
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&write, &get]);

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert_eq!(
        accepted,
        Accepted::Before {
            user_id: OTHER.parse().unwrap(),
            fingerprint: Fingerprint::from_table("theirs"),
        }
    );
}

#[tokio::test]
async fn a_concurrent_request_with_the_same_idempotency_key_is_awaited() {
    let conflict =
        mock!(Client::transact_write_items).then_error(|| cancelled(["None", "TransactionConflict"]));
    let not_yet = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let refusal =
        mock!(Client::transact_write_items).then_error(|| cancelled(["None", "ConditionalCheckFailed"]));
    let written = mock!(Client::get_item).then_output(|| before("1767268801"));
    let client = mock_client!(
        aws_sdk_dynamodb,
        RuleMode::Sequential,
        [&conflict, &not_yet, &refusal, &written]
    );

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert!(matches!(accepted, Accepted::Before { .. }));
    assert_eq!(written.num_calls(), 1);
}

#[tokio::test]
async fn an_expired_idempotency_key_can_be_used_again() {
    let refusal =
        mock!(Client::transact_write_items).then_error(|| cancelled(["None", "ConditionalCheckFailed"]));
    let ran_out = mock!(Client::get_item).then_output(|| before("1767268800"));
    let write =
        mock!(Client::transact_write_items).then_output(|| TransactWriteItemsOutput::builder().build());
    let client = mock_client!(
        aws_sdk_dynamodb,
        RuleMode::Sequential,
        [&refusal, &ran_out, &write]
    );

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert_eq!(accepted, Accepted::New);
}

#[tokio::test]
async fn a_persistent_transaction_conflict_is_a_fault() {
    let conflict =
        mock!(Client::transact_write_items).then_error(|| cancelled(["None", "TransactionConflict"]));
    let not_yet = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&conflict, &not_yet]);

    assert!(sign_ups(client).accept(&with_key()).await.is_err());
    assert_eq!(conflict.num_calls(), 4);
}

#[tokio::test]
async fn a_throttled_transaction_is_a_fault() {
    let throttled = mock!(Client::transact_write_items).then_error(|| cancelled(["None", "ThrottlingError"]));
    let client = mock_client!(aws_sdk_dynamodb, [&throttled]);

    assert!(sign_ups(client).accept(&with_key()).await.is_err());
}
