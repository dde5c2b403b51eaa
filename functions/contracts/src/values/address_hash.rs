//! Hashes of addresses.

use asl::{MaxSize, sizes};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a normalised address, in hexadecimal.
///
/// Keys and payloads contain it in place of the address, for functions that compare addresses and must not see them. It is a
/// pseudonym, not a secret: whoever guesses the address can compute it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressHash(String);

impl MaxSize for AddressHash {
    const LARGEST: u64 = sizes::plain(64);
}

impl AddressHash {
    pub(super) fn of(normalised: &str) -> Self {
        let digest = Sha256::new()
            .chain_update("address:")
            .chain_update(normalised)
            .finalize();
        Self(super::hexadecimal(&digest))
    }

    /// The hash as text: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
