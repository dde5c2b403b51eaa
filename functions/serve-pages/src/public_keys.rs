//! Public keys of the webhook.

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// The prefix of a public key.
///
/// Source: [the specification][signatures] of Standard Webhooks, "Signature scheme".
///
/// [signatures]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
const PREFIX: &str = "whpk_";

/// The length of an ed25519 public key, in bytes: [RFC 8032](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.5).
const BYTES: usize = 32;

/// The keys that verify the webhook's asymmetric signatures, as they are published: `whpk_` and base64 each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PublicKeys {
    keys: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not public keys of ed25519: whpk_ and 32 bytes in base64 each")]
pub struct InvalidPublicKeys;

impl FromStr for PublicKeys {
    type Err = InvalidPublicKeys;

    /// Parses keys with commas between them, or none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_key = |key: &str| {
            let bytes = key.strip_prefix(PREFIX).map(|encoded| STANDARD.decode(encoded));
            bytes.is_some_and(|bytes| bytes.is_ok_and(|bytes| bytes.len() == BYTES))
        };
        if text.is_empty() {
            return Ok(Self::default());
        }
        let keys: Vec<_> = text.split(',').map(str::to_owned).collect();
        if keys.iter().all(|key| is_key(key)) {
            Ok(Self { keys })
        } else {
            Err(InvalidPublicKeys)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

    #[test]
    fn keys_have_commas_between_them() {
        let other = KEY.replace("1S", "2S");
        let keys: PublicKeys = format!("{KEY},{other}").parse().unwrap();

        assert_eq!(keys.keys, [KEY, &other]);
    }

    #[test]
    fn what_is_no_public_key_is_rejected() {
        for wrong in [
            "1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
            "",
            "whpk_",
            "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOig==",
            "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4",
            "whsec_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
        ] {
            let text = format!("{KEY},{wrong}");
            assert_eq!(text.parse::<PublicKeys>(), Err(InvalidPublicKeys), "{wrong}");
        }
    }
}
