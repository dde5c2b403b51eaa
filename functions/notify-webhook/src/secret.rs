//! Signing secrets.

use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519_PUBLIC_KEY_LEN, Ed25519KeyPair};
use standardwebhooks::Webhook;

/// The prefix of a symmetric key, by which people and secret scanners recognise it.
const SYMMETRIC: &str = "whsec_";

/// The prefix of an asymmetric key.
const ASYMMETRIC: &str = "whsk_";

/// The minimum length of a symmetric key, in bytes.
const MIN_BYTES: usize = 24;

/// What events are signed with: one key or several, each of which makes a signature. `Debug` hides them.
///
/// Source of keys and signatures: [the specification][signatures] of Standard Webhooks, "Signature scheme".
///
/// [signatures]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
#[derive(Clone)]
pub struct Secret(Vec<Arc<Key>>);

enum Key {
    /// Signs with HMAC-SHA-256, as `v1`.
    Symmetric(Webhook),
    /// Signs with ed25519, as `v1a`.
    Asymmetric(Ed25519KeyPair),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not signing keys in base64: whsec_ and at least 24 bytes, or whsk_ and an ed25519 key pair of 64 bytes"
)]
pub struct UnusableSecret;

impl Secret {
    /// The same keys, and those that were in use before.
    pub(crate) fn with_previous(mut self, previous: Self) -> Self {
        self.0.extend(previous.0);
        self
    }

    /// The signatures of an event that is sent at this time, in seconds since the start of 1970, with spaces between them.
    pub(crate) fn sign(&self, id: &str, at: i64, content: &str) -> Result<String, UnusableSecret> {
        let mut signatures = Vec::new();
        for key in &self.0 {
            let signature = key.sign(id, at, content)?;
            // A key may be in both versions of a secret.
            if !signatures.contains(&signature) {
                signatures.push(signature);
            }
        }
        Ok(signatures.join(" "))
    }
}

impl Key {
    fn sign(&self, id: &str, at: i64, content: &str) -> Result<String, UnusableSecret> {
        match self {
            Self::Symmetric(key) => key.sign(id, at, content.as_bytes()).map_err(|_| UnusableSecret),
            Self::Asymmetric(key) => {
                let signature = key.sign(format!("{id}.{at}.{content}").as_bytes());
                Ok(format!("v1a,{}", STANDARD.encode(signature)))
            }
        }
    }
}

impl FromStr for Secret {
    type Err = UnusableSecret;

    /// Parses keys with white space between them. A key without a prefix is symmetric.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let keys: Result<Vec<Arc<Key>>, _> = text
            .split_whitespace()
            .map(|key| key.parse().map(Arc::new))
            .collect();
        keys.ok()
            .filter(|keys| !keys.is_empty())
            .map(Self)
            .ok_or(UnusableSecret)
    }
}

impl FromStr for Key {
    type Err = UnusableSecret;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The errors of decoders would quote a part of the key.
        let decode = |encoded| STANDARD.decode(encoded).map_err(|_| UnusableSecret);
        if let Some(encoded) = text.strip_prefix(ASYMMETRIC) {
            let pair = decode(encoded)?;
            let (seed, public) = pair
                .split_last_chunk::<{ ED25519_PUBLIC_KEY_LEN }>()
                .ok_or(UnusableSecret)?;
            let key = Ed25519KeyPair::from_seed_and_public_key(seed, public).map_err(|_| UnusableSecret)?;
            return Ok(Self::Asymmetric(key));
        }
        let key = decode(text.strip_prefix(SYMMETRIC).unwrap_or(text))?;
        if key.len() < MIN_BYTES {
            return Err(UnusableSecret);
        }
        let key = Webhook::from_bytes(key).map_err(|_| UnusableSecret)?;
        Ok(Self::Symmetric(key))
    }
}

contracts::hide_in_debug!(Secret);

#[cfg(test)]
mod tests {
    use super::*;

    const ENCODED: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    /// Of Svix's server, whose signature of [`EVENT`] is the example of `v1a` in the specification, "Webhook headers".
    ///
    /// Source: [`worker.rs`](https://github.com/svix/svix-webhooks/blob/main/server/svix-server/src/worker.rs),
    /// `test_asymmetric_key_signing`.
    const PAIR: &str =
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
    const EVENT: (&str, i64, &str) = (
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        r#"{"test": 2432232314}"#,
    );
    const SIGNATURE: &str =
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

    fn sign(secret: &Secret) -> String {
        let (id, at, content) = EVENT;
        secret.sign(id, at, content).unwrap()
    }

    #[test]
    fn a_secret_may_have_a_prefix_and_a_line_break() {
        let signatures =
            [ENCODED.to_owned(), format!("whsec_{ENCODED}\n")].map(|text| sign(&text.parse().unwrap()));

        assert_eq!(signatures[0], signatures[1]);
    }

    #[test]
    fn the_signature_of_the_specification_is_made() {
        assert_eq!(sign(&PAIR.parse().unwrap()), SIGNATURE);
    }

    #[test]
    fn each_key_makes_a_signature() {
        let secret: Secret = format!("whsec_{ENCODED} {PAIR}").parse().unwrap();
        let symmetric = sign(&ENCODED.parse().unwrap());

        assert_eq!(sign(&secret), format!("{symmetric} {SIGNATURE}"));
        // A rotation of one of them.
        let previous = ENCODED.parse().unwrap();
        assert_eq!(
            sign(&secret.with_previous(previous)),
            format!("{symmetric} {SIGNATURE}")
        );
    }

    #[test]
    fn malformed_secrets_are_rejected() {
        let of_another_key = PAIR.replace("Kvg==", "Kvw==");
        let with_a_malformed_key = format!("{PAIR} whsec_");
        for text in [
            "",
            " ",
            "whsec_",
            "whsec_c2hvcnQ=",
            "not base64",
            "whsk_",
            "whsk_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            &of_another_key,
            &with_a_malformed_key,
        ] {
            assert_eq!(text.parse::<Secret>().unwrap_err(), UnusableSecret, "{text}");
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        let secret: Secret = ENCODED.parse().unwrap();

        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
    }
}
