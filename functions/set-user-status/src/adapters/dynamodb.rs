//! Users in DynamoDB, and the claims of their addresses.

use contracts::table::{self, EXPIRES_AT, PK, UserStatus, pointer, user};
use contracts::values::{AddressKey, Timestamp, UserId};
use kit::aws::dynamodb::{
    AttributeValue, CancellationReason, InTransaction, PutBuilder, ReturnValuesOnConditionCheckFailure,
    Table, UpdateBuilder, get_string, is_refused, names, number, string,
};

use crate::ports::{Claim, ClaimAddress, DeadEnd, EndSignUp, Recorded, StoreFault, SupersedeUser};

/// Users in this table, with the claims of their addresses.
#[derive(Debug, Clone)]
pub struct DynamoUsers(pub Table);

impl DynamoUsers {
    fn claim_of(&self, user: &UserId, address: &AddressKey) -> PutBuilder {
        self.0
            .put(table::address_key(address))
            .item(pointer::USER_ID, string(user.as_str()))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .set_expression_attribute_names(names([PK, pointer::USER_ID]))
            .expression_attribute_values(":userId", string(user.as_str()))
    }

    fn verified(&self, user: &UserId, at: Timestamp) -> UpdateBuilder {
        self.0
            .update(
                table::user_key(user),
                "SET #status = :verified, #endedAt = if_not_exists(#endedAt, :now) REMOVE #expiresAt",
            )
            .condition_expression("#status IN (:awaiting, :verified)")
            .set_expression_attribute_names(names([user::STATUS, user::ENDED_AT, EXPIRES_AT]))
            .expression_attribute_values(":awaiting", status(UserStatus::AwaitingVerification))
            .expression_attribute_values(":verified", status(UserStatus::Verified))
            .expression_attribute_values(":now", number(at.epoch_millis()))
            // The status that was found decides what a failed condition means.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Sets the status to `:end` and leaves a tombstone without personal data, which never expires.
    fn end_without_account(&self, user: &UserId, end: UserStatus, at: Timestamp) -> UpdateBuilder {
        let personal = user::PERSONAL.map(|name| format!("#{name}")).join(", ");
        let attributes = [user::STATUS, user::ENDED_AT, EXPIRES_AT]
            .into_iter()
            .chain(user::PERSONAL);
        self.0
            .update(
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

impl ClaimAddress for DynamoUsers {
    async fn claim(&self, user: &UserId, address: &AddressKey, at: Timestamp) -> Result<Claim, StoreFault> {
        let claim = self.claim_of(user, address).in_transaction();
        let verified = self.verified(user, at).in_transaction();
        let Err(error) = self.0.transact([claim, verified]).await else {
            return Ok(Claim::Claimed);
        };
        match error.reasons() {
            [claim, _] if is_refused(claim) => Ok(Claim::Taken),
            [_, sign_up] if is_refused(sign_up) => Ok(found(sign_up)),
            _ => Err(error.into()),
        }
    }
}

impl SupersedeUser for DynamoUsers {
    async fn supersede(&self, user: &UserId, at: Timestamp) -> Result<Recorded, StoreFault> {
        let update = self
            .end_without_account(user, UserStatus::Superseded, at)
            .condition_expression("#status IN (:awaiting, :end)");
        Ok(if self.0.update_if(update).await? {
            Recorded::Recorded
        } else {
            Recorded::Ended
        })
    }
}

impl EndSignUp for DynamoUsers {
    async fn end(&self, user: &UserId, end: DeadEnd, at: Timestamp) -> Result<Recorded, StoreFault> {
        let end = match end {
            DeadEnd::Expired => UserStatus::Expired,
            DeadEnd::Failed => UserStatus::Failed,
        };
        let ended = self
            .end_without_account(user, end, at)
            .condition_expression("#status IN (:pending, :awaiting, :end)")
            .expression_attribute_values(":pending", status(UserStatus::Pending))
            .in_transaction();
        let no_verification = self.0.delete(table::verification_key(user)).in_transaction();
        let Err(error) = self.0.transact([ended, no_verification]).await else {
            return Ok(Recorded::Recorded);
        };
        match error.reasons() {
            // A repeat passes the condition, so the sign-up has ended in another way, or never was.
            [sign_up, _] if is_refused(sign_up) => Ok(Recorded::Ended),
            _ => Err(error.into()),
        }
    }
}

/// The outcome for a user who does not await verification, by the status that was found.
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

fn status(status: UserStatus) -> AttributeValue {
    string(status.as_str())
}
