//! Keyed hashes of recipients.

use std::str::FromStr;

use serde::Serialize;

use super::{EmailAddress, HashKey, hexadecimal};

/// The keyed hash of an address that is mailed, as 64 hexadecimal digits.
///
/// A suppression is stored under it, and a mail carries it as a tag, which the mail service gives back with a bounce. Whoever reads
/// either cannot find the address without the key. It is a hash of the address and not of its mailbox: `ada+typo@example.org`
/// may bounce where `ada@example.org` does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RecipientHash(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hash of 64 hexadecimal digits")]
pub struct InvalidRecipientHash;

impl RecipientHash {
    pub fn of(address: &EmailAddress, key: &HashKey) -> Self {
        Self(hexadecimal(&key.digest("recipient", address.expose().as_bytes())))
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RecipientHash {
    type Err = InvalidRecipientHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() == 64 && digits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidRecipientHash)
        }
    }
}

super::deserialize_by_parsing!(RecipientHash);

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(address: &str, key: &str) -> RecipientHash {
        RecipientHash::of(&address.parse().unwrap(), &HashKey::new(key).unwrap())
    }

    #[test]
    fn a_hash_depends_on_the_address_and_the_key() {
        let (key, other) = ("k".repeat(32), "l".repeat(32));
        let ada = hash("ada@example.org", &key);

        assert_eq!(hash("Ada@Example.org", &key), ada);
        assert_ne!(hash("ada+typo@example.org", &key), ada);
        assert_ne!(hash("ada@example.org", &other), ada);
        assert_eq!(ada.as_str().parse(), Ok(ada.clone()));
    }

    #[test]
    fn anything_else_is_no_hash() {
        for text in ["", "abc", &"g".repeat(64), &"0".repeat(65)] {
            assert_eq!(text.parse::<RecipientHash>(), Err(InvalidRecipientHash), "{text}");
        }
    }
}
