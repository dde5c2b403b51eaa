//! Users in DynamoDB.

use std::time::Duration;

use contracts::table::{self, EXPIRES_AT, PK, UserStatus, pointer, user};
use contracts::values::{Campaign, Locale, PersonName, PhoneNumber};
use kit::aws::dynamodb::{
    ConditionCheckBuilder, InTransaction, Table, UpdateBuilder, boolean, is_refused, names, number, string,
};

use crate::ports::{PendingUser, StoreFault, StoreUser, Stored};

#[derive(Debug, Clone)]
pub struct DynamoUsers(pub Table);

impl DynamoUsers {
    /// Records that the sign-up awaits verification, if it is still running, with more assignments. A repeat finds it so, and
    /// writes the same again.
    fn awaiting(&self, pending: &PendingUser, more: &str) -> UpdateBuilder {
        let expression = format!(
            "SET #status = :awaiting, #storedAt = if_not_exists(#storedAt, :now), #expiresAt = :expiresAt, {more}"
        );
        self.0
            .update(table::user_key(&pending.data.user_id), expression)
            .condition_expression("#status IN (:pending, :awaiting)")
            .set_expression_attribute_names(names([user::STATUS, user::STORED_AT, EXPIRES_AT]))
            .expression_attribute_values(":pending", string(UserStatus::Pending.as_str()))
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(":now", number(pending.at.epoch_millis()))
            .expression_attribute_values(":expiresAt", number(expires_at(pending)))
    }

    fn with_data(&self, pending: &PendingUser) -> UpdateBuilder {
        let data = &pending.data;
        let given = [
            (user::EMAIL, Some(data.email.expose())),
            (user::NAME, data.name.as_ref().map(PersonName::expose)),
            (user::PHONE, data.phone.as_ref().map(PhoneNumber::expose)),
            (user::LOCALE, data.locale.as_ref().map(Locale::as_str)),
            (user::CAMPAIGN, data.campaign.as_ref().map(Campaign::as_str)),
        ];
        let given: Vec<_> = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let more: Vec<_> = given
            .iter()
            .map(|(name, _)| format!("#{name} = :{name}"))
            .collect();
        given.into_iter().fold(
            self.awaiting(pending, &more.join(", ")),
            |update, (name, value)| {
                update
                    .expression_attribute_names(format!("#{name}"), name)
                    .expression_attribute_values(format!(":{name}"), string(value))
            },
        )
    }

    fn held(&self, pending: &PendingUser) -> UpdateBuilder {
        self.awaiting(pending, "#held = :yes")
            .expression_attribute_names("#held", user::HELD)
            .expression_attribute_values(":yes", boolean(true))
    }

    fn unclaimed(&self, pending: &PendingUser) -> ConditionCheckBuilder {
        self.0
            .check(table::address_key(&pending.address))
            .condition_expression("attribute_not_exists(#pk) OR #userId = :userId")
            .set_expression_attribute_names(names([PK, pointer::USER_ID]))
            .expression_attribute_values(":userId", string(pending.data.user_id.as_str()))
    }
}

impl StoreUser for DynamoUsers {
    async fn store(&self, pending: PendingUser) -> Result<Stored, StoreFault> {
        let unclaimed = self.unclaimed(&pending).in_transaction();
        let stored = self.with_data(&pending).in_transaction();
        let Err(error) = self.0.transact([unclaimed, stored]).await else {
            return Ok(Stored::Stored);
        };
        match error.reasons() {
            [claim, _] if is_refused(claim) => {
                let recorded = self.0.update_if(self.held(&pending)).await?;
                Ok(if recorded {
                    Stored::Held
                } else {
                    Stored::NotPending
                })
            }
            [_, sign_up] if is_refused(sign_up) => Ok(Stored::NotPending),
            _ => Err(error.into()),
        }
    }
}

/// When DynamoDB may remove the record, in epoch seconds, if nobody ever records how the sign-up ended: later than an
/// execution can still be redriven. Recording an end removes this expiry.
fn expires_at(pending: &PendingUser) -> i64 {
    const KEPT: Duration = Duration::from_hours(15 * 24);

    pending.at.plus(KEPT).epoch_seconds()
}
