//! Fingerprints: keyed hashes that are stored in place of requests.

use contracts::values::hexadecimal;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

/// The minimum length of the key, in characters.
const MIN_KEY_LENGTH: usize = 32;

/// The secret that requests are fingerprinted with: at least 32 characters.
///
/// Without it, a reader of the table could test guessed addresses against the fingerprints. `Debug` hides it.
#[derive(Clone)]
pub struct FingerprintKey(Hmac<Sha256>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("shorter than {MIN_KEY_LENGTH} characters")]
pub struct ShortKey;

impl FingerprintKey {
    /// The key of this text.
    ///
    /// # Errors
    ///
    /// If it has less than 32 characters.
    pub fn new(key: &str) -> Result<Self, ShortKey> {
        if key.chars().count() < MIN_KEY_LENGTH {
            return Err(ShortKey);
        }
        let mac = Hmac::new_from_slice(key.as_bytes()).map_err(|_| ShortKey)?;
        Ok(Self(mac))
    }

    /// The fingerprint of a request: the keyed hash of its JSON.
    pub(crate) fn fingerprint(&self, request: &impl Serialize) -> Result<Fingerprint, serde_json::Error> {
        let json = serde_json::to_vec(request)?;
        Ok(Fingerprint(self.digest("request", &json)))
    }

    pub(crate) fn request_hash(&self, idempotency_key: &[u8]) -> RequestHash {
        RequestHash(self.digest("idempotency-key", idempotency_key))
    }

    /// The purpose is part of the digest, so that a text has a different digest for each purpose.
    fn digest(&self, purpose: &str, text: &[u8]) -> String {
        let mac = self.0.clone().chain_update(purpose).chain_update(":");
        hexadecimal(&mac.chain_update(text).finalize().into_bytes())
    }
}

contracts::hide_in_debug!(FingerprintKey);

/// The keyed hash of a request in its normal form: requests with the same fingerprint are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// A fingerprint from the table.
    pub fn from_table(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keyed hash of an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestHash(String);

impl RequestHash {
    /// A hash from the table.
    pub fn from_table(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(letter: &str) -> FingerprintKey {
        FingerprintKey::new(&letter.repeat(32)).unwrap()
    }

    #[test]
    fn fingerprints_depend_on_the_key() {
        let (one, other) = (key("a").fingerprint(&"same"), key("b").fingerprint(&"same"));

        assert_ne!(one.unwrap(), other.unwrap());
    }

    #[test]
    fn one_text_has_another_digest_for_another_purpose() {
        let fingerprint = key("a").fingerprint(&1).unwrap();
        let hash = key("a").request_hash(b"1");

        assert_ne!(fingerprint.as_str(), hash.as_str());
    }
}
