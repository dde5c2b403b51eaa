//! Pseudorandom numbers from a seed, and the latencies derived from it.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::fault::FaultPoint;

/// A generator whose whole sequence follows from its seed.
#[derive(Debug)]
pub(crate) struct SeededRng(ChaCha8Rng);

impl SeededRng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number in `0..limit`.
    #[expect(clippy::expect_used, reason = "a remainder is below its divisor")]
    pub(crate) fn below(&mut self, limit: u8) -> u8 {
        u8::try_from(self.remainder(limit.into())).expect("a remainder fits into its divisor's type")
    }

    /// Milliseconds in `from..until`.
    pub(crate) fn millis(&mut self, from: i64, until: i64) -> i64 {
        from + self.remainder(until.abs_diff(from)).cast_signed()
    }

    /// True with a probability of one in `times`.
    pub(crate) fn one_in(&mut self, times: u8) -> bool {
        self.below(times) == 0
    }

    /// One of the items.
    #[expect(clippy::expect_used, reason = "all lists of choices are constants")]
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let index = usize::try_from(self.remainder(items.len() as u64));
        let item = index.ok().and_then(|index| items.get(index));
        *item.expect("there is an item to pick")
    }

    fn remainder(&mut self, divisor: u64) -> u64 {
        self.0.next_u64() % divisor
    }
}

/// The duration of an operation in milliseconds: usually short, sometimes so long that other operations interleave.
///
/// It is a function of the seed and the fault point alone, so that a shrunk scenario keeps the timing of what remains.
pub(crate) fn latency(seed: u64, point: FaultPoint) -> i64 {
    let place = u64::from(point.sign_up) << 16 | u64::from(point.operation as u8) << 8 | u64::from(point.nth);
    let number = mix(seed ^ mix(place));
    let millis = match number % 16 {
        0 => 200 + (number >> 8) % 1800,
        1..=4 => 20 + (number >> 8) % 100,
        _ => 1 + (number >> 8) % 9,
    };
    millis.cast_signed()
}

/// Source: the finaliser of [SplitMix64](https://prng.di.unimi.it/splitmix64.c), function `next`.
pub(crate) fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
