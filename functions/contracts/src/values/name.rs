//! Names of people.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_normalization::UnicodeNormalization;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// What a person wants to be called: 1 to 200 characters in NFC, without control characters.
///
/// It is personal: `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PersonName(String);

/// The text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name of 1 to 200 characters without control characters")]
pub struct InvalidName;

impl PersonName {
    /// The name itself, for the few places that need it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name: String = text.trim().nfc().collect();
        let fits = (1..=LONGEST).contains(&name.chars().count());
        if fits && !name.chars().any(char::is_control) {
            Ok(Self(name))
        } else {
            Err(InvalidName)
        }
    }
}

impl<'de> Deserialize<'de> for PersonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonName(hidden)")
    }
}
