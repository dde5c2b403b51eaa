//! Numbers that follow from a seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::fault::Point;

/// Draws one after another.
#[derive(Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `most`, which is at least 1.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0.next_u64() % most.max(1)
    }

    /// The same for places in time.
    pub(crate) fn millis(&mut self, from: i64, until: i64) -> i64 {
        let span = u64::try_from(until.saturating_sub(from)).unwrap_or_default();
        from.saturating_add(i64::try_from(self.below(span)).unwrap_or_default())
    }

    /// Whether something happens that happens once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let index = self.below(u64::try_from(all.len()).unwrap_or(u64::MAX));
        all.get(usize::try_from(index).ok()?).copied()
    }
}

/// How long a step takes, in milliseconds: mostly few, sometimes so many that others come in between.
///
/// It follows from the place alone. When something else of a plan is left out, what is left keeps its pace.
pub(crate) fn latency(seed: u64, point: Point) -> i64 {
    let place = u64::from(point.sign_up) << 16 | u64::from(point.step as u8) << 8 | u64::from(point.nth);
    let number = scatter(seed ^ scatter(place));
    let millis = match number % 16 {
        0 => 200 + (number >> 8) % 1800,
        1..=4 => 20 + (number >> 8) % 100,
        _ => 1 + (number >> 8) % 9,
    };
    i64::try_from(millis).unwrap_or(1)
}

/// Source: the finaliser of [SplitMix64](https://prng.di.unimi.it/splitmix64.c), function `next`.
pub(crate) fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
