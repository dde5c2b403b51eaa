//! The DynamoDB adapter: its requests, and its handling of the responses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::error::{
    ConditionalCheckFailedException, ProvisionedThroughputExceededException,
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use aws_smithy_mocks::{Rule, mock};
use contracts::notify_webhook::EventKind;
use contracts::values::UserId;
use kit::testing::{mock_table, throttled_update};
use notify_webhook::{Attempt, DynamoDeliveries, KeepEvent, KeepResult, RecordAttempt, WebhookEvent};

const ID: &str = "0123456789abcdef0123456789abcdef";

fn user() -> UserId {
    ID.parse().unwrap()
}

fn event() -> WebhookEvent {
    WebhookEvent {
        user: user(),
        kind: EventKind::SignedUp,
        id: "msg_1".to_owned(),
        content: "{}".to_owned(),
    }
}

fn deliveries(rule: &Rule) -> DynamoDeliveries {
    DynamoDeliveries(mock_table(&[rule]))
}

/// A failed condition with the stored item.
fn stored(attributes: &'static [(&'static str, &'static str)]) -> Rule {
    mock!(Client::put_item).then_error(|| {
        let failed = ConditionalCheckFailedException::builder();
        let failed = attributes.iter().fold(failed, |failed, (name, value)| {
            failed.item(*name, AttributeValue::S((*value).to_owned()))
        });
        PutItemError::ConditionalCheckFailedException(failed.build())
    })
}

#[tokio::test]
async fn an_event_is_stored_as_undelivered() {
    let put = mock!(Client::put_item)
        .match_requests(|request| {
            let item = request.item().unwrap();
            item["pk"].as_s().unwrap() == &format!("delivery#{ID}")
                && item["status"].as_s().unwrap() == "undelivered"
                && item["webhookId"].as_s().unwrap() == "msg_1"
                && item["content"].as_s().unwrap() == "{}"
                && item["attempts"].as_n().unwrap() == "0"
                && request.condition_expression() == Some("attribute_not_exists(#pk)")
                && request.return_values_on_condition_check_failure()
                    == Some(&ReturnValuesOnConditionCheckFailure::AllOld)
        })
        .then_output(|| PutItemOutput::builder().build());

    let kept = deliveries(&put).keep(event()).await.unwrap();

    assert_eq!(kept, KeepResult::Undelivered(event()));
    assert_eq!(put.num_calls(), 1);
}

#[tokio::test]
async fn a_retry_gets_the_event_that_was_stored_first() {
    let first = stored(&[
        ("status", "undelivered"),
        ("webhookId", "msg_1"),
        ("content", "first"),
    ]);

    let kept = deliveries(&first).keep(event()).await.unwrap();

    let content = "first".to_owned();
    assert_eq!(kept, KeepResult::Undelivered(WebhookEvent { content, ..event() }));
}

#[tokio::test]
async fn a_delivered_event_is_returned_as_delivered() {
    let delivered = stored(&[("status", "delivered")]);

    let kept = deliveries(&delivered).keep(event()).await.unwrap();

    assert_eq!(kept, KeepResult::Delivered);
}

#[tokio::test]
async fn an_unreadable_event_is_a_store_fault() {
    let unreadable = stored(&[("status", "undelivered")]);

    assert!(deliveries(&unreadable).keep(event()).await.is_err());
}

#[tokio::test]
async fn a_delivery_is_recorded_with_its_time() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let expression = "SET #status = :delivered, #deliveredAt = :now ADD #attempts :one";
            let values = request.expression_attribute_values().unwrap();
            request.key().unwrap()["pk"].as_s().unwrap() == &format!("delivery#{ID}")
                && request.update_expression() == Some(expression)
                && values[":delivered"].as_s().unwrap() == "delivered"
                && values[":now"].as_n().unwrap() == "1767268800000"
        })
        .then_output(|| UpdateItemOutput::builder().build());
    let at = "2026-01-01T12:00:00Z".parse().unwrap();

    let attempt = Attempt::Delivered { at };
    deliveries(&update).record(&event(), attempt).await.unwrap();

    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn after_a_failed_attempt_the_event_stays_undelivered() {
    let update = mock!(Client::update_item)
        .match_requests(|request| {
            let values = request.expression_attribute_values().unwrap();
            request.update_expression() == Some("SET #lastFailure = :reason ADD #attempts :one")
                && values[":reason"].as_s().unwrap() == "503"
        })
        .then_output(|| UpdateItemOutput::builder().build());

    let reason = "503".to_owned();
    let attempt = Attempt::Failed { reason };
    deliveries(&update).record(&event(), attempt).await.unwrap();

    assert_eq!(update.num_calls(), 1);
}

#[tokio::test]
async fn throttling_is_a_store_fault() {
    let put = mock!(Client::put_item).then_error(|| {
        let error = ProvisionedThroughputExceededException::builder().build();
        PutItemError::ProvisionedThroughputExceededException(error)
    });
    let update = throttled_update();
    let at = "2026-01-01T12:00:00Z".parse().unwrap();

    assert!(deliveries(&put).keep(event()).await.is_err());
    assert!(
        deliveries(&update)
            .record(&event(), Attempt::Delivered { at })
            .await
            .is_err()
    );
}
