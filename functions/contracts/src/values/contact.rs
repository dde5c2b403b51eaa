//! Contacts of a person.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A contact that a sign-up asks the person to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    Email,
    Phone,
}

impl Contact {
    /// The value in the table and in responses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither `email` nor `phone`")]
pub struct InvalidContact;

impl FromStr for Contact {
    type Err = InvalidContact;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Email, Self::Phone]
            .into_iter()
            .find(|contact| contact.as_str() == text)
            .ok_or(InvalidContact)
    }
}
