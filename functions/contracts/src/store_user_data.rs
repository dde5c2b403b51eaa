//! The contract of `StoreUserData`.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{AddressHash, Campaign, Cause, EmailAddress, Locale, PersonName, PhoneNumber, UserId};

/// The contract of `StoreUserData`: stores the data of a pending sign-up, unless its address is held.
#[derive(Debug)]
pub enum StoreUserData {}

impl Function for StoreUserData {
    const NAME: &'static str = "StoreUserData";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = StoreUserDataInput;
    type Output = StoreUserDataOutput;
    type Error = StoreUserDataError;
}

#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct StoreUserDataInput {
    pub user_id: UserId,
    #[payload(personal)]
    pub email: EmailAddress,
    #[payload(personal)]
    pub name: Option<PersonName>,
    #[payload(personal)]
    pub phone: Option<PhoneNumber>,
    #[payload(personal)]
    pub locale: Option<Locale>,
    pub campaign: Option<Campaign>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct StoreUserDataOutput {
    pub outcome: StorageOutcome,
    /// Hash of the address, the key of its unique-constraint item.
    pub address_key: AddressHash,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageOutcome {
    Stored,
    /// The address is held: a verified account has it. The data is not stored.
    Held,
}

impl MaxSize for StorageOutcome {
    const LARGEST: u64 = sizes::plain("stored".len() as u64);
}

#[derive(Debug, thiserror::Error, TaskError)]
pub enum StoreUserDataError {
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable { source: Cause },
    #[error("there is no pending sign-up with this id")]
    #[task(name = "SignUpNotPending", permanent)]
    SignUpNotPending,
}
