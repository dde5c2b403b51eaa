//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use create_user::{AcceptResult, AcceptSignUp, Acceptance, DynamoSignUps, Fingerprint, RequestHash};
use kit::aws::dynamodb::{Table, number, string};
use kit::testing::{cancelled, reason};

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
    DynamoSignUps(Table::new(client, "table"))
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> HashMap<String, AttributeValue> {
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The whole item of the accepted record.
fn record() -> HashMap<String, AttributeValue> {
    item([
        ("pk", string(format!("user#{ID}"))),
        ("status", string("pending")),
        ("fingerprint", string("mine")),
        ("acceptedAt", number(1_767_268_800_000)),
        ("expiresAt", number(1_767_441_600)),
    ])
}

/// What the key made before, until then.
fn before(expires_at: i64) -> GetItemOutput {
    let pointer = item([
        ("pk", string("request#hash")),
        ("userId", string(OTHER)),
        ("fingerprint", string("theirs")),
        ("expiresAt", number(expires_at)),
    ]);
    GetItemOutput::builder().set_item(Some(pointer)).build()
}

#[tokio::test]
async fn the_record_has_only_status_fingerprint_and_times() {
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

    assert_eq!(accepted, AcceptResult::New);
}

#[tokio::test]
async fn an_id_in_use_is_a_store_fault() {
    let put = mock!(Client::put_item).then_error(|| {
        let failed = ConditionalCheckFailedException::builder().build();
        PutItemError::ConditionalCheckFailedException(failed)
    });
    let client = mock_client!(aws_sdk_dynamodb, [&put]);

    assert!(sign_ups(client).accept(&acceptance()).await.is_err());
}

#[tokio::test]
async fn a_key_and_its_record_are_written_in_one_transaction() {
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
                        ("pk", string("request#hash")),
                        ("userId", string(ID)),
                        ("fingerprint", string("mine")),
                        ("expiresAt", number(1_767_355_200)),
                    ])
                && pointer.condition_expression()
                    == Some("attribute_not_exists(#pk) OR #expiresAt <= :now OR #userId = :userId")
                && values[":now"] == number(1_767_268_800)
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, [&write]);

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert_eq!(accepted, AcceptResult::New);
}

#[tokio::test]
async fn a_used_key_returns_the_earlier_sign_up() {
    let write = cancelled([reason("None"), reason("ConditionalCheckFailed")]);
    let get = mock!(Client::get_item)
        .match_requests(|request| {
            request.key().unwrap()["pk"] == string("request#hash") && request.consistent_read() == Some(true)
        })
        .then_output(|| before(1_767_268_801));
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&write, &get]);

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert_eq!(
        accepted,
        AcceptResult::Before {
            user_id: OTHER.parse().unwrap(),
            fingerprint: Fingerprint::from_table("theirs"),
        }
    );
}

#[tokio::test]
async fn a_concurrent_request_of_the_same_key_is_waited_for() {
    let conflict = cancelled([reason("None"), reason("TransactionConflict")]);
    let not_yet = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let failed = cancelled([reason("None"), reason("ConditionalCheckFailed")]);
    let written = mock!(Client::get_item).then_output(|| before(1_767_268_801));
    let client = mock_client!(
        aws_sdk_dynamodb,
        RuleMode::Sequential,
        [&conflict, &not_yet, &failed, &written]
    );

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert!(matches!(accepted, AcceptResult::Before { .. }));
    assert_eq!(written.num_calls(), 1);
}

#[tokio::test]
async fn an_expired_key_can_be_reused() {
    let failed = cancelled([reason("None"), reason("ConditionalCheckFailed")]);
    let ran_out = mock!(Client::get_item).then_output(|| before(1_767_268_800));
    let write =
        mock!(Client::transact_write_items).then_output(|| TransactWriteItemsOutput::builder().build());
    let client = mock_client!(
        aws_sdk_dynamodb,
        RuleMode::Sequential,
        [&failed, &ran_out, &write]
    );

    let accepted = sign_ups(client).accept(&with_key()).await.unwrap();

    assert_eq!(accepted, AcceptResult::New);
}

#[tokio::test]
async fn a_lasting_conflict_is_a_store_fault() {
    let conflict = cancelled([reason("None"), reason("TransactionConflict")]);
    let not_yet = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&conflict, &not_yet]);

    assert!(sign_ups(client).accept(&with_key()).await.is_err());
    assert_eq!(conflict.num_calls(), 4);
}

#[tokio::test]
async fn a_throttled_transaction_is_a_store_fault() {
    let throttled = cancelled([reason("None"), reason("ThrottlingError")]);
    let client = mock_client!(aws_sdk_dynamodb, [&throttled]);

    assert!(sign_ups(client).accept(&with_key()).await.is_err());
}
