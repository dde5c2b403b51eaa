//! The contract of `SetUserStatus`.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{AddressHash, Cause, ConfirmationScope, SignUpOutcome, UserId};

/// The contract of `SetUserStatus`: sets the user to `verified` and claims the address for it, or records that the sign-up ended
/// without an account.
#[derive(Debug)]
pub enum SetUserStatus {}

impl Function for SetUserStatus {
    const NAME: &'static str = "SetUserStatus";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = SetUserStatusInput;
    type Output = SetUserStatusOutput;
    type Error = SetUserStatusError;
}

#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct SetUserStatusInput {
    pub user_id: UserId,
    pub status: NewStatus,
    /// Hash of the address, the key of its unique-constraint item; needed for [`NewStatus::Verified`] only.
    pub address_key: Option<AddressHash>,
    /// What was confirmed, for [`NewStatus::Verified`]; absent means all.
    pub scope: Option<ConfirmationScope>,
}

/// The status to set, which ends the sign-up. `Verified` becomes `superseded` if another user has the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewStatus {
    Verified,
    Expired,
    /// The mails of the sign-up do not reach anybody, or are not wanted.
    Suppressed,
    Failed,
}

impl MaxSize for NewStatus {
    const LARGEST: u64 = sizes::plain("suppressed".len() as u64);
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct SetUserStatusOutput {
    pub outcome: SignUpOutcome,
}

#[derive(Debug, thiserror::Error, TaskError)]
pub enum SetUserStatusError {
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable { source: Cause },
    #[error("the sign-up is unknown or has ended in another way")]
    #[task(name = "SignUpEnded", permanent)]
    SignUpEnded,
    #[error("a sign-up cannot be verified without its address key")]
    #[task(name = "AddressKeyMissing", permanent)]
    AddressKeyMissing,
}
