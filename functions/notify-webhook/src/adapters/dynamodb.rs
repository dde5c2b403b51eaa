//! Events in DynamoDB, and how their delivery stands.

use contracts::notify_webhook::Delivery;
use contracts::table::{self, PK, delivery};
use contracts::values::UserId;
use kit::aws::dynamodb::{Item, Table, get_string, known, number, string};

use crate::event::WebhookEvent;
use crate::ports::{Attempt, KeepEvent, Kept, RecordAttempt, StoreFault};

/// Events in this table, with how their delivery stands.
#[derive(Debug, Clone)]
pub struct DynamoDeliveries(pub Table);

impl KeepEvent for DynamoDeliveries {
    async fn keep(&self, event: WebhookEvent) -> Result<Kept, StoreFault> {
        let attributes = [
            (delivery::STATUS, string(Delivery::Undelivered.as_str())),
            (delivery::WEBHOOK_ID, string(&event.id)),
            (delivery::CONTENT, string(&event.content)),
            (delivery::ATTEMPTS, number(0)),
        ];
        let put = self
            .0
            .put(table::delivery_key(&event.user), attributes)
            .only_if("attribute_not_exists(#pk)")
            .names([PK])
            // The event that is there comes with the refusal, without another call.
            .returning_item();
        let Err(error) = put.send().await else {
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
                .names([delivery::STATUS, delivery::DELIVERED_AT])
                .value(":delivered", string(Delivery::Delivered.as_str()))
                .value(":now", number(at.epoch_millis())),
            Attempt::Failed { reason } => self
                .0
                .update(key, "SET #lastFailure = :reason ADD #attempts :one")
                .names([delivery::LAST_FAILURE])
                .value(":reason", string(reason)),
        };
        let update = update.names([delivery::ATTEMPTS]).value(":one", number(1));
        update.send().await?;
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
