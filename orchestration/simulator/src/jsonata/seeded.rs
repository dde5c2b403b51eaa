//! `$random` with a seed.

/// The first number of Java's generator with that seed, as on AWS.
///
/// Source: [floci#2662](https://github.com/floci-io/floci/issues/2662), measured on AWS, and
/// [java.util.Random](https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Random.html).
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturating is what Java does with a double that is no long"
)]
pub(super) fn seeded(seed: f64) -> f64 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    let mut state = ((seed as i64).cast_unsigned() ^ MULTIPLIER) & MASK;
    let mut bits = |count: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - count)
    };
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    let drawn = ((bits(26) << 27) + bits(27)) as f64;
    drawn / 9_007_199_254_740_992.0
}

#[cfg(test)]
mod tests {
    use super::seeded;

    #[test]
    #[expect(clippy::float_cmp, reason = "bit for bit")]
    fn the_numbers_are_those_of_aws() {
        assert_eq!(seeded(42.0), 0.727_563_680_032_868_1);
        assert_eq!(seeded(0.0), 0.730_967_787_376_657);
        assert_eq!(seeded(7.0), 0.730_699_042_060_042_1);
    }
}
