//! Marketing campaigns.

use std::str::FromStr;

use asl::{MaxSize, sizes};
use serde::Serialize;

/// The maximum length, in characters.
const MAX_LENGTH: usize = 128;

/// The marketing campaign of a sign-up: 1 to 128 letters, digits and `-_.:`.
///
/// It identifies a campaign, not a person, and is sent to the webhook. The narrow alphabet excludes addresses and names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Campaign(String);

impl MaxSize for Campaign {
    const LARGEST: u64 = sizes::plain(MAX_LENGTH as u64);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a campaign of 1 to 128 letters, digits or any of -_.:")]
pub struct InvalidCampaign;

impl Campaign {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Campaign {
    type Err = InvalidCampaign;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.:".contains(&letter);
        if (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCampaign)
        }
    }
}

super::deserialize_by_parsing!(Campaign);
