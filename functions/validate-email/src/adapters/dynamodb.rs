//! Verifications, links and grants in DynamoDB.

use std::time::Duration;

use contracts::table::{
    self, EXPIRES_AT, PK, UserStatus, VerificationState, mails, pointer, user, verification,
};
use contracts::values::{AddressKey, Timestamp, UserId};
use kit::aws::dynamodb::{
    AttributeValue, CancellationReason, InTransaction, PutBuilder, ReturnValuesOnConditionCheckFailure,
    Table, UpdateBuilder, boolean, get_number, get_string, is_refused, names, number, string,
};

use crate::ports::{
    Grant, GrantMail, OpenVerification, Opened, RecordMailed, Recorded, StoreFault, Verification,
};

/// How long a verification and its links are kept after the window: a late click finds that it is late.
const KEPT_AFTER_WINDOW: Duration = Duration::from_hours(24);

/// How long grants are kept: no shorter than the day they are for.
const GRANTS_KEPT: Duration = Duration::from_hours(48);

/// Verifications in this table, with their links, and with what is recorded of mails.
#[derive(Debug, Clone)]
pub struct DynamoVerifications(pub Table);

impl DynamoVerifications {
    /// Gives the verification the newest task token.
    fn opened(&self, verification: &Verification) -> UpdateBuilder {
        self.0
            .update(
                table::verification_key(&verification.user),
                "SET #taskToken = :taskToken, #attempt = :attempt, #state = :open, \
                 #windowEndsAt = :windowEndsAt, #expiresAt = :expiresAt",
            )
            // One that is confirming has an older task token, which can complete nothing any more. An earlier attempt
            // may arrive late, and its task token is just as useless.
            .condition_expression(
                "attribute_not_exists(#pk) OR (#state IN (:open, :confirming) AND #attempt <= :attempt)",
            )
            .set_expression_attribute_names(names([
                PK,
                verification::TASK_TOKEN,
                verification::ATTEMPT,
                verification::STATE,
                verification::WINDOW_ENDS_AT,
                EXPIRES_AT,
            ]))
            .expression_attribute_values(":taskToken", string(verification.task_token.expose()))
            .expression_attribute_values(":attempt", AttributeValue::N(verification.attempt.to_string()))
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":confirming", string(VerificationState::Confirming.as_str()))
            .expression_attribute_values(
                ":windowEndsAt",
                number(verification.window_ends_at.epoch_millis()),
            )
            .expression_attribute_values(":expiresAt", number(expiry(verification)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Adds the link. That it is another user's already is ruled out by 256 random bits.
    fn link(&self, verification: &Verification) -> PutBuilder {
        let user = || string(verification.user.as_str());
        self.0
            .put(table::link_key(&verification.link))
            .item(pointer::USER_ID, user())
            .item(EXPIRES_AT, number(expiry(verification)))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .set_expression_attribute_names(names([PK, pointer::USER_ID]))
            .expression_attribute_values(":userId", user())
    }

    /// Records in the sign-up until when its links work. That must be there before the first click, which may end it.
    fn window(&self, verification: &Verification) -> UpdateBuilder {
        self.0
            .update(
                table::user_key(&verification.user),
                "SET #windowEndsAt = :windowEndsAt",
            )
            .condition_expression("#status = :awaiting")
            .set_expression_attribute_names(names([user::STATUS, user::WINDOW_ENDS_AT]))
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(
                ":windowEndsAt",
                number(verification.window_ends_at.epoch_millis()),
            )
    }
}

impl OpenVerification for DynamoVerifications {
    async fn open(&self, verification: Verification) -> Result<Opened, StoreFault> {
        let opened = self.opened(&verification).in_transaction();
        let window = self.window(&verification).in_transaction();
        let link = self.link(&verification).in_transaction();
        let Err(error) = self.0.transact([opened, window, link]).await else {
            return Ok(Opened::Open);
        };
        match error.reasons() {
            [_, window, _] if is_refused(window) => Ok(Opened::Ended),
            [opened, _, _] if is_refused(opened) && is_overtaken(&verification, opened) => {
                Ok(Opened::Overtaken)
            }
            [opened, _, _] if is_refused(opened) => Ok(Opened::Ended),
            _ => Err(error.into()),
        }
    }
}

/// Whether the verification that was found is a later attempt's, and not spent.
fn is_overtaken(verification: &Verification, reason: &CancellationReason) -> bool {
    reason.item().is_some_and(|item| {
        let spent = get_string(item, verification::STATE) == Some(VerificationState::Spent.as_str());
        let attempt = get_number(item, verification::ATTEMPT).and_then(|attempt| u64::try_from(attempt).ok());
        !spent && attempt.is_some_and(|attempt| attempt > verification.attempt)
    })
}

/// When DynamoDB may remove a verification and its links, in epoch seconds.
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
            .0
            .update(
                table::mails_key(address, day(at)),
                "SET #expiresAt = if_not_exists(#expiresAt, :expiresAt) ADD #grants :me",
            )
            .condition_expression(
                "attribute_not_exists(#grants) OR contains(#grants, :user) OR size(#grants) < :most",
            )
            .set_expression_attribute_names(names([mails::GRANTS, EXPIRES_AT]))
            .expression_attribute_values(":me", AttributeValue::Ss(vec![user.as_str().to_owned()]))
            .expression_attribute_values(":user", string(user.as_str()))
            .expression_attribute_values(":most", number(most.into()))
            .expression_attribute_values(":expiresAt", number(at.plus(GRANTS_KEPT).epoch_seconds()));
        Ok(if self.0.update_if(update).await? {
            Grant::Granted
        } else {
            Grant::UsedUp
        })
    }
}

impl RecordMailed for DynamoVerifications {
    async fn record(&self, user: &UserId, window_ends_at: Timestamp) -> Result<Recorded, StoreFault> {
        let update = self
            .0
            .update(
                table::user_key(user),
                "SET #mailed = :yes, #windowEndsAt = :windowEndsAt",
            )
            // Whoever is quick has followed the link by now.
            .condition_expression("#status IN (:awaiting, :verified, :superseded)")
            .set_expression_attribute_names(names([user::STATUS, user::MAILED, user::WINDOW_ENDS_AT]))
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(":verified", string(UserStatus::Verified.as_str()))
            .expression_attribute_values(":superseded", string(UserStatus::Superseded.as_str()))
            .expression_attribute_values(":yes", boolean(true))
            .expression_attribute_values(":windowEndsAt", number(window_ends_at.epoch_millis()));
        Ok(if self.0.update_if(update).await? {
            Recorded::Recorded
        } else {
            Recorded::Ended
        })
    }
}
