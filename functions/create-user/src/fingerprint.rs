//! Fingerprints: keyed hashes that are stored in place of requests.

use contracts::values::{EmailAddress, HashKey, ShortHashKey, hexadecimal};
use kit::api::Source;
use serde::Serialize;

/// The secret that requests are fingerprinted with: at least 32 characters.
///
/// Without it, a reader of the table could test guessed addresses against the fingerprints. `Debug` hides it.
#[derive(Clone)]
pub struct FingerprintKey(HashKey);

impl FingerprintKey {
    /// The key of this text.
    ///
    /// # Errors
    ///
    /// If it has less than 32 characters.
    pub fn new(key: &str) -> Result<Self, ShortHashKey> {
        HashKey::new(key).map(Self)
    }

    /// The fingerprint of a request: the keyed hash of its JSON.
    pub(crate) fn fingerprint(&self, request: &impl Serialize) -> Result<Fingerprint, serde_json::Error> {
        let json = serde_json::to_vec(request)?;
        Ok(Fingerprint(self.digest("request", &json)))
    }

    /// The hash of an idempotency key for this address: a key belongs to the sign-ups of one address, so that two people who
    /// choose the same key do not meet.
    pub(crate) fn request_hash(&self, idempotency_key: &[u8], address: &EmailAddress) -> RequestHash {
        // A line break separates the two: no key and no address contains one.
        let text = [idempotency_key, b"\n", address.expose().as_bytes()].concat();
        RequestHash(self.digest("idempotency-key", &text))
    }

    pub(crate) fn source_hash(&self, source: &Source) -> String {
        source.hash(&self.0)
    }

    /// The hash of a mailbox together with the source that signs up for it.
    pub(crate) fn mailbox_and_source_hash(&self, address: &EmailAddress, source: &Source) -> String {
        let text = format!("{}:{}", address.mailbox().as_str(), self.source_hash(source));
        self.digest("mailbox-and-source", text.as_bytes())
    }

    fn digest(&self, purpose: &str, text: &[u8]) -> String {
        hexadecimal(&self.0.digest(purpose, text))
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

/// The keyed hash of an `Idempotency-Key` and the address that it was sent with.
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

    fn address(text: &str) -> EmailAddress {
        text.parse().unwrap()
    }

    #[test]
    fn fingerprints_depend_on_the_key() {
        let (one, other) = (key("a").fingerprint(&"same"), key("b").fingerprint(&"same"));

        assert_ne!(one.unwrap(), other.unwrap());
    }

    #[test]
    fn one_text_has_another_digest_for_another_purpose() {
        let fingerprint = key("a").fingerprint(&1).unwrap();
        let hash = key("a").request_hash(b"1", &address("ada@example.org"));

        assert_ne!(fingerprint.as_str(), hash.as_str());
    }

    #[test]
    fn an_idempotency_key_has_another_hash_for_another_address() {
        let hash = |key_of_client: &[u8], email| key("a").request_hash(key_of_client, &address(email));

        assert_eq!(hash(b"1", "ada@example.org"), hash(b"1", "ADA@example.org"));
        assert_ne!(hash(b"1", "ada@example.org"), hash(b"1", "bob@example.org"));
        assert_ne!(hash(b"1", "ada@example.org"), hash(b"2", "ada@example.org"));
    }
}
