//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_smithy_mocks::mock;
use contracts::values::{RecipientHash, Timestamp, UserId};
use kit::Clock;
use kit::aws::dynamodb::{number, string};
use kit::testing::{NOON, failed_condition, mock_table, throttled_update};
use record_mail_event::{DynamoSuppressions, MarkSignUp, SuppressAddress};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn recipient() -> RecipientHash {
    "ab".repeat(32).parse().unwrap()
}

fn noon() -> Timestamp {
    NOON.now()
}

#[tokio::test]
async fn a_suppression_expires_and_is_never_shortened() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.key().unwrap()["pk"] == string(format!("suppression#{}", "ab".repeat(32)))
                && request.condition_expression() == Some("attribute_not_exists(#pk) OR #until < :until")
                && values[":until"] == number(1_767_268_800_000)
                && values[":expiresAt"] == number(1_767_268_800)
        })
        .then_output(|| UpdateItemOutput::builder().build());

    let store = DynamoSuppressions(mock_table(&[&update]));
    store.suppress(&recipient(), noon()).await.unwrap();

    let longer = failed_condition();
    let store = DynamoSuppressions(mock_table(&[&longer]));
    assert!(store.suppress(&recipient(), noon()).await.is_ok());
}

#[tokio::test]
async fn an_open_verification_is_marked_and_its_task_returned() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            request.key().unwrap()["pk"] == string(format!("verification#{ID}"))
                && request.condition_expression() == Some("#state = :open")
                && request.expression_attribute_values().unwrap()[":open"] == string("open")
        })
        .then_output(|| {
            UpdateItemOutput::builder()
                .attributes("taskToken", string("newest"))
                .build()
        });

    let store = DynamoSuppressions(mock_table(&[&update]));
    let task = store.mark(&user(), noon()).await.unwrap();

    assert_eq!(task.unwrap().expose(), "newest");
}

#[tokio::test]
async fn a_sign_up_that_is_confirmed_or_over_is_not_marked() {
    let failed = failed_condition();

    let store = DynamoSuppressions(mock_table(&[&failed]));

    assert!(store.mark(&user(), noon()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_throttled_table_is_a_fault() {
    let throttled = throttled_update();

    let store = DynamoSuppressions(mock_table(&[&throttled]));

    assert!(store.mark(&user(), noon()).await.is_err());
    assert!(store.suppress(&recipient(), noon()).await.is_err());
}
