//! The sign-up workflow: its input, output and error.

use std::time::Duration;

use asl::{Function, Payload, TaskError};
use serde::{Deserialize, Serialize};

use crate::values::{Campaign, EmailAddress, Locale, PersonName, PhoneNumber, SignUpOutcome, UserId};

/// How long the mails of a sign-up are valid, from the first on.
pub const CONFIRMATION_WINDOW: Duration = Duration::from_hours(24);

#[derive(Debug)]
pub enum SignUp {}

impl Function for SignUp {
    const NAME: &'static str = "SignUp";
    /// Twelve windows: for each of the six mails that a sign-up may have, the wait begins again. The rest is for retries.
    const TIMEOUT: Duration = CONFIRMATION_WINDOW.saturating_mul(12);
    type Input = SignUpInput;
    type Output = SignUpOutput;
    type Error = SignUpError;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct SignUpInput {
    /// The id that the API returned for the sign-up.
    pub user_id: UserId,
    #[payload(personal)]
    pub email: EmailAddress,
    #[payload(personal)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    #[payload(personal)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    #[payload(personal)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
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
    #[error("a step of the sign-up failed permanently")]
    #[task(name = "SignUpFailed", permanent)]
    SignUpFailed,
}
