//! Verifications, links and grants in DynamoDB.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use contracts::table::{
    self, EXPIRES_AT, PK, UserStatus, VerificationState, mails, pointer, user, verification,
};
use contracts::values::{AddressKey, Timestamp, UserId};
use kit::aws::Fault;
use kit::aws::dynamodb::{boolean, cancellation_reasons, get_number, get_string, number, refused, string};

use crate::ports::{
    Grant, GrantMail, OpenVerification, Opened, RecordMailed, Recorded, StoreFault, Verification,
};

/// How long a verification and its links are kept after the window: a late click finds that it is late.
const KEPT_AFTER_WINDOW: Duration = Duration::from_hours(24);

/// How long grants are kept: no shorter than the day they are for.
const GRANTS_KEPT: Duration = Duration::from_hours(48);

/// Verifications in DynamoDB, with their links, and with what is recorded of mails.
#[derive(Debug, Clone)]
pub struct DynamoVerifications {
    client: Client,
    table: String,
}

impl DynamoVerifications {
    /// The verifications in this table.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    fn update(&self, key: String) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .key(PK, string(key))
    }

    /// Gives the verification the newest task token.
    fn opened(&self, verification: &Verification) -> Result<Update, StoreFault> {
        Update::builder()
            .table_name(&self.table)
            .key(PK, string(table::verification_key(&verification.user)))
            .update_expression(
                "SET #taskToken = :taskToken, #attempt = :attempt, #state = :open, \
                 #windowEndsAt = :windowEndsAt, #expiresAt = :expiresAt",
            )
            // One that is being confirmed is so with an older task token, which completes nothing any more. An earlier
            // attempt may come late, and its task token is just as useless.
            .condition_expression(
                "attribute_not_exists(#pk) OR (#state IN (:open, :confirming) AND #attempt <= :attempt)",
            )
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#taskToken", verification::TASK_TOKEN)
            .expression_attribute_names("#attempt", verification::ATTEMPT)
            .expression_attribute_names("#state", verification::STATE)
            .expression_attribute_names("#windowEndsAt", verification::WINDOW_ENDS_AT)
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_values(":taskToken", string(verification.task_token.expose()))
            .expression_attribute_values(":attempt", AttributeValue::N(verification.attempt.to_string()))
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()))
            .expression_attribute_values(
                ":windowEndsAt",
                number(verification.window_ends_at.epoch_millis()),
            )
            .expression_attribute_values(":expiresAt", number(expiry(verification)))
            .build()
            .map_err(StoreFault::of)
    }

    /// Adds the link. That it is another user's already is ruled out by 256 random bits.
    fn link(&self, verification: &Verification) -> Result<Put, StoreFault> {
        Put::builder()
            .table_name(&self.table)
            .item(PK, string(table::link_key(&verification.link)))
            .item(pointer::USER_ID, string(verification.user.as_str()))
            .item(EXPIRES_AT, number(expiry(verification)))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#userId", pointer::USER_ID)
            .expression_attribute_values(":userId", string(verification.user.as_str()))
            .build()
            .map_err(StoreFault::of)
    }

    /// Tells the sign-up until when its links work. It must know before the first click: the click may end it.
    fn window(&self, verification: &Verification) -> Result<Update, StoreFault> {
        Update::builder()
            .table_name(&self.table)
            .key(PK, string(table::user_key(&verification.user)))
            .update_expression("SET #windowEndsAt = :windowEndsAt")
            .condition_expression("#status = :awaiting")
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#windowEndsAt", user::WINDOW_ENDS_AT)
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(
                ":windowEndsAt",
                number(verification.window_ends_at.epoch_millis()),
            )
            .build()
            .map_err(StoreFault::of)
    }
}

impl OpenVerification for DynamoVerifications {
    async fn open(&self, verification: Verification) -> Result<Opened, StoreFault> {
        let (opened, window) = (self.opened(&verification)?, self.window(&verification)?);
        let answer = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(opened).build())
            .transact_items(TransactWriteItem::builder().update(window).build())
            .transact_items(
                TransactWriteItem::builder()
                    .put(self.link(&verification)?)
                    .build(),
            )
            .send()
            .await;
        let Err(error) = answer else {
            return Ok(Opened::Open);
        };
        match cancellation_reasons(&error) {
            [_, window, _] if refused(window) => Ok(Opened::Ended),
            [opened, _, _] if refused(opened) && is_overtaken(&verification, opened) => Ok(Opened::Overtaken),
            [opened, _, _] if refused(opened) => Ok(Opened::Ended),
            _ => Err(StoreFault(Fault::of("TransactWriteItems", &error).into())),
        }
    }
}

/// Whether what was in the way is a later attempt's, and not spent.
fn is_overtaken(verification: &Verification, reason: &CancellationReason) -> bool {
    reason.item().is_some_and(|item| {
        let spent = get_string(item, verification::STATE) == Some(VerificationState::Spent.as_str());
        let attempt = get_number(item, verification::ATTEMPT).and_then(|attempt| u64::try_from(attempt).ok());
        !spent && attempt.is_some_and(|attempt| attempt > verification.attempt)
    })
}

/// When DynamoDB may remove what a verification leaves, in epoch seconds.
fn expiry(verification: &Verification) -> i64 {
    verification
        .window_ends_at
        .plus(KEPT_AFTER_WINDOW)
        .epoch_seconds()
}

/// The day, in UTC, since the start of 1970.
fn day(at: Timestamp) -> i64 {
    const DAY_IN_SECONDS: i64 = 24 * 60 * 60;

    at.epoch_seconds().div_euclid(DAY_IN_SECONDS)
}

impl GrantMail for DynamoVerifications {
    async fn grant(
        &self,
        address: &AddressKey,
        user: &UserId,
        at: Timestamp,
        most: u32,
    ) -> Result<Grant, StoreFault> {
        let update = self
            .update(table::mails_key(address, day(at)))
            .update_expression("SET #expiresAt = if_not_exists(#expiresAt, :expiresAt) ADD #grants :me")
            .condition_expression(
                "attribute_not_exists(#grants) OR contains(#grants, :user) OR size(#grants) < :most",
            )
            .expression_attribute_names("#grants", mails::GRANTS)
            .expression_attribute_names("#expiresAt", EXPIRES_AT)
            .expression_attribute_values(":me", AttributeValue::Ss(vec![user.as_str().to_owned()]))
            .expression_attribute_values(":user", string(user.as_str()))
            .expression_attribute_values(":most", number(most.into()))
            .expression_attribute_values(":expiresAt", number(at.plus(GRANTS_KEPT).epoch_seconds()));
        if passes(update).await? {
            Ok(Grant::Granted)
        } else {
            Ok(Grant::UsedUp)
        }
    }
}

impl RecordMailed for DynamoVerifications {
    async fn record(&self, user: &UserId, window_ends_at: Timestamp) -> Result<Recorded, StoreFault> {
        let update = self
            .update(table::user_key(user))
            .update_expression("SET #mailed = :yes, #windowEndsAt = :windowEndsAt")
            // Whoever is quick has followed the link by now.
            .condition_expression("#status IN (:awaiting, :verified, :superseded)")
            .expression_attribute_names("#status", user::STATUS)
            .expression_attribute_names("#mailed", user::MAILED)
            .expression_attribute_names("#windowEndsAt", user::WINDOW_ENDS_AT)
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(":verified", string(UserStatus::Verified.as_str()))
            .expression_attribute_values(":superseded", string(UserStatus::Superseded.as_str()))
            .expression_attribute_values(":yes", boolean(true))
            .expression_attribute_values(":windowEndsAt", number(window_ends_at.epoch_millis()));
        if passes(update).await? {
            Ok(Recorded::Recorded)
        } else {
            Ok(Recorded::Ended)
        }
    }
}

/// Makes the update, unless its condition does not hold.
async fn passes(update: UpdateItemFluentBuilder) -> Result<bool, StoreFault> {
    let Err(error) = update.send().await else {
        return Ok(true);
    };
    let refused = error
        .as_service_error()
        .is_some_and(UpdateItemError::is_conditional_check_failed_exception);
    if refused {
        Ok(false)
    } else {
        Err(StoreFault(Fault::of("UpdateItem", &error).into()))
    }
}
