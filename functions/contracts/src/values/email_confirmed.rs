//! The output of a confirmation.

use std::str::FromStr;

use asl::{MaxSize, Payload, Timestamp, sizes};
use serde::{Deserialize, Serialize};

/// The address is confirmed: the output that completes the waiting task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct EmailConfirmed {
    /// When the code was entered or the link followed.
    pub confirmed_at: Timestamp,
    /// What was confirmed. Absent means all: functions before it was added do not write it.
    pub scope: Option<ConfirmationScope>,
}

/// What a person confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmationScope {
    /// The address, and the name and phone number that the sign-up was made with.
    All,
    /// The address alone: somebody else may have signed it up. Name and phone number are dropped.
    Address,
}

impl MaxSize for ConfirmationScope {
    const LARGEST: u64 = sizes::plain("address".len() as u64);
}

impl ConfirmationScope {
    /// The value in the table and in requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Address => "address",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither `all` nor `address`")]
pub struct InvalidConfirmationScope;

impl FromStr for ConfirmationScope {
    type Err = InvalidConfirmationScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::All, Self::Address]
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or(InvalidConfirmationScope)
    }
}
