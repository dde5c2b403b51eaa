//! Signing secrets.

use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use standardwebhooks::Webhook;

/// The prefix of a secret, by which people and secret scanners recognise it.
const PREFIX: &str = "whsec_";

/// The minimum length of a secret, in bytes.
///
/// Source: [the specification](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md)
/// of Standard Webhooks, "Signature scheme".
const MIN_BYTES: usize = 24;

/// A signing secret: `whsec_` and at least 24 bytes in base64. `Debug` hides it.
#[derive(Clone)]
pub struct Secret(Arc<Webhook>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a signing secret of at least 24 bytes in base64, with or without whsec_ before it")]
pub struct UnusableSecret;

impl Secret {
    /// The signature of an event that is sent at this time, in seconds since the start of 1970.
    pub(crate) fn sign(&self, id: &str, at: i64, content: &str) -> Result<String, UnusableSecret> {
        let signature = self.0.sign(id, at, content.as_bytes());
        signature.map_err(|_| UnusableSecret)
    }
}

impl FromStr for Secret {
    type Err = UnusableSecret;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        // The decoder's error would quote a part of the secret.
        let key = STANDARD.decode(encoded).map_err(|_| UnusableSecret)?;
        if key.len() < MIN_BYTES {
            return Err(UnusableSecret);
        }
        let webhook = Webhook::from_bytes(key).map_err(|_| UnusableSecret)?;
        Ok(Self(Arc::new(webhook)))
    }
}

contracts::hide_in_debug!(Secret);

#[cfg(test)]
mod tests {
    use super::*;

    const ENCODED: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    #[test]
    fn a_secret_may_have_a_prefix_and_a_line_break() {
        let signatures = [ENCODED.to_owned(), format!("whsec_{ENCODED}\n")].map(|text| {
            let secret: Secret = text.parse().unwrap();
            secret.sign("msg_1", 1, "{}").unwrap()
        });

        assert_eq!(signatures[0], signatures[1]);
    }

    #[test]
    fn malformed_secrets_are_rejected() {
        for text in ["", "whsec_", "whsec_c2hvcnQ=", "not base64"] {
            assert_eq!(text.parse::<Secret>().unwrap_err(), UnusableSecret, "{text}");
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        let secret: Secret = ENCODED.parse().unwrap();

        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
    }
}
