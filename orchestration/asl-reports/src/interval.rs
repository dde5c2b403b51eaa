//! Interval arithmetic on amounts and durations.

use std::time::Duration;

/// An amount between a minimum and a maximum.
///
/// See [`Totals`](super::Totals).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval<T> {
    pub min: T,
    /// The upper bound; `None` if it is not known.
    pub max: Option<T>,
}

/// A type with saturating arithmetic.
pub(super) trait Amount: Copy + Ord {
    const ZERO: Self;

    fn plus(self, other: Self) -> Self;

    fn times(self, times: u64) -> Self;
}

impl Amount for u64 {
    const ZERO: Self = 0;

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn times(self, times: u64) -> Self {
        self.saturating_mul(times)
    }
}

impl Amount for Duration {
    const ZERO: Self = Self::ZERO;

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn times(self, times: u64) -> Self {
        asl_analysis::times(self, times)
    }
}

#[expect(private_bounds, reason = "the two amounts of this crate are the only ones")]
impl<T: Amount> Interval<T> {
    pub(super) const ZERO: Self = Self::exactly(T::ZERO);

    pub(super) const fn exactly(amount: T) -> Self {
        Self {
            min: amount,
            max: Some(amount),
        }
    }

    /// The sum of both.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            min: self.min.plus(other.min),
            max: self.max.zip(other.max).map(|(one, other)| one.plus(other)),
        }
    }

    /// Either of both.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.zip(other.max).map(|(one, other)| one.max(other)),
        }
    }

    /// The greater one of both.
    pub(super) fn max(self, other: Self) -> Self {
        Self {
            min: self.min.max(other.min),
            ..self.or(other)
        }
    }

    /// The product, where zero times an unknown number is zero.
    pub(super) fn times(self, times: Interval<u64>) -> Self {
        let is_zero = self.max == Some(T::ZERO) || times.max == Some(0);
        let max = self.max.zip(times.max).map(|(max, times)| max.times(times));
        Self {
            min: self.min.times(times.min),
            max: if is_zero { Some(T::ZERO) } else { max },
        }
    }

    /// Anything from zero up to the maximum.
    pub(super) fn at_most(self) -> Self {
        Self { min: T::ZERO, ..self }
    }
}
