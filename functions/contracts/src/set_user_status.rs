//! Records how a sign-up ended.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{AddressKey, Cause, SignUpOutcome, UserId};

/// Records the user as verified and claims the address for it, or records that the sign-up ended without an account.
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
    /// The outcome.
    pub status: NewStatus,
    /// The key that the address is claimed by; needed for [`NewStatus::Verified`] only.
    pub address_key: Option<AddressKey>,
}

/// The end of a sign-up, as it is recorded.
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

/// The end was not recorded.
#[derive(Debug, thiserror::Error, TaskError)]
pub enum SetUserStatusError {
    /// The store did not answer, or throttled the call.
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable {
        /// The fault of the store.
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
