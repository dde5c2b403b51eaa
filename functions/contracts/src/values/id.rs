//! Users' ids.

use std::fmt;
use std::str::FromStr;

use asl::{MaxSize, Text, sizes};
use serde::Serialize;

use super::hexadecimal;

/// The id of one sign-up and of the user it becomes: 128 bits from the system's generator, as 32 hexadecimal
/// digits.
///
/// It reveals nothing about the person, so URLs, logs and execution names may contain it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct UserId(String);

impl MaxSize for UserId {
    const LARGEST: u64 = sizes::plain(32);
}

impl Text for UserId {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a user id of 32 hexadecimal digits")]
pub struct InvalidUserId;

impl UserId {
    /// A new id.
    ///
    /// # Errors
    ///
    /// If the system's generator fails.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hexadecimal(&bytes)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for UserId {
    type Err = InvalidUserId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 32 && digits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidUserId)
        }
    }
}

super::deserialize_by_parsing!(UserId);
