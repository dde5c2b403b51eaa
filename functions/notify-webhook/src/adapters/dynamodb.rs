//! Events and their deliveries in DynamoDB.

use contracts::notify_webhook::Delivery;
use contracts::table::{self, PK, delivery};
use contracts::values::Timestamp;
use kit::aws::dynamodb::{
    Item, ReturnValue, ReturnValuesOnConditionCheckFailure, Table, get_string, names, number, require, string,
};
use kit::limit::{Bucket, DynamoBuckets, Empty};

use crate::event::WebhookEvent;
use crate::ports::{Attempt, KeepEvent, KeepResult, RecordAttempt, StoreFault, TakeTokens};

/// Events in this table, with their deliveries.
#[derive(Debug, Clone)]
pub struct DynamoDeliveries(pub Table);

impl KeepEvent for DynamoDeliveries {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        let put = self
            .0
            .build_put(table::delivery_key(&event.user, event.kind))
            .item(delivery::STATUS, string(Delivery::Undelivered.as_str()))
            .item(delivery::WEBHOOK_ID, string(&event.id))
            .item(delivery::CONTENT, string(&event.content))
            .item(delivery::ATTEMPTS, number(0))
            .condition_expression("attribute_not_exists(#pk)")
            .set_expression_attribute_names(names([PK]))
            // A failed condition returns the stored event, without another call.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = self.0.send_put(put).await else {
            return Ok(KeepResult::Undelivered(event));
        };
        match error.reasons() {
            [failed] => require(
                failed.item().and_then(|item| stored_event(event, item)),
                delivery::STATUS,
            ),
            _ => Err(error.into()),
        }
    }
}

impl RecordAttempt for DynamoDeliveries {
    async fn record(&self, event: &WebhookEvent, attempt: Attempt) -> Result<(), StoreFault> {
        let key = table::delivery_key(&event.user, event.kind);
        let update = match attempt {
            Attempt::Delivered { at } => self
                .0
                .build_update(
                    key,
                    "SET #status = :delivered, #deliveredAt = :now ADD #attempts :one",
                )
                .set_expression_attribute_names(names([delivery::STATUS, delivery::DELIVERED_AT]))
                .expression_attribute_values(":delivered", string(Delivery::Delivered.as_str()))
                .expression_attribute_values(":now", number(at.epoch_millis())),
            Attempt::Failed { reason } => self
                .0
                .build_update(key, "SET #lastFailure = :reason ADD #attempts :one")
                .set_expression_attribute_names(names([delivery::LAST_FAILURE]))
                .expression_attribute_values(":reason", string(reason)),
            Attempt::GivenUp => return self.give_up(key).await,
        };
        let update = update
            .expression_attribute_names("#attempts", delivery::ATTEMPTS)
            .expression_attribute_values(":one", number(1));
        self.0.send_update(update, ReturnValue::None).await?;
        Ok(())
    }
}

impl DynamoDeliveries {
    async fn give_up(&self, key: String) -> Result<(), StoreFault> {
        let update = self
            .0
            .build_update(key, "SET #status = :dead")
            .condition_expression("#status = :undelivered")
            .set_expression_attribute_names(names([delivery::STATUS]))
            .expression_attribute_values(":dead", string(Delivery::Dead.as_str()))
            .expression_attribute_values(":undelivered", string(Delivery::Undelivered.as_str()));
        // If the condition fails, it is delivered or given up already.
        self.0.try_update(update).await?;
        Ok(())
    }
}

impl TakeTokens for DynamoDeliveries {
    async fn take(&self, bucket: &Bucket, now: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        DynamoBuckets(self.0.clone()).take(bucket, now).await
    }
}

/// The event from its item, if the item can be read.
fn stored_event(event: WebhookEvent, item: &Item) -> Option<KeepResult> {
    if get_string(item, delivery::STATUS)? == Delivery::Delivered.as_str() {
        return Some(KeepResult::Delivered);
    }
    Some(KeepResult::Undelivered(WebhookEvent {
        id: get_string(item, delivery::WEBHOOK_ID)?.to_owned(),
        content: get_string(item, delivery::CONTENT)?.to_owned(),
        ..event
    }))
}
