//! The code that confirms a sign-up.

use std::str::FromStr;

use subtle::{Choice, ConstantTimeEq};

use super::{HashKey, UserId, hexadecimal};

/// The number of codes: those of six digits.
const CODES: u32 = 1_000_000;

/// The code in a mail: six digits from the system's generator, each code as likely as any other.
///
/// It is never stored; its [hash](ConfirmationCode::hash) is. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfirmationCode(u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not six digits")]
pub struct InvalidConfirmationCode;

impl ConfirmationCode {
    /// A new code.
    ///
    /// # Errors
    ///
    /// If the system's generator fails.
    pub fn generate() -> Result<Self, getrandom::Error> {
        loop {
            let mut bytes = [0; 4];
            getrandom::fill(&mut bytes)?;
            if let Some(code) = Self::of_random(u32::from_le_bytes(bytes)) {
                return Ok(code);
            }
        }
    }

    /// The code of a random number; `None` for the numbers at the top that would make some codes more likely.
    fn of_random(number: u32) -> Option<Self> {
        const FAIR: u32 = u32::MAX - u32::MAX % CODES;

        (number < FAIR).then_some(Self(number % CODES))
    }

    /// The hash that is stored. The code of another sign-up has another hash, even if its digits are the same.
    pub fn hash(&self, key: &HashKey, user: &UserId) -> CodeHash {
        let text = format!("{user}:{}", self.expose());
        CodeHash(hexadecimal(&key.digest("confirmation-code", text.as_bytes())))
    }

    /// The six digits.
    pub fn expose(&self) -> String {
        format!("{:06}", self.0)
    }
}

impl FromStr for ConfirmationCode {
    type Err = InvalidConfirmationCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let six_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        let code = six_digits.then(|| text.parse().ok()).flatten();
        code.map(Self).ok_or(InvalidConfirmationCode)
    }
}

crate::hide_in_debug!(ConfirmationCode);

/// The keyed hash of a [`ConfirmationCode`] and its sign-up, in hexadecimal.
///
/// It has no `==`: whoever compares it must do so [in constant time](Self::is_one_of).
#[derive(Debug, Clone)]
pub struct CodeHash(String);

impl CodeHash {
    /// A hash from the table.
    pub fn from_table(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The hash as text: 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one of these hashes. The time it takes depends only on how many there are.
    pub fn is_one_of(&self, others: &[Self]) -> bool {
        let equal = |found: Choice, other: &Self| found | self.0.as_bytes().ct_eq(other.0.as_bytes());
        others.iter().fold(Choice::from(0), equal).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_as_likely_as_any_other() {
        let fair = u32::MAX - u32::MAX % CODES;

        assert_eq!(fair % CODES, 0, "the numbers below are whole rounds of all codes");
        assert!(ConfirmationCode::of_random(fair - 1) == Some(ConfirmationCode(CODES - 1)));
        assert!(ConfirmationCode::of_random(fair).is_none());
        assert!(ConfirmationCode::of_random(u32::MAX).is_none());
    }
}
