//! Users in DynamoDB, and the claims of their addresses.

use contracts::table::{self, EXPIRES_AT, PK, UserStatus, VerificationState, reference, user, verification};
use contracts::values::{AddressHash, ConfirmationScope, Timestamp, UserId};
use kit::aws::dynamodb::{
    AttributeValue, CancellationReason, InTransaction, PutBuilder, ReturnValuesOnConditionCheckFailure,
    Table, TransactWriteItem, UpdateBuilder, condition_failed, get_string, names, number, string,
};

use crate::ports::{
    Claim, ClaimAddress, EndResult, EndSignUp, RecordResult, StoreFault, SupersedeUser, UnverifiedEnd,
};

/// Users in this table, with the claims of their addresses.
#[derive(Debug, Clone)]
pub struct DynamoUsers(pub Table);

impl DynamoUsers {
    fn claim_put(&self, user: &UserId, address: &AddressHash) -> PutBuilder {
        self.0
            .build_put(table::address_key(address))
            .item(reference::USER_ID, string(user.as_str()))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .set_expression_attribute_names(names([PK, reference::USER_ID]))
            .expression_attribute_values(":userId", string(user.as_str()))
    }

    fn verified_update(&self, user: &UserId, scope: ConfirmationScope, at: Timestamp) -> UpdateBuilder {
        let removed: Vec<_> = match scope {
            ConfirmationScope::All => vec![EXPIRES_AT],
            ConfirmationScope::Address => [EXPIRES_AT].into_iter().chain(user::UNCONFIRMED).collect(),
        };
        let names_of = |removed: &[&str]| {
            removed
                .iter()
                .map(|name| format!("#{name}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        self.0
            .build_update(
                table::user_key(user),
                format!(
                    "SET #status = :verified, #endedAt = if_not_exists(#endedAt, :now) REMOVE {}",
                    names_of(&removed)
                ),
            )
            .condition_expression("#status IN (:awaiting, :verified)")
            .set_expression_attribute_names(names([user::STATUS, user::ENDED_AT].into_iter().chain(removed)))
            .expression_attribute_values(":awaiting", status(UserStatus::AwaitingVerification))
            .expression_attribute_values(":verified", status(UserStatus::Verified))
            .expression_attribute_values(":now", number(at.epoch_millis()))
            // The current status decides the result of a failed condition.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// An update that sets the status to `:end` and removes personal data. The tombstone never expires.
    fn unverified_update(&self, user: &UserId, end: UserStatus, at: Timestamp) -> UpdateBuilder {
        let personal = user::PERSONAL.map(|name| format!("#{name}")).join(", ");
        let attributes = [user::STATUS, user::ENDED_AT, EXPIRES_AT]
            .into_iter()
            .chain(user::PERSONAL);
        self.0
            .build_update(
                table::user_key(user),
                format!(
                    "SET #status = :end, #endedAt = if_not_exists(#endedAt, :now) REMOVE #expiresAt, {personal}"
                ),
            )
            .set_expression_attribute_names(names(attributes))
            .expression_attribute_values(":awaiting", status(UserStatus::AwaitingVerification))
            .expression_attribute_values(":end", status(end))
            .expression_attribute_values(":now", number(at.epoch_millis()))
    }
}

/// The condition that no confirmation is recorded.
const NOT_CONFIRMED: &str = "attribute_not_exists(#pk) OR #state = :open";

impl DynamoUsers {
    fn verification_delete(&self, user: &UserId) -> TransactWriteItem {
        self.0
            .build_delete(table::verification_key(user))
            .condition_expression(NOT_CONFIRMED)
            .set_expression_attribute_names(names([PK, verification::STATE]))
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .in_transaction()
    }

    fn verification_check(&self, user: &UserId) -> TransactWriteItem {
        self.0
            .build_check(table::verification_key(user))
            .condition_expression(NOT_CONFIRMED)
            .set_expression_attribute_names(names([PK, verification::STATE]))
            .expression_attribute_values(":open", string(VerificationState::Open.as_str()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .in_transaction()
    }
}

impl ClaimAddress for DynamoUsers {
    async fn claim(
        &self,
        user: &UserId,
        address: &AddressHash,
        scope: ConfirmationScope,
        at: Timestamp,
    ) -> Result<Claim, StoreFault> {
        let claim = self.claim_put(user, address).in_transaction();
        let verified = self.verified_update(user, scope, at).in_transaction();
        let Err(error) = self.0.transact([claim, verified]).await else {
            return Ok(Claim::Claimed);
        };
        match error.reasons() {
            [claim, _] if condition_failed(claim) => Ok(Claim::Held),
            [_, sign_up] if condition_failed(sign_up) => Ok(claim_result(sign_up)),
            _ => Err(error.into()),
        }
    }
}

impl SupersedeUser for DynamoUsers {
    async fn supersede(&self, user: &UserId, at: Timestamp) -> Result<RecordResult, StoreFault> {
        let update = self
            .unverified_update(user, UserStatus::Superseded, at)
            .condition_expression("#status IN (:awaiting, :end)");
        Ok(if self.0.try_update(update).await? {
            RecordResult::Recorded
        } else {
            RecordResult::Ended
        })
    }
}

impl EndSignUp for DynamoUsers {
    async fn end(&self, user: &UserId, end: UnverifiedEnd, at: Timestamp) -> Result<EndResult, StoreFault> {
        let (end, verification) = match end {
            UnverifiedEnd::Expired => (UserStatus::Expired, self.verification_delete(user)),
            UnverifiedEnd::Suppressed => (UserStatus::Suppressed, self.verification_check(user)),
            UnverifiedEnd::Failed => (UserStatus::Failed, self.verification_delete(user)),
        };
        let ended = self
            .unverified_update(user, end, at)
            .condition_expression("#status IN (:pending, :awaiting)")
            .expression_attribute_values(":pending", status(UserStatus::Pending))
            // The current status tells a retry from another end.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .in_transaction();
        let Err(error) = self.0.transact([verification, ended]).await else {
            return Ok(EndResult::Recorded);
        };
        match error.reasons() {
            // A retry. Whoever follows the link of a suppressed sign-up has begun a confirmation since, since nothing may tell it
            // from one that waits.
            [_, sign_up] if current_status(sign_up) == Some(end) => Ok(EndResult::Recorded),
            // Also if the user is verified by now: this is a retry of the call that found the confirmation.
            [confirmed, _] if condition_failed(confirmed) => Ok(EndResult::Confirmed(scope(confirmed))),
            // It has ended in another way, or never existed.
            [_, sign_up] if condition_failed(sign_up) => Ok(EndResult::Ended),
            _ => Err(error.into()),
        }
    }
}

/// What a recorded confirmation confirms: all, if it is from before there was a choice.
fn scope(reason: &CancellationReason) -> ConfirmationScope {
    let stored = reason
        .item()
        .and_then(|item| get_string(item, verification::SCOPE));
    stored
        .and_then(|scope| scope.parse().ok())
        .unwrap_or(ConfirmationScope::All)
}

/// The result for a user who does not await verification, by the current status.
fn claim_result(reason: &CancellationReason) -> Claim {
    match current_status(reason) {
        Some(UserStatus::Superseded) => Claim::Superseded,
        _ => Claim::Ended,
    }
}

/// The status of a user whose condition failed.
fn current_status(reason: &CancellationReason) -> Option<UserStatus> {
    let status = reason.item().and_then(|item| get_string(item, user::STATUS));
    status.and_then(UserStatus::from_table)
}

fn status(status: UserStatus) -> AttributeValue {
    string(status.as_str())
}
