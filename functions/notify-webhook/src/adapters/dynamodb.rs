//! Events in DynamoDB.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use contracts::notify_webhook::Delivery;
use contracts::table::{self, PK, delivery};
use contracts::values::UserId;
use kit::aws::Fault;
use kit::aws::dynamodb::{Item, get_string, number, string};

use crate::event::Event;
use crate::ports::{Attempt, KeepEvent, Kept, RecordAttempt, StoreFault};

/// Events in DynamoDB, with what became of them.
#[derive(Debug, Clone)]
pub struct DynamoDeliveries {
    client: Client,
    table: String,
}

/// The event that is kept lacks what every event has.
#[derive(Debug, thiserror::Error)]
#[error("the kept event cannot be read")]
struct Unreadable;

impl DynamoDeliveries {
    /// The events in this table.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }
}

impl KeepEvent for DynamoDeliveries {
    async fn keep(&self, event: Event) -> Result<Kept, StoreFault> {
        let answer = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(PK, string(table::delivery_key(&event.user)))
            .item(delivery::STATUS, string(Delivery::Undelivered.as_str()))
            .item(delivery::WEBHOOK_ID, string(&event.id))
            .item(delivery::CONTENT, string(&event.content))
            .item(delivery::ATTEMPTS, number(0))
            .condition_expression("attribute_not_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            // What is there is read with the refusal, without a call of its own.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = answer else {
            return Ok(Kept::Undelivered(event));
        };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(refused)) => refused
                .item()
                .and_then(|item| found(event.user, item))
                .ok_or_else(|| StoreFault(Unreadable.into())),
            _ => Err(StoreFault(Fault::of("PutItem", &error).into())),
        }
    }
}

impl RecordAttempt for DynamoDeliveries {
    async fn record(&self, user: &UserId, attempt: Attempt) -> Result<(), StoreFault> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, string(table::delivery_key(user)))
            .expression_attribute_names("#attempts", delivery::ATTEMPTS)
            .expression_attribute_values(":one", number(1));
        let update = match attempt {
            Attempt::Delivered { at } => update
                .update_expression("SET #status = :delivered, #deliveredAt = :now ADD #attempts :one")
                .expression_attribute_names("#status", delivery::STATUS)
                .expression_attribute_names("#deliveredAt", delivery::DELIVERED_AT)
                .expression_attribute_values(":delivered", string(Delivery::Delivered.as_str()))
                .expression_attribute_values(":now", number(at.epoch_millis())),
            Attempt::Failed { reason } => update
                .update_expression("SET #lastFailure = :reason ADD #attempts :one")
                .expression_attribute_names("#lastFailure", delivery::LAST_FAILURE)
                .expression_attribute_values(":reason", string(reason)),
        };
        match update.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(StoreFault(Fault::of("UpdateItem", &error).into())),
        }
    }
}

/// What an item says about the user's event, if it can be read.
fn found(user: UserId, item: &Item) -> Option<Kept> {
    if get_string(item, delivery::STATUS)? == Delivery::Delivered.as_str() {
        return Some(Kept::Delivered);
    }
    Some(Kept::Undelivered(Event {
        user,
        id: get_string(item, delivery::WEBHOOK_ID)?.to_owned(),
        content: get_string(item, delivery::CONTENT)?.to_owned(),
    }))
}
