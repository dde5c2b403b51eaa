//! The token of a confirmation link.

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::hexadecimal;

/// The secret in a confirmation link: 256 bits from the system's generator, as 43 characters of base64url.
///
/// It is never stored; its [hash](LinkToken::hash) is. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken([u8; 32]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 43 characters of base64url")]
pub struct InvalidLinkToken;

impl LinkToken {
    /// A new token.
    ///
    /// # Errors
    ///
    /// If the system's generator fails.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A token of the given bytes, for tests that need to know it.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash that is stored.
    pub fn hash(&self) -> LinkTokenHash {
        let digest = Sha256::new()
            .chain_update("link-token:")
            .chain_update(self.0)
            .finalize();
        LinkTokenHash(hexadecimal(&digest))
    }

    /// The token as the link contains it.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for LinkToken {
    type Err = InvalidLinkToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidLinkToken)?;
        bytes.try_into().map(Self).map_err(|_| InvalidLinkToken)
    }
}

crate::hide_in_debug!(LinkToken);

/// The SHA-256 of a [`LinkToken`], in hexadecimal: the key for lookups.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkTokenHash(String);

impl LinkTokenHash {
    /// The hash as text: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
