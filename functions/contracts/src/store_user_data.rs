//! Stores the data of a sign-up.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{AddressKey, Campaign, Cause, EmailAddress, Locale, PersonName, PhoneNumber, UserId};

/// Stores the pending user, unless a verified account has the address.
#[derive(Debug)]
pub enum StoreUserData {}

impl Function for StoreUserData {
    const NAME: &'static str = "StoreUserData";
    const TIMEOUT: Duration = Duration::from_secs(10);
    type Input = StoreUserDataInput;
    type Output = StoreUserDataOutput;
    type Error = StoreUserDataError;
}

/// What to store.
#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct StoreUserDataInput {
    /// Whose data it is.
    pub user_id: UserId,
    /// The address that is to be confirmed.
    #[payload(personal)]
    pub email: EmailAddress,
    /// What the person wants to be called.
    #[payload(personal)]
    pub name: Option<PersonName>,
    /// The person's phone number.
    #[payload(personal)]
    pub phone: Option<PhoneNumber>,
    /// The language the person reads.
    #[payload(personal)]
    pub locale: Option<Locale>,
    /// The marketing campaign that led here.
    pub campaign: Option<Campaign>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct StoreUserDataOutput {
    /// Whether the data was stored.
    pub outcome: StorageOutcome,
    /// The key that the address is claimed by.
    pub address_key: AddressKey,
}

/// Whether the data was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageOutcome {
    /// The data is stored.
    Stored,
    /// Nothing is stored: a verified account has the address.
    Held,
}

impl MaxSize for StorageOutcome {
    const LARGEST: u64 = sizes::plain("stored".len() as u64);
}

/// The data was not stored.
#[derive(Debug, thiserror::Error, TaskError)]
pub enum StoreUserDataError {
    /// The store did not answer, or throttled the call.
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable {
        /// The fault of the store.
        #[source]
        source: Cause,
    },
    /// There is no accepted sign-up of this id that still awaits its data.
    #[error("no sign-up of this id awaits its data")]
    #[task(name = "SignUpNotPending", permanent)]
    SignUpNotPending,
}
