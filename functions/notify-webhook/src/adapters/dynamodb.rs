//! Events in DynamoDB, and how their delivery stands.

use contracts::notify_webhook::Delivery;
use contracts::table::{self, PK, delivery};
use contracts::values::UserId;
use kit::aws::dynamodb::{
    Item, ReturnValue, ReturnValuesOnConditionCheckFailure, Table, get_string, known, names, number, string,
};

use crate::event::WebhookEvent;
use crate::ports::{Attempt, KeepEvent, Kept, RecordAttempt, StoreFault};

/// Events in this table, with how their delivery stands.
#[derive(Debug, Clone)]
pub struct DynamoDeliveries(pub Table);

impl KeepEvent for DynamoDeliveries {
    async fn keep(&self, event: WebhookEvent) -> Result<Kept, StoreFault> {
        let put = self
            .0
            .put(table::delivery_key(&event.user))
            .item(delivery::STATUS, string(Delivery::Undelivered.as_str()))
            .item(delivery::WEBHOOK_ID, string(&event.id))
            .item(delivery::CONTENT, string(&event.content))
            .item(delivery::ATTEMPTS, number(0))
            .condition_expression("attribute_not_exists(#pk)")
            .set_expression_attribute_names(names([PK]))
            // The event that is there comes with the refusal, without another call.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = self.0.send_put(put).await else {
            return Ok(Kept::Undelivered(event));
        };
        match error.reasons() {
            [refusal] => known(
                refusal.item().and_then(|item| found(event.user, item)),
                delivery::STATUS,
            ),
            _ => Err(error.into()),
        }
    }
}

impl RecordAttempt for DynamoDeliveries {
    async fn record(&self, user: &UserId, attempt: Attempt) -> Result<(), StoreFault> {
        let key = table::delivery_key(user);
        let update = match attempt {
            Attempt::Delivered { at } => self
                .0
                .update(
                    key,
                    "SET #status = :delivered, #deliveredAt = :now ADD #attempts :one",
                )
                .set_expression_attribute_names(names([delivery::STATUS, delivery::DELIVERED_AT]))
                .expression_attribute_values(":delivered", string(Delivery::Delivered.as_str()))
                .expression_attribute_values(":now", number(at.epoch_millis())),
            Attempt::Failed { reason } => self
                .0
                .update(key, "SET #lastFailure = :reason ADD #attempts :one")
                .set_expression_attribute_names(names([delivery::LAST_FAILURE]))
                .expression_attribute_values(":reason", string(reason)),
        };
        let update = update
            .expression_attribute_names("#attempts", delivery::ATTEMPTS)
            .expression_attribute_values(":one", number(1));
        self.0.send_update(update, ReturnValue::None).await?;
        Ok(())
    }
}

/// What an item says about the user's event, if it can be read.
fn found(user: UserId, item: &Item) -> Option<Kept> {
    if get_string(item, delivery::STATUS)? == Delivery::Delivered.as_str() {
        return Some(Kept::Delivered);
    }
    Some(Kept::Undelivered(WebhookEvent {
        user,
        id: get_string(item, delivery::WEBHOOK_ID)?.to_owned(),
        content: get_string(item, delivery::CONTENT)?.to_owned(),
    }))
}
