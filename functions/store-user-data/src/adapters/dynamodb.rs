//! Users in DynamoDB.

use std::time::Duration;

use contracts::store_user_data::StorageOutcome;
use contracts::table::{self, EXPIRES_AT, PK, UserStatus, reference, user};
use contracts::values::{AddressHash, Campaign, Locale, PersonName, PhoneNumber, UserId};
use kit::aws::dynamodb::{
    ConditionCheckBuilder, InTransaction, Table, UpdateBuilder, boolean, condition_failed, get_string, names,
    number, string,
};

use crate::ports::{FindClaim, NewUser, StoreFault, StoreResult, StoreUser};

#[derive(Debug, Clone)]
pub struct DynamoUsers(pub Table);

impl DynamoUsers {
    /// An update that sets the status to `awaiting_verification`, plus `assignments`. It is idempotent: a retry finds the status
    /// set and writes the same values.
    fn status_update(&self, user: &NewUser, assignments: &str) -> UpdateBuilder {
        let expression = format!(
            "SET #status = :awaiting, #storedAt = if_not_exists(#storedAt, :now), #expiresAt = :expiresAt, {assignments}"
        );
        self.0
            .build_update(table::user_key(&user.input.user_id), expression)
            .condition_expression("#status IN (:pending, :awaiting)")
            .set_expression_attribute_names(names([user::STATUS, user::STORED_AT, EXPIRES_AT]))
            .expression_attribute_values(":pending", string(UserStatus::Pending.as_str()))
            .expression_attribute_values(":awaiting", string(UserStatus::AwaitingVerification.as_str()))
            .expression_attribute_values(":now", number(user.now.epoch_millis()))
            .expression_attribute_values(":expiresAt", number(expires_at(user)))
    }

    /// The update for an address that is not held, with all data that the input has.
    fn store_update(&self, user: &NewUser) -> UpdateBuilder {
        let input = &user.input;
        let attributes = [
            (user::EMAIL, Some(input.email.expose())),
            (user::NAME, input.name.as_ref().map(PersonName::expose)),
            (user::PHONE, input.phone.as_ref().map(PhoneNumber::expose)),
            (user::LOCALE, input.locale.as_ref().map(Locale::as_str)),
            (user::CAMPAIGN, input.campaign.as_ref().map(Campaign::as_str)),
        ];
        let attributes: Vec<_> = attributes
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        let assignments: Vec<_> = attributes
            .iter()
            .map(|(name, _)| format!("#{name} = :{name}"))
            .collect();
        attributes.into_iter().fold(
            self.status_update(user, &assignments.join(", ")),
            |update, (name, value)| {
                update
                    .expression_attribute_names(format!("#{name}"), name)
                    .expression_attribute_values(format!(":{name}"), string(value))
            },
        )
    }

    /// The update for a held address, without the data.
    fn held_update(&self, user: &NewUser) -> UpdateBuilder {
        self.status_update(user, "#held = :yes")
            .expression_attribute_names("#held", user::HELD)
            .expression_attribute_values(":yes", boolean(true))
    }

    /// The condition that the address is free, or that another user has claimed it.
    fn claim_check(&self, user: &NewUser, outcome: StorageOutcome) -> ConditionCheckBuilder {
        let condition = match outcome {
            StorageOutcome::Stored => "attribute_not_exists(#pk) OR #userId = :userId",
            StorageOutcome::Held => "attribute_exists(#pk) AND #userId <> :userId",
        };
        self.0
            .build_check(table::address_key(&user.address_hash))
            .condition_expression(condition)
            .set_expression_attribute_names(names([PK, reference::USER_ID]))
            .expression_attribute_values(":userId", string(user.input.user_id.as_str()))
    }
}

impl FindClaim for DynamoUsers {
    async fn is_held(&self, address: &AddressHash, user: &UserId) -> Result<bool, StoreFault> {
        let claim = self
            .0
            .get(table::address_key(address), &[reference::USER_ID])
            .await?;
        let owner = claim
            .as_ref()
            .and_then(|claim| get_string(claim, reference::USER_ID));
        Ok(owner.is_some_and(|owner| owner != user.as_str()))
    }
}

impl StoreUser for DynamoUsers {
    async fn store(&self, user: &NewUser, outcome: StorageOutcome) -> Result<StoreResult, StoreFault> {
        let claim_check = self.claim_check(user, outcome).in_transaction();
        let update = match outcome {
            StorageOutcome::Stored => self.store_update(user),
            StorageOutcome::Held => self.held_update(user),
        };
        let Err(error) = self.0.transact([claim_check, update.in_transaction()]).await else {
            return Ok(StoreResult::Stored);
        };
        match error.reasons() {
            [_, sign_up] if condition_failed(sign_up) => Ok(StoreResult::NotPending),
            [claim, _] if condition_failed(claim) => Ok(StoreResult::ClaimChanged),
            _ => Err(error.into()),
        }
    }
}

/// The TTL of the record, in epoch seconds: one day longer than an execution can be redriven (14 days). The end of the sign-up
/// removes it.
///
/// Source: [Redrive eligibility](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-eligibility).
fn expires_at(user: &NewUser) -> i64 {
    const RETENTION: Duration = Duration::from_hours(15 * 24);

    user.now.plus(RETENTION).epoch_seconds()
}
