//! Phone numbers.

use std::str::FromStr;

use asl::{MaxSize, sizes};
use serde::Serialize;

/// A phone number in E.164: `+`, then up to 15 digits, of which the first is not zero.
///
/// Source: [ITU-T E.164](https://www.itu.int/rec/T-REC-E.164), section 6.
///
/// It is personal: `Debug` hides it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl MaxSize for PhoneNumber {
    const LARGEST: u64 = sizes::plain(16);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number in E.164, such as +493012345678")]
pub struct InvalidPhone;

impl PhoneNumber {
    /// The number itself, for the few places that need it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidPhone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('+').ok_or(InvalidPhone)?;
        let valid = (2..=15).contains(&digits.len()) && !digits.starts_with('0');
        if valid && digits.bytes().all(|digit| digit.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPhone)
        }
    }
}

super::deserialize_by_parsing!(PhoneNumber);
crate::hide_in_debug!(PhoneNumber);
