//! The sign-up workflow: its input, output and error.

use std::time::Duration;

use asl::{Function, Payload, TaskError};
use serde::{Deserialize, Serialize};

use crate::values::{Campaign, EmailAddress, Locale, PersonName, PhoneNumber, SignUpOutcome, UserId};

/// How long the mailed links work.
pub const CONFIRMATION_WINDOW: Duration = Duration::from_hours(24);

#[derive(Debug)]
pub enum SignUp {}

impl Function for SignUp {
    const NAME: &'static str = "SignUp";
    /// Twice the window: the other half is for retries.
    const TIMEOUT: Duration = Duration::from_hours(48);
    type Input = SignUpInput;
    type Output = SignUpOutput;
    type Error = SignUpError;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct SignUpInput {
    /// The id that the sign-up was accepted under.
    pub user_id: UserId,
    /// The address that is to be confirmed.
    #[payload(personal)]
    pub email: EmailAddress,
    /// What the person wants to be called.
    #[payload(personal)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// The person's phone number.
    #[payload(personal)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// The language the person reads.
    #[payload(personal)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// The marketing campaign that led here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct SignUpOutput {
    pub outcome: SignUpOutcome,
}

#[derive(Debug, thiserror::Error, TaskError)]
pub enum SignUpError {
    #[error("a step of the sign-up failed for good")]
    #[task(name = "SignUpFailed", permanent)]
    SignUpFailed,
}
