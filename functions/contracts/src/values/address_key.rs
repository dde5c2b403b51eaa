//! Keys of addresses.

use asl::{MaxSize, sizes};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a normalised address, in hexadecimal.
///
/// It stands for the address in keys and in payloads of functions that need to compare addresses and have no
/// business with the address itself. It is a pseudonym, not a secret: whoever guesses the address can
/// compute it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressKey(String);

impl MaxSize for AddressKey {
    const LARGEST: u64 = sizes::plain(64);
}

impl AddressKey {
    pub(super) fn of(normalised: &str) -> Self {
        let digest = Sha256::new()
            .chain_update("address:")
            .chain_update(normalised)
            .finalize();
        Self(super::hexadecimal(&digest))
    }

    /// The key as text: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
