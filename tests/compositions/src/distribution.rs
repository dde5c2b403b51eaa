//! Distributions of latencies from published percentiles.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use crate::clock::Micros;

/// A distribution whose logarithm is piecewise normal: through each percentile, with a line between two of them.
///
/// With two percentiles it is a log-normal distribution. With more it has each of them exactly, where one log-normal
/// distribution would miss the tail: published tails are heavier than its.
#[derive(Debug, Clone)]
pub(crate) struct Distribution {
    /// Standard normal deviates and logarithms of milliseconds, ascending.
    points: Vec<(f64, f64)>,
}

/// Deviates beyond which nothing is extrapolated: no latency is below the one percent or above the thousandth slowest.
const DEVIATES: std::ops::RangeInclusive<f64> = -2.326_347_9..=3.090_232_3;

/// The standard normal deviate of each percentile that the table may have.
pub(crate) const P10: f64 = -1.281_551_6;
pub(crate) const P50: f64 = 0.0;
pub(crate) const P90: f64 = 1.281_551_6;
pub(crate) const P99: f64 = 2.326_347_9;

impl Distribution {
    /// Through these deviates and milliseconds, at least two, ascending.
    pub(crate) fn through(points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let points = points
            .into_iter()
            .map(|(deviate, millis)| (deviate, libm::log(millis)));
        Self {
            points: points.collect(),
        }
    }

    /// The latency at a standard normal deviate.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a latency of minutes in microseconds is far below the limits"
    )]
    fn at(&self, deviate: f64) -> Micros {
        let deviate = deviate.clamp(*DEVIATES.start(), *DEVIATES.end());
        let segments = self.points.windows(2);
        let last = segments.len().saturating_sub(1);
        let segment = segments.enumerate().find_map(|(index, pair)| match *pair {
            [from, to] if deviate <= to.0 || index == last => Some((from, to)),
            _ => None,
        });
        let logarithm = match segment {
            Some((from, to)) => from.1 + (to.1 - from.1) * (deviate - from.0) / (to.0 - from.0),
            None => self.points.first().map_or(0.0, |point| point.1),
        };
        // `libm`, and not the platform's: every machine gets the same bytes.
        libm::round(libm::exp(logarithm) * 1_000.0) as Micros
    }

    pub(crate) fn sample(&self, random: &mut ChaCha8Rng) -> Micros {
        self.at(standard_normal(random))
    }
}

/// A standard normal deviate, by the [Box-Muller
/// transform](https://en.wikipedia.org/wiki/Box%E2%80%93Muller_transform).
fn standard_normal(random: &mut ChaCha8Rng) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(uniform(random)));
    radius * libm::cos(std::f64::consts::TAU * uniform(random))
}

/// A number in `(0, 1]`.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit into a double")]
fn uniform(random: &mut ChaCha8Rng) -> f64 {
    let bits = random.next_u64() >> 11;
    (bits + 1) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn samples_have_the_percentiles_that_were_given() {
        let given = [(P10, 73.0), (P50, 99.1), (P90, 133.0), (P99, 250.0)];
        let distribution = Distribution::through(given);
        let mut random = ChaCha8Rng::seed_from_u64(1);

        let mut samples: Vec<_> = (0..100_000).map(|_| distribution.sample(&mut random)).collect();

        samples.sort_unstable();
        for (index, (_, millis)) in [10_000, 50_000, 90_000, 99_000].into_iter().zip(given) {
            let found = samples[index];
            let given = Distribution::through([(P50, millis), (P99, 2.0 * millis)]).at(P50);
            assert!(found.abs_diff(given) < given / 33, "{found} µs for {millis} ms");
        }
    }

    #[test]
    fn two_percentiles_make_a_log_normal_distribution() {
        let distribution = Distribution::through([(P50, 10.0), (P99, 40.0)]);

        assert_eq!(distribution.at(P50), 10_000);
        assert_eq!(distribution.at(P99), 40_000);
        assert_eq!(distribution.at(-P99), 2_500, "below the median as above it");
    }
}
