//! Records how a sign-up ended.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{AddressKey, Cause, SignUpOutcome, UserId};

/// Records the user as verified and claims the address for it, or records that the sign-up came to nothing.
#[derive(Debug)]
pub enum SetUserStatus {}

impl Function for SetUserStatus {
    const NAME: &'static str = "SetUserStatus";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = SetUserStatusInput;
    type Output = SetUserStatusOutput;
    type Error = SetUserStatusError;
}

/// What to record.
#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct SetUserStatusInput {
    /// Whose sign-up it is.
    pub user_id: UserId,
    /// What became of it.
    pub status: NewStatus,
    /// What the address is claimed by; needed for [`NewStatus::Verified`] only.
    pub address_key: Option<AddressKey>,
}

/// What a sign-up can be recorded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewStatus {
    /// The address was confirmed.
    Verified,
    /// Nobody confirmed the address in time.
    Expired,
    /// A step failed for good.
    Failed,
}

impl MaxSize for NewStatus {
    const LARGEST: u64 = sizes::plain("verified".len() as u64);
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct SetUserStatusOutput {
    /// How the sign-up ended.
    pub outcome: SignUpOutcome,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error, TaskError)]
pub enum SetUserStatusError {
    /// The store did not answer, or asked to be called less often.
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable {
        /// What the store said.
        #[source]
        source: Cause,
    },
    /// The sign-up is unknown, or has already ended in another way.
    #[error("the sign-up is unknown or has ended in another way")]
    #[task(name = "SignUpEnded", permanent)]
    SignUpEnded,
    /// A verified address needs its key.
    #[error("a sign-up cannot be verified without its address key")]
    #[task(name = "AddressKeyMissing", permanent)]
    AddressKeyMissing,
}
