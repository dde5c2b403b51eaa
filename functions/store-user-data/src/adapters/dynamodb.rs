//! Users in DynamoDB.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem, Update};
use contracts::table::{self, EXPIRES_AT, PK, UserStatus, pointer, user};
use contracts::values::{Campaign, Locale, PersonName, PhoneNumber};
use kit::aws::Fault;
use kit::aws::dynamodb::{boolean, cancellation_reasons, number, refused, string};

use crate::ports::{PendingUser, StoreFault, StoreUser, Stored};

/// Users in DynamoDB.
#[derive(Debug, Clone)]
pub struct DynamoUsers {
    client: Client,
    table: String,
}

impl DynamoUsers {
    /// The users in this table.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The sign-up still runs. A repeat finds it awaiting verification, and writes the same again.
    const STILL_OPEN: &str = "#status IN (:pending, :awaiting)";

    fn update(&self, pending: &PendingUser) -> Result<Update, StoreFault> {
        let data = &pending.data;
        let mut sets = vec![
            "#status = :awaiting".to_owned(),
            "#storedAt = if_not_exists(#storedAt, :now)".to_owned(),
            "#expiresAt = :expiresAt".to_owned(),
        ];
        let mut update = Update::builder()
            .table_name(&self.table)
            .key(PK, string(table::user_key(&data.user_id)))
            .condition_expression(Self::STILL_OPEN)
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#storedAt", user::STORED_AT)
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_values(":pending", string(UserStatus::Pending.as_str()))
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(":now", number(pending.at.epoch_millis()));
        let optional = [
            (user::EMAIL, Some(data.email.expose())),
            (user::NAME, data.name.as_ref().map(PersonName::expose)),
            (user::PHONE, data.phone.as_ref().map(PhoneNumber::expose)),
            (user::LOCALE, data.locale.as_ref().map(Locale::as_str)),
            (user::CAMPAIGN, data.campaign.as_ref().map(Campaign::as_str)),
        ];
        for (name, value) in optional {
            let Some(value) = value else { continue };
            sets.push(format!("#{name} = :{name}"));
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), string(value));
        }
        let update = update
            .expression_attribute_values(":expiresAt", number(swept_at(pending)))
            .update_expression(format!("SET {}", sets.join(", ")));
        update.build().map_err(StoreFault::of)
    }

    fn unclaimed(&self, pending: &PendingUser) -> Result<ConditionCheck, StoreFault> {
        ConditionCheck::builder()
            .table_name(&self.table)
            .key(PK, string(table::address_key(&pending.address)))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#userId", pointer::USER_ID)
            .expression_attribute_values(":userId", string(pending.data.user_id.as_str()))
            .build()
            .map_err(StoreFault::of)
    }

    async fn record_held(&self, pending: &PendingUser) -> Result<Stored, StoreFault> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, string(table::user_key(&pending.data.user_id)))
            .update_expression(
                "SET #status = :awaiting, #held = :yes, #storedAt = if_not_exists(#storedAt, :now), #expiresAt = :expiresAt",
            )
            .condition_expression(Self::STILL_OPEN)
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#held", user::HELD)
            .expression_attribute_names("#storedAt", user::STORED_AT)
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_values(":pending", string(UserStatus::Pending.as_str()))
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(":expiresAt", number(swept_at(pending)))
            .expression_attribute_values(":yes", boolean(true))
            .expression_attribute_values(":now", number(pending.at.epoch_millis()))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Stored::Held),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(Stored::NotPending)
            }
            Err(error) => Err(StoreFault(Fault::of("UpdateItem", &error).into())),
        }
    }
}

impl StoreUser for DynamoUsers {
    async fn store(&self, pending: PendingUser) -> Result<Stored, StoreFault> {
        let answer = self
            .client
            .transact_write_items()
            .transact_items(
                TransactWriteItem::builder()
                    .condition_check(self.unclaimed(&pending)?)
                    .build(),
            )
            .transact_items(
                TransactWriteItem::builder()
                    .update(self.update(&pending)?)
                    .build(),
            )
            .send()
            .await;
        let Err(error) = answer else {
            return Ok(Stored::Stored);
        };
        match cancellation_reasons(&error) {
            [claim, _] if refused(claim) => self.record_held(&pending).await,
            [_, sign_up] if refused(sign_up) => Ok(Stored::NotPending),
            _ => Err(StoreFault(Fault::of("TransactWriteItems", &error).into())),
        }
    }
}

/// When DynamoDB may remove the record, in epoch seconds, if nobody ever records how the sign-up ended: later than an
/// execution can still be redriven. What does record an end lifts it.
fn swept_at(pending: &PendingUser) -> i64 {
    const KEPT: Duration = Duration::from_hours(15 * 24);

    pending.at.plus(KEPT).epoch_seconds()
}
