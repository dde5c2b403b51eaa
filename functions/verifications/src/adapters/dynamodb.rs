//! Verifications, links and mail grants in DynamoDB.

use std::time::Duration;

use contracts::table::{
    self, EXPIRES_AT, PK, UserStatus, VerificationState, reference, suppression, user, verification,
};
use contracts::values::{ConfirmationScope, Contact, RecipientHash, Timestamp, UserId};
use kit::aws::dynamodb::{
    AttributeValue, CancellationReason, ConditionCheckBuilder, InTransaction, Item, PutBuilder,
    ReturnValuesOnConditionCheckFailure, Table, UpdateBuilder, boolean, condition_failed, get_string, names,
    number, string, strings,
};
use kit::limit::{Bucket, Level};

use crate::ports::{
    Grant, GrantMail, OpenResult, OpenVerification, RecordMailStep, RecordResult, StoreFault, Verification,
};

/// How long a verification and its links are stored after the window, so that a late click gets 410 for an expired link.
const RETENTION_AFTER_WINDOW: Duration = Duration::from_hours(24);

/// How often a grant is tried while other sign-ups for the mailbox take tokens in between.
const GRANT_ATTEMPTS: usize = 4;

/// Verifications, links and mail grants in this table.
#[derive(Debug, Clone)]
pub struct DynamoVerifications(pub Table);

impl DynamoVerifications {
    /// Creates the verification, or replaces its task token, and adds the codes. The contacts that are to be confirmed are those of the
    /// first opening.
    fn verification_update(&self, verification: &Verification) -> UpdateBuilder {
        const SET: &str = "SET #taskToken = :taskToken, #attempt = :attempt, #state = :open, \
                           #windowEndsAt = :windowEndsAt, #lastMailAt = if_not_exists(#lastMailAt, :openedAt), \
                           #expiresAt = :expiresAt";

        let entry = |code| strings([table::code_entry(verification.attempt, code)]);
        let update = |expression| {
            self.0
                .build_update(table::verification_key(&verification.user), expression)
                .set_expression_attribute_names(names([
                    PK,
                    verification::TASK_TOKEN,
                    verification::ATTEMPT,
                    verification::STATE,
                    verification::WINDOW_ENDS_AT,
                    verification::LAST_MAIL_AT,
                    verification::CODES,
                    verification::SUPPRESSED_AT,
                    EXPIRES_AT,
                ]))
        };
        let update = match &verification.phone_code {
            None => update(format!("{SET} ADD #codes :code")),
            Some(code) => update(format!(
                "{SET}, #unconfirmed = if_not_exists(#unconfirmed, :both) \
                 ADD #codes :code, #phoneCodes :phoneCode"
            ))
            .expression_attribute_names("#unconfirmed", verification::UNCONFIRMED)
            .expression_attribute_names("#phoneCodes", verification::PHONE_CODES)
            .expression_attribute_values(
                ":both",
                strings([Contact::Email.as_str(), Contact::Phone.as_str()]),
            )
            .expression_attribute_values(":phoneCode", entry(code)),
        };
        update
            // A confirmation is final, and so is a bounce. A stale attempt's task token can no longer complete the task, and must not replace the
            // newest.
            .condition_expression(
                "attribute_not_exists(#pk) OR \
                 (#state = :open AND #attempt <= :attempt AND attribute_not_exists(#suppressedAt))",
            )
            .expression_attribute_values(":taskToken", string(verification.task_token.expose()))
            .expression_attribute_values(":attempt", AttributeValue::N(verification.attempt.to_string()))
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .expression_attribute_values(":openedAt", number(verification.opened_at.epoch_millis()))
            .expression_attribute_values(
                ":windowEndsAt",
                number(verification.window_ends_at.epoch_millis()),
            )
            .expression_attribute_values(":expiresAt", number(expiry(verification)))
            .expression_attribute_values(":code", entry(&verification.code))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Adds the link. A collision with another user's link is impossible in practice (256 random bits).
    fn link_put(&self, verification: &Verification) -> PutBuilder {
        let user = || string(verification.user.as_str());
        self.0
            .build_put(table::link_key(&verification.link))
            .item(reference::USER_ID, user())
            .item(EXPIRES_AT, number(expiry(verification)))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .set_expression_attribute_names(names([PK, reference::USER_ID]))
            .expression_attribute_values(":userId", user())
    }

    /// Stores the end of the window on the user. It must be stored before the link is mailed, since a click may end the sign-up at
    /// once.
    fn window_update(&self, verification: &Verification) -> UpdateBuilder {
        self.0
            .build_update(
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

    /// The condition that mails to the recipient are not suppressed.
    fn suppression_check(&self, recipient: &RecipientHash, now: Timestamp) -> ConditionCheckBuilder {
        self.0
            .build_check(table::suppression_key(recipient))
            .condition_expression("attribute_not_exists(#pk) OR #until <= :now")
            .set_expression_attribute_names(names([PK, suppression::UNTIL]))
            .expression_attribute_values(":now", number(now.epoch_millis()))
    }

    /// Marks the newest mail of the sign-up as one that has its token.
    fn granted_update(&self, user: &UserId) -> UpdateBuilder {
        self.0
            .build_update(table::verification_key(user), "SET #mailGranted = :yes")
            .condition_expression("attribute_exists(#pk) AND attribute_not_exists(#mailGranted)")
            .set_expression_attribute_names(names([PK, verification::MAIL_GRANTED]))
            .expression_attribute_values(":yes", boolean(true))
    }
}

impl OpenVerification for DynamoVerifications {
    async fn open(&self, verification: Verification) -> Result<OpenResult, StoreFault> {
        let opened = self.verification_update(&verification).in_transaction();
        let window = self.window_update(&verification).in_transaction();
        let link = self.link_put(&verification).in_transaction();
        let Err(error) = self.0.transact([opened, window, link]).await else {
            return Ok(OpenResult::Open);
        };
        match error.reasons() {
            [_, window, _] if condition_failed(window) => Ok(OpenResult::Ended),
            [opened, _, _] if condition_failed(opened) => Ok(kept(opened)),
            _ => Err(error.into()),
        }
    }
}

/// The result for a verification that is not opened again: it is confirmed, or belongs to a later attempt.
fn kept(reason: &CancellationReason) -> OpenResult {
    let stored = |name| get_string(reason.item()?, name);
    let is_suppressed = |item: &Item| item.contains_key(verification::SUPPRESSED_AT);
    let is_open = stored(verification::STATE) == Some(VerificationState::Open.as_str());
    if is_open && reason.item().is_some_and(is_suppressed) {
        return OpenResult::Suppressed;
    }
    if is_open {
        return OpenResult::StaleAttempt;
    }
    // Verifications from before there was a choice have none: all is confirmed.
    let scope = stored(verification::SCOPE).and_then(|scope| scope.parse().ok());
    OpenResult::Confirmed(scope.unwrap_or(ConfirmationScope::All))
}

/// The TTL of a verification and its links, in epoch seconds.
fn expiry(verification: &Verification) -> i64 {
    verification
        .window_ends_at
        .plus(RETENTION_AFTER_WINDOW)
        .epoch_seconds()
}

impl GrantMail for DynamoVerifications {
    async fn grant(
        &self,
        bucket: &Bucket,
        recipient: &RecipientHash,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Grant, StoreFault> {
        let mut level = Level::Full;
        for _ in 0..GRANT_ATTEMPTS {
            let token = bucket.take_update(&self.0, level, now).in_transaction();
            let mark = self.granted_update(user).in_transaction();
            let check = self.suppression_check(recipient, now).in_transaction();
            let Err(error) = self.0.transact([token, mark, check]).await else {
                return Ok(Grant::Granted);
            };
            match error.reasons() {
                [.., suppressed] if condition_failed(suppressed) => return Ok(Grant::Suppressed),
                [_, mark, _] if condition_failed(mark) => return Ok(Grant::Granted),
                [token, ..] if condition_failed(token) => match bucket.level(token.item(), now) {
                    Ok(found) => level = found,
                    Err(_) => return Ok(Grant::UsedUp),
                },
                _ => return Err(error.into()),
            }
        }
        Err(StoreFault(
            "other sign-ups mail the same mailbox at the same time".into(),
        ))
    }
}

impl RecordMailStep for DynamoVerifications {
    async fn record(&self, user: &UserId, window_ends_at: Timestamp) -> Result<RecordResult, StoreFault> {
        let update = self
            .0
            .build_update(
                table::user_key(user),
                "SET #mailed = :yes, #windowEndsAt = :windowEndsAt",
            )
            // The link may have been followed already, or the mail have bounced.
            .condition_expression("#status IN (:awaiting, :verified, :superseded, :suppressed)")
            .set_expression_attribute_names(names([user::STATUS, user::MAILED, user::WINDOW_ENDS_AT]))
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(":verified", string(UserStatus::Verified.as_str()))
            .expression_attribute_values(":superseded", string(UserStatus::Superseded.as_str()))
            .expression_attribute_values(":suppressed", string(UserStatus::Suppressed.as_str()))
            .expression_attribute_values(":yes", boolean(true))
            .expression_attribute_values(":windowEndsAt", number(window_ends_at.epoch_millis()));
        Ok(if self.0.try_update(update).await? {
            RecordResult::Recorded
        } else {
            RecordResult::Ended
        })
    }
}
