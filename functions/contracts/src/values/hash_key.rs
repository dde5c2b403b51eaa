//! The key of keyed hashes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The minimum length of the key, in characters.
const MIN_LENGTH: usize = 32;

/// A secret that short or guessable texts are hashed with (HMAC-SHA-256), so that a reader of the table cannot find them by
/// trying all. `Debug` hides it.
#[derive(Clone)]
pub struct HashKey(Hmac<Sha256>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("shorter than {MIN_LENGTH} characters")]
pub struct ShortHashKey;

impl HashKey {
    /// The key of this text.
    ///
    /// # Errors
    ///
    /// If it has less than 32 characters.
    pub fn new(key: &str) -> Result<Self, ShortHashKey> {
        if key.chars().count() < MIN_LENGTH {
            return Err(ShortHashKey);
        }
        let mac = Hmac::new_from_slice(key.as_bytes()).map_err(|_| ShortHashKey)?;
        Ok(Self(mac))
    }

    /// The keyed hash of a text. The purpose is part of it, so that a text has a different digest for each purpose.
    pub fn digest(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        let mac = self.0.clone().chain_update(purpose).chain_update(":");
        mac.chain_update(text).finalize().into_bytes().into()
    }
}

crate::hide_in_debug!(HashKey);
