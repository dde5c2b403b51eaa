//! Marketing campaigns.

use std::str::FromStr;

use asl::{MaxSize, sizes};
use serde::Serialize;

/// The longest campaign, in characters.
const LONGEST: usize = 128;

/// The lead that led to a sign-up, as the marketing system calls it: 1 to 128 letters, digits and `-_.:`.
///
/// It names a campaign, not a person, and is handed to the webhook. The narrow alphabet keeps addresses and
/// names out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Campaign(String);

impl MaxSize for Campaign {
    const LARGEST: u64 = sizes::plain(LONGEST as u64);
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
        if (1..=LONGEST).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCampaign)
        }
    }
}

super::deserialize_by_parsing!(Campaign);
