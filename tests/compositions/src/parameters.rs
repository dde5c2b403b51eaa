//! The table of parameters, `parameters.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Deserialize;

use crate::clock::Micros;
use crate::distribution::{Distribution, P10, P50, P90, P99};

/// What takes time. Each has a row in the table, by its name in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Latency {
    Network,
    InvokeFromOutside,
    Invoke,
    InvokeEvent,
    ServiceCall,
    StandardStart,
    StandardHop,
    Sqs,
    SnsToSqs,
    DurableOperation,
    DurableReplay,
    Compute,
    Dynamodb,
    Ses,
    Secret,
    Webhook,
}

/// What costs something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Item {
    LambdaRequest,
    LambdaGbSecond,
    ApiRequest,
    Transition,
    SqsRequest,
    SnsPublish,
    DurableOperation,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    pub(crate) latency: BTreeMap<Latency, LatencyRow>,
    pub(crate) price: BTreeMap<Item, PriceRow>,
}

/// A distribution in milliseconds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LatencyRow {
    pub(crate) what: String,
    pub(crate) p10: Option<f64>,
    pub(crate) p50: f64,
    pub(crate) p90: Option<f64>,
    pub(crate) p99: f64,
    /// The percentiles that are assumed although the source has others.
    #[serde(default)]
    pub(crate) assumed: Vec<String>,
    pub(crate) mark: Mark,
    pub(crate) source: String,
}

/// A price in dollars per million.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceRow {
    pub(crate) what: String,
    pub(crate) dollars: f64,
    pub(crate) source: String,
}

/// How far a row can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mark {
    Published,
    Measured,
    Assumed,
}

impl Mark {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Measured => "measured here",
            Self::Assumed => "assumed",
        }
    }
}

#[expect(clippy::expect_used, reason = "the table is part of the program")]
pub(crate) static PARAMETERS: LazyLock<Parameters> = LazyLock::new(|| {
    toml::from_str(include_str!("../parameters.toml")).expect("the table of parameters is well formed")
});

static DISTRIBUTIONS: LazyLock<BTreeMap<Latency, Distribution>> = LazyLock::new(|| {
    let rows = PARAMETERS.latency.iter();
    rows.map(|(latency, row)| (*latency, row.distribution()))
        .collect()
});

impl LatencyRow {
    fn distribution(&self) -> Distribution {
        let points = [
            (P10, self.p10),
            (P50, Some(self.p50)),
            (P90, self.p90),
            (P99, Some(self.p99)),
        ];
        Distribution::through(
            points
                .into_iter()
                .filter_map(|(deviate, millis)| Some((deviate, millis?))),
        )
    }
}

/// Draws the latencies of one run.
///
/// Each latency has a sequence of its own that follows from the seed alone. So the nth call of a service takes equally long in
/// all compositions, and they differ in what they do, not in their luck.
#[derive(Debug)]
pub(crate) struct Sampler {
    seed: u64,
    sequences: BTreeMap<Latency, ChaCha8Rng>,
}

impl Sampler {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            sequences: BTreeMap::new(),
        }
    }

    #[expect(clippy::expect_used, reason = "a test checks that the table has every row")]
    pub(crate) fn sample(&mut self, latency: Latency) -> Micros {
        let seed = self.seed;
        let random = self.sequences.entry(latency).or_insert_with(|| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(latency as u64);
            random
        });
        let distribution = DISTRIBUTIONS.get(&latency).expect("the table has every row");
        distribution.sample(random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_everything() {
        assert_eq!(PARAMETERS.latency.len(), Latency::Webhook as usize + 1);
        assert_eq!(PARAMETERS.price.len(), Item::DurableOperation as usize + 1);
    }

    #[test]
    fn percentiles_ascend() {
        for (latency, row) in &PARAMETERS.latency {
            let percentiles: Vec<_> = [row.p10, Some(row.p50), row.p90, Some(row.p99)]
                .into_iter()
                .flatten()
                .collect();

            assert!(percentiles.is_sorted_by(|a, b| a < b), "{latency:?}");
        }
    }
}
