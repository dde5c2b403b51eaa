//! Rates.

use std::num::NonZeroU32;
use std::time::Duration;

/// How many tokens a bucket holds, and how fast they come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    tokens: u32,
    interval_millis: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number, at least 1")]
pub struct InvalidRate;

impl Rate {
    /// A full bucket has `tokens`, and one comes back every `period / tokens`, in whole milliseconds and at least one. After a
    /// full bucket is emptied, `tokens` more come back in the period.
    pub fn new(tokens: NonZeroU32, period: Duration) -> Self {
        let millis = i64::try_from(period.as_millis()).unwrap_or(i64::MAX);
        Self {
            tokens: tokens.get(),
            interval_millis: (millis / i64::from(tokens.get())).max(1),
        }
    }

    /// The rate of a setting that gives the tokens of a period.
    ///
    /// # Errors
    ///
    /// If it is not a whole number, or 0.
    pub fn from_setting(
        setting: Option<&str>,
        default: NonZeroU32,
        period: Duration,
    ) -> Result<Self, InvalidRate> {
        let tokens = match setting {
            Some(text) => text.parse().map_err(|_| InvalidRate)?,
            None => default,
        };
        Ok(Self::new(tokens, period))
    }

    /// How many tokens a full bucket has.
    pub fn tokens(self) -> u32 {
        self.tokens
    }

    /// The time after which one token comes back, in milliseconds.
    pub fn interval_millis(self) -> i64 {
        self.interval_millis
    }

    /// The time in which an empty bucket fills, in milliseconds.
    pub fn period_millis(self) -> i64 {
        self.interval_millis.saturating_mul(self.tokens.into())
    }
}
