//! Users in DynamoDB.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};
use contracts::table::{self, EXPIRES_AT, PK, UserStatus, pointer, user};
use contracts::values::{AddressKey, Timestamp, UserId};
use kit::aws::Fault;
use kit::aws::dynamodb::{cancellation_reasons, get_string, number, refused, string};

use crate::ports::{Claim, ClaimAddress, DeadEnd, EndSignUp, Recorded, StoreFault, SupersedeUser};

/// Users in DynamoDB, with the claims of addresses.
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

    fn claim_of(&self, user: &UserId, address: &AddressKey) -> Result<Put, StoreFault> {
        Put::builder()
            .table_name(&self.table)
            .item(PK, string(table::address_key(address)))
            .item(pointer::USER_ID, string(user.as_str()))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#userId", pointer::USER_ID)
            .expression_attribute_values(":userId", string(user.as_str()))
            .build()
            .map_err(StoreFault::of)
    }

    fn verified(&self, user: &UserId, at: Timestamp) -> Result<Update, StoreFault> {
        Update::builder()
            .table_name(&self.table)
            .key(PK, string(table::user_key(user)))
            .update_expression(
                "SET #status = :verified, #endedAt = if_not_exists(#endedAt, :now) REMOVE #expiresAt",
            )
            .condition_expression("#status IN (:awaiting, :verified)")
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#endedAt", user::ENDED_AT)
            .expression_attribute_values(":awaiting", status(UserStatus::AwaitingVerification))
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_values(":verified", status(UserStatus::Verified))
            .expression_attribute_values(":now", number(at.epoch_millis()))
            // A refusal is judged by what it found.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreFault::of)
    }

    fn ended(&self, user: &UserId, end: DeadEnd, at: Timestamp) -> Result<Update, StoreFault> {
        let end = match end {
            DeadEnd::Expired => UserStatus::Expired,
            DeadEnd::Failed => UserStatus::Failed,
        };
        let update = Update::builder()
            .table_name(&self.table)
            .key(PK, string(table::user_key(user)))
            .update_expression(end_without_account())
            .condition_expression("#status IN (:pending, :awaiting, :end)")
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#endedAt", user::ENDED_AT)
            .expression_attribute_values(":pending", status(UserStatus::Pending))
            .expression_attribute_values(":awaiting", status(UserStatus::AwaitingVerification))
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_values(":end", status(end))
            .expression_attribute_values(":now", number(at.epoch_millis()));
        user::PERSONAL
            .into_iter()
            .fold(update, |update, name| {
                update.expression_attribute_names(format!("#{name}"), name)
            })
            .build()
            .map_err(StoreFault::of)
    }

    fn no_verification(&self, user: &UserId) -> Result<Delete, StoreFault> {
        Delete::builder()
            .table_name(&self.table)
            .key(PK, string(table::verification_key(user)))
            .build()
            .map_err(StoreFault::of)
    }
}

impl ClaimAddress for DynamoUsers {
    async fn claim(&self, user: &UserId, address: &AddressKey, at: Timestamp) -> Result<Claim, StoreFault> {
        let claim = self.claim_of(user, address)?;
        let verified = self.verified(user, at)?;
        let answer = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(claim).build())
            .transact_items(TransactWriteItem::builder().update(verified).build())
            .send()
            .await;
        let Err(error) = answer else {
            return Ok(Claim::Claimed);
        };
        match cancellation_reasons(&error) {
            [claim, _] if refused(claim) => Ok(Claim::Taken),
            [_, sign_up] if refused(sign_up) => Ok(found(sign_up)),
            _ => Err(StoreFault(Fault::of("TransactWriteItems", &error).into())),
        }
    }
}

impl SupersedeUser for DynamoUsers {
    async fn supersede(&self, user: &UserId, at: Timestamp) -> Result<Recorded, StoreFault> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, string(table::user_key(user)))
            .update_expression(end_without_account())
            .condition_expression("#status IN (:awaiting, :end)")
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#endedAt", user::ENDED_AT)
            .expression_attribute_values(":awaiting", status(UserStatus::AwaitingVerification))
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_values(":end", status(UserStatus::Superseded))
            .expression_attribute_values(":now", number(at.epoch_millis()));
        let answer = user::PERSONAL
            .into_iter()
            .fold(update, |update, name| {
                update.expression_attribute_names(format!("#{name}"), name)
            })
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Recorded::Recorded),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(Recorded::Ended)
            }
            Err(error) => Err(StoreFault(Fault::of("UpdateItem", &error).into())),
        }
    }
}

impl EndSignUp for DynamoUsers {
    async fn end(&self, user: &UserId, end: DeadEnd, at: Timestamp) -> Result<Recorded, StoreFault> {
        let ended = self.ended(user, end, at)?;
        let no_verification = self.no_verification(user)?;
        let answer = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(ended).build())
            .transact_items(TransactWriteItem::builder().delete(no_verification).build())
            .send()
            .await;
        let Err(error) = answer else {
            return Ok(Recorded::Recorded);
        };
        match cancellation_reasons(&error) {
            // A repeat passes the condition, so what was found has ended otherwise, or never was.
            [sign_up, _] if refused(sign_up) => Ok(Recorded::Ended),
            _ => Err(StoreFault(Fault::of("TransactWriteItems", &error).into())),
        }
    }
}

/// What a user turned out to be who is not awaiting verification.
fn found(reason: &CancellationReason) -> Claim {
    let status = reason
        .item()
        .and_then(|item| get_string(item, user::STATUS))
        .and_then(UserStatus::from_table);
    match status {
        Some(UserStatus::Superseded) => Claim::Superseded,
        _ => Claim::Ended,
    }
}

/// Sets the status to `:end` and leaves a tombstone without anything personal, which stays: one that was never
/// stored would still be swept.
fn end_without_account() -> String {
    let personal = user::PERSONAL.map(|name| format!("#{name}")).join(", ");
    format!("SET #status = :end, #endedAt = if_not_exists(#endedAt, :now) REMOVE #expiresAt, {personal}")
}

fn status(status: UserStatus) -> AttributeValue {
    string(status.as_str())
}
