//! The use case, generic over its ports.

use contracts::set_user_status::{
    NewStatus, SetUserStatus, SetUserStatusError, SetUserStatusInput, SetUserStatusOutput,
};
use contracts::values::{ConfirmationScope, SignUpOutcome};
use kit::{Clock, TaskFunction};

use crate::ports::{
    Claim, ClaimAddress, EndResult, EndSignUp, RecordResult, StoreFault, SupersedeUser, UnverifiedEnd,
};

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
        input: &SetUserStatusInput,
        scope: ConfirmationScope,
    ) -> Result<SignUpOutcome, SetUserStatusError> {
        let user = &input.user_id;
        let address = input
            .address_key
            .as_ref()
            .ok_or(SetUserStatusError::AddressKeyMissing)?;
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

impl<U, C> App<U, C>
where
    U: ClaimAddress + SupersedeUser + EndSignUp,
    C: Clock,
{
    /// Records an end without an account, unless a confirmation is recorded: whoever was told that theirs was accepted is
    /// verified, even if no task waited for it again.
    async fn end(
        &self,
        input: &SetUserStatusInput,
        end: UnverifiedEnd,
        outcome: SignUpOutcome,
    ) -> Result<SignUpOutcome, SetUserStatusError> {
        let ended = self.users.end(&input.user_id, end, self.clock.now()).await;
        match ended.map_err(unavailable)? {
            EndResult::Recorded => Ok(outcome),
            EndResult::Confirmed(scope) => self.verify(input, scope).await,
            EndResult::Ended => Err(SetUserStatusError::SignUpEnded),
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
        let outcome = match input.status {
            NewStatus::Verified => {
                let scope = input.scope.unwrap_or(ConfirmationScope::All);
                self.verify(&input, scope).await?
            }
            NewStatus::Expired => {
                self.end(&input, UnverifiedEnd::Expired, SignUpOutcome::Expired)
                    .await?
            }
            NewStatus::Suppressed => {
                self.end(&input, UnverifiedEnd::Suppressed, SignUpOutcome::Suppressed)
                    .await?
            }
            NewStatus::Failed => {
                self.end(&input, UnverifiedEnd::Failed, SignUpOutcome::Failed)
                    .await?
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
