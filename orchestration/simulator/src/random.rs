//! Random numbers and UUIDs, drawn from the generator of an execution.

use rand::Rng;

/// A number from 0 up to `bound`, without it.
pub(crate) fn below(bound: u64, random: &mut impl Rng) -> u64 {
    ((u128::from(random.next_u64()) * u128::from(bound)) >> 64) as u64
}

#[expect(clippy::cast_possible_truncation, reason = "it is below a `usize`")]
pub(crate) fn index(length: usize, random: &mut impl Rng) -> usize {
    below(length as u64, random) as usize
}

/// A number from 0 up to 1, without 1.
pub(crate) fn unit(random: &mut impl Rng) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    let bits = (random.next_u64() >> 11) as f64;
    bits / 9_007_199_254_740_992.0
}

/// A random UUID of version 4.
pub(crate) fn uuid(random: &mut impl Rng) -> String {
    let high = (random.next_u64() & !0xf000) | 0x4000;
    let low = (random.next_u64() & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
