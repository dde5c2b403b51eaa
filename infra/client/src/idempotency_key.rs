//! Keys by which the API recognises a repeated request.

use std::fmt;
use std::str::FromStr;

use contracts::values::hexadecimal;

/// An `Idempotency-Key`: requests with the same key and body are one sign-up, for 24 hours.
///
/// Source: `POST /users` in `infra/openapi.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// The text is not 1 to 255 visible ASCII characters without a comma: API Gateway joins repeated headers with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 1 to 255 visible ASCII characters without a comma")]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// A new key: 128 bits from the system's generator.
    ///
    /// # Errors
    ///
    /// If the system's generator fails.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hexadecimal(&bytes)))
    }

    /// The value of the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',');
        if allowed && (1..=255).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidIdempotencyKey)
        }
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_keys_are_different_and_valid() {
        let (one, other) = (
            IdempotencyKey::generate().unwrap(),
            IdempotencyKey::generate().unwrap(),
        );

        assert_ne!(one, other);
        assert_eq!(one.to_string().parse(), Ok(one));
    }

    #[test]
    fn keys_are_visible_ascii_of_bounded_length() {
        assert!("a".repeat(255).parse::<IdempotencyKey>().is_ok());
        for text in ["", "a b", "a,b", "ä", "a\n", &"a".repeat(256)] {
            assert_eq!(
                text.parse::<IdempotencyKey>(),
                Err(InvalidIdempotencyKey),
                "{text}"
            );
        }
    }
}
