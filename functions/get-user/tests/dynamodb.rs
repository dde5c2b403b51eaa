//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemOutput};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::error::ProvisionedThroughputExceededException;
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use contracts::table::UserStatus;
use contracts::values::UserId;
use get_user::{App, DynamoSignUps, FindSignUp, SignUpRecord};
use kit::{Handler, SystemClock};
use serde_json::Value;

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn sign_ups(client: Client) -> DynamoSignUps {
    DynamoSignUps::new(client, "table".to_owned())
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> GetItemOutput {
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
    GetItemOutput::builder()
        .set_item(Some(HashMap::from(attributes)))
        .build()
}

#[tokio::test]
async fn only_public_attributes_are_read_and_consistently() {
    let get = mock!(Client::get_item)
        .match_requests(|request| {
            let mut names: Vec<_> = request.expression_attribute_names().unwrap().values().collect();
            names.sort();
            request.key().unwrap()["pk"] == text(&format!("user#{ID}"))
                && request.consistent_read() == Some(true)
                && names == ["mailed", "status", "storedAt", "windowEndsAt"]
        })
        .then_output(|| {
            item([
                ("status", text("awaiting_verification")),
                ("storedAt", AttributeValue::N("1767268800000".to_owned())),
                ("mailed", AttributeValue::Bool(true)),
                ("windowEndsAt", AttributeValue::N("1767355200000".to_owned())),
            ])
        });
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    let found = sign_ups(client).find(&user()).await.unwrap();

    assert_eq!(
        found,
        Some(SignUpRecord {
            status: UserStatus::AwaitingVerification,
            stored: true,
            mailed: true,
            window_ends_at: Some("2026-01-02T12:00:00Z".parse().unwrap()),
        })
    );
}

#[tokio::test]
async fn missing_attributes_mean_that_a_step_has_not_happened() {
    let get = mock!(Client::get_item).then_output(|| item([("status", text("pending"))]));
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    let found = sign_ups(client).find(&user()).await.unwrap().unwrap();

    assert!(!found.stored && !found.mailed);
    assert_eq!(found.window_ends_at, None);
}

#[tokio::test]
async fn an_unknown_user_is_not_found() {
    let get = mock!(Client::get_item).then_output(|| GetItemOutput::builder().build());
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    assert_eq!(sign_ups(client).find(&user()).await.unwrap(), None);
}

#[tokio::test]
async fn an_unknown_status_is_a_fault() {
    let get = mock!(Client::get_item).then_output(|| item([("status", text("unheard_of"))]));
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    assert!(sign_ups(client).find(&user()).await.is_err());
}

#[tokio::test]
async fn throttling_is_a_fault() {
    let get = mock!(Client::get_item).then_error(|| {
        let busy = ProvisionedThroughputExceededException::builder().build();
        GetItemError::ProvisionedThroughputExceededException(busy)
    });
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    assert!(sign_ups(client).find(&user()).await.is_err());
}

#[tokio::test]
async fn a_held_sign_up_is_indistinguishable_from_an_ordinary_one_at_any_time() {
    let stored_at = || ("storedAt", AttributeValue::N("1767268800000".to_owned()));
    let mailed = || ("mailed", AttributeValue::Bool(true));
    // The window of the first has long passed; that of the second has long to go.
    let window = |millis: &str| ("windowEndsAt", AttributeValue::N(millis.to_owned()));
    let awaiting = || ("status", text("awaiting_verification"));
    let moments = [
        vec![("status", text("pending"))],
        vec![awaiting(), stored_at()],
        vec![awaiting(), stored_at(), mailed(), window("1")],
        vec![awaiting(), stored_at(), mailed(), window("253402300799999")],
        vec![("status", text("expired")), stored_at(), mailed(), window("1")],
        vec![("status", text("failed")), stored_at()],
    ];

    for ordinary in moments {
        let mut held = ordinary.clone();
        held.push(("held", AttributeValue::Bool(true)));

        assert_eq!(answer(&held).await, answer(&ordinary).await, "{ordinary:?}");
    }
}

/// The whole answer, status and headers included, to a table that has this item.
async fn answer(attributes: &[(&str, AttributeValue)]) -> Value {
    let attributes = attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    let attributes: HashMap<_, _> = attributes.collect();
    let get = mock!(Client::get_item).then_output(move || {
        GetItemOutput::builder()
            .set_item(Some(attributes.clone()))
            .build()
    });
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&get]);
    let handler = Handler::api("GetUser", App::new(sign_ups(client), SystemClock));
    let event = serde_json::from_str(include_str!("../events/ok.json")).unwrap();
    handler.invoke(event).await.unwrap()
}
