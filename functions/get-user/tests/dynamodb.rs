//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemError, BatchGetItemOutput};
use aws_sdk_dynamodb::types::error::ProvisionedThroughputExceededException;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use contracts::table::UserStatus;
use contracts::values::UserId;
use get_user::{App, DynamoSignUps, FindSignUp, Mails, SignUpRecord};
use kit::aws::dynamodb::{Item, Table, boolean, number, string};
use kit::testing::sample_event;
use kit::{Handler, SystemClock};
use serde_json::Value;

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn sign_ups(client: Client) -> DynamoSignUps {
    DynamoSignUps(Table::new(client, "table"))
}

/// The item of this kind with these attributes.
fn item(kind: &str, attributes: &[(&str, AttributeValue)]) -> Item {
    let attributes = attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    let key = ("pk".to_owned(), string(format!("{kind}#{ID}")));
    attributes.chain([key]).collect()
}

/// The response that has these items.
fn items<const N: usize>(items: [Item; N]) -> BatchGetItemOutput {
    let tables = HashMap::from([("table".to_owned(), items.into())]);
    BatchGetItemOutput::builder().set_responses(Some(tables)).build()
}

#[tokio::test]
async fn only_public_attributes_are_read_consistently() {
    let get = mock!(Client::batch_get_item)
        .match_requests(|request| {
            let wanted = &request.request_items().unwrap()["table"];
            let mut names: Vec<_> = wanted.expression_attribute_names().unwrap().values().collect();
            names.sort();
            let keys: Vec<_> = wanted.keys().iter().map(|key| &key["pk"]).collect();
            keys == [
                &string(format!("user#{ID}")),
                &string(format!("verification#{ID}")),
            ] && wanted.consistent_read() == Some(true)
                && names
                    == [
                        "lastMailAt",
                        "mailRequests",
                        "mailed",
                        "pk",
                        "status",
                        "storedAt",
                        "windowEndsAt",
                    ]
        })
        .then_output(|| {
            let verification = item(
                "verification",
                &[
                    ("lastMailAt", number(1_767_268_800_000)),
                    ("mailRequests", number(2)),
                ],
            );
            let sign_up = item(
                "user",
                &[
                    ("status", string("awaiting_verification")),
                    ("storedAt", number(1_767_268_800_000)),
                    ("mailed", boolean(true)),
                    ("windowEndsAt", number(1_767_355_200_000)),
                ],
            );
            items([verification, sign_up])
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
            mails: Some(Mails {
                last_at: "2026-01-01T12:00:00Z".parse().unwrap(),
                requests: 2,
            }),
        })
    );
}

#[tokio::test]
async fn absent_attributes_are_false_steps() {
    let get =
        mock!(Client::batch_get_item).then_output(|| items([item("user", &[("status", string("pending"))])]));
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    let found = sign_ups(client).find(&user()).await.unwrap().unwrap();

    assert!(!found.stored && !found.mailed);
    assert_eq!((found.window_ends_at, found.mails), (None, None));
}

#[tokio::test]
async fn an_unknown_user_is_not_found() {
    let get = mock!(Client::batch_get_item).then_output(|| items([]));
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    assert_eq!(sign_ups(client).find(&user()).await.unwrap(), None);
}

#[tokio::test]
async fn a_record_of_another_version_is_a_fault() {
    let get = mock!(Client::batch_get_item)
        .then_output(|| items([item("user", &[("status", string("unheard_of"))])]));
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    assert!(sign_ups(client).find(&user()).await.is_err());
}

#[tokio::test]
async fn throttling_is_a_store_fault() {
    let get = mock!(Client::batch_get_item).then_error(|| {
        let busy = ProvisionedThroughputExceededException::builder().build();
        BatchGetItemError::ProvisionedThroughputExceededException(busy)
    });
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    assert!(sign_ups(client).find(&user()).await.is_err());
}

/// A throttled table leaves items out of a batch. They are not absent.
#[tokio::test]
async fn an_item_that_is_left_out_is_a_store_fault() {
    let get = mock!(Client::batch_get_item).then_output(|| {
        let left = KeysAndAttributes::builder()
            .keys(item("user", &[]))
            .build()
            .unwrap();
        BatchGetItemOutput::builder()
            .unprocessed_keys("table", left)
            .build()
    });
    let client = mock_client!(aws_sdk_dynamodb, [&get]);

    assert!(sign_ups(client).find(&user()).await.is_err());
}

#[tokio::test]
async fn held_and_ordinary_sign_ups_get_the_same_responses() {
    let stored_at = || ("storedAt", number(1_767_268_800_000));
    let mailed = || ("mailed", boolean(true));
    // The window of the first has long passed; that of the second has long to go.
    let window = |millis| ("windowEndsAt", number(millis));
    let awaiting = || ("status", string("awaiting_verification"));
    let moments = [
        vec![("status", string("pending"))],
        vec![awaiting(), stored_at()],
        vec![awaiting(), stored_at(), mailed(), window(1)],
        vec![awaiting(), stored_at(), mailed(), window(253_402_300_799_999)],
        vec![("status", string("expired")), stored_at(), mailed(), window(1)],
        vec![("status", string("failed")), stored_at()],
    ];

    for ordinary in moments {
        let mut held = ordinary.clone();
        held.push(("held", boolean(true)));

        assert_eq!(response(&held).await, response(&ordinary).await, "{ordinary:?}");
    }
}

/// The whole response, status and headers included, to a table that has this item.
async fn response(attributes: &[(&str, AttributeValue)]) -> Value {
    let sign_up = item("user", attributes);
    let get = mock!(Client::batch_get_item).then_output(move || items([sign_up.clone()]));
    let client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&get]);
    let handler = Handler::api("GetUser", App::new(sign_ups(client), SystemClock));
    handler.invoke(sample_event("ok")).await.unwrap()
}
