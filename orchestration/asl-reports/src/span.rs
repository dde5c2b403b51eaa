//! From the least to the most.

use std::time::Duration;

/// The least and the most of something.
///
/// See [`Totals`](super::Totals).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// There is never less.
    pub least: T,
    /// There is never more; `None` if no bound is known.
    pub most: Option<T>,
}

/// What can be added up without a limit.
pub(super) trait Amount: Copy + Ord {
    const NOTHING: Self;

    fn plus(self, other: Self) -> Self;

    fn times(self, times: u64) -> Self;
}

impl Amount for u64 {
    const NOTHING: Self = 0;

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn times(self, times: u64) -> Self {
        self.saturating_mul(times)
    }
}

impl Amount for Duration {
    const NOTHING: Self = Self::ZERO;

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn times(self, times: u64) -> Self {
        asl_analysis::times(self, times)
    }
}

impl<T: Copy> Span<T> {
    pub(super) const fn exactly(amount: T) -> Self {
        Self {
            least: amount,
            most: Some(amount),
        }
    }
}

/// How spans are put together.
pub(super) trait Together: Sized {
    const NOTHING: Self;

    /// Both, one after the other.
    fn plus(self, other: Self) -> Self;

    /// One of both, and nobody knows which.
    fn or(self, other: Self) -> Self;

    /// Both side by side.
    fn beside(self, other: Self) -> Self;

    /// So many times in a row.
    fn times(self, times: Span<u64>) -> Self;

    /// Anything from nothing to this.
    fn at_most(self) -> Self;
}

impl<T: Amount> Together for Span<T> {
    const NOTHING: Self = Self::exactly(T::NOTHING);

    fn plus(self, other: Self) -> Self {
        Self {
            least: self.least.plus(other.least),
            most: both(self.most, other.most).map(|(one, other)| one.plus(other)),
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            most: both(self.most, other.most).map(|(one, other)| one.max(other)),
        }
    }

    fn beside(self, other: Self) -> Self {
        Self {
            least: self.least.max(other.least),
            ..self.or(other)
        }
    }

    fn times(self, times: Span<u64>) -> Self {
        Self {
            least: self.least.times(times.least),
            most: match (self.most, times.most) {
                (_, Some(0)) => Some(T::NOTHING),
                (Some(most), _) if most == T::NOTHING => Some(T::NOTHING),
                (most, times) => both(most, times).map(|(most, times)| most.times(times)),
            },
        }
    }

    fn at_most(self) -> Self {
        Self {
            least: T::NOTHING,
            ..self
        }
    }
}

fn both<A, B>(one: Option<A>, other: Option<B>) -> Option<(A, B)> {
    Some((one?, other?))
}
