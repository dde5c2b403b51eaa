//! The use case, generic over its ports.

use contracts::set_user_status::{
    NewStatus, SetUserStatus, SetUserStatusError, SetUserStatusInput, SetUserStatusOutput,
};
use contracts::values::{AddressHash, ConfirmationScope, SignUpOutcome, UserId};
use kit::{Clock, TaskFunction};

use crate::ports::{Claim, ClaimAddress, EndSignUp, RecordResult, StoreFault, SupersedeUser, UnverifiedEnd};

/// Sets the final status of a sign-up.
#[derive(Debug)]
pub struct App<U, C> {
    users: U,
    clock: C,
}

impl<U, C> App<U, C> {
    pub fn new(users: U, clock: C) -> Self {
        Self { users, clock }
    }
}

impl<U, C> App<U, C>
where
    U: ClaimAddress + SupersedeUser + EndSignUp,
    C: Clock,
{
    async fn verify(
        &self,
        user: &UserId,
        address: &AddressHash,
        scope: ConfirmationScope,
    ) -> Result<SignUpOutcome, SetUserStatusError> {
        let now = self.clock.now();
        let claimed = self.users.claim(user, address, scope, now).await;
        match claimed.map_err(unavailable)? {
            Claim::Claimed => Ok(SignUpOutcome::Verified),
            Claim::Superseded => Ok(SignUpOutcome::Superseded),
            Claim::Ended => Err(SetUserStatusError::SignUpEnded),
            Claim::Held => {
                let recorded = self.users.supersede(user, now).await;
                outcome(recorded, SignUpOutcome::Superseded)
            }
        }
    }
}

impl<U, C> TaskFunction for App<U, C>
where
    U: ClaimAddress + SupersedeUser + EndSignUp,
    C: Clock,
{
    type Contract = SetUserStatus;

    async fn call(&self, input: SetUserStatusInput) -> Result<SetUserStatusOutput, SetUserStatusError> {
        let user = &input.user_id;
        let outcome = match input.status {
            NewStatus::Verified => {
                let address = input
                    .address_key
                    .as_ref()
                    .ok_or(SetUserStatusError::AddressKeyMissing)?;
                let scope = input.scope.unwrap_or(ConfirmationScope::All);
                self.verify(user, address, scope).await?
            }
            NewStatus::Expired => {
                let recorded = self
                    .users
                    .end(user, UnverifiedEnd::Expired, self.clock.now())
                    .await;
                outcome(recorded, SignUpOutcome::Expired)?
            }
            NewStatus::Failed => {
                let recorded = self
                    .users
                    .end(user, UnverifiedEnd::Failed, self.clock.now())
                    .await;
                outcome(recorded, SignUpOutcome::Failed)?
            }
        };
        Ok(SetUserStatusOutput { outcome })
    }
}

fn outcome(
    recorded: Result<RecordResult, StoreFault>,
    outcome: SignUpOutcome,
) -> Result<SignUpOutcome, SetUserStatusError> {
    match recorded.map_err(unavailable)? {
        RecordResult::Recorded => Ok(outcome),
        RecordResult::Ended => Err(SetUserStatusError::SignUpEnded),
    }
}

fn unavailable(StoreFault(source): StoreFault) -> SetUserStatusError {
    SetUserStatusError::StoreUnavailable { source }
}
