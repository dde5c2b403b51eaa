//! Transitions, requests and expected duration of a path.

use std::time::Duration;

use super::interval::Interval;
use super::walks::Visit;
use asl_analysis::{Hints, concurrency, is_distributed, is_express, timeout};
use asl_document::{MapState, Number, State, TIMEOUT, TaskState};

/// The latency of Step Functions between two tasks: the median at 1 KiB of payload.
///
/// Source: the raw data of [SeBS-Flow, EuroSys 2025](https://doi.org/10.1145/3689031.3717465).
///
/// ```
/// # use shop::*;
/// use asl::Function;
///
/// use std::time::Duration;
///
/// use asl_reports::{PriceTable, Report, TYPICAL_CALL, TYPICAL_HOP};
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let mut hints = place_order.hints();
/// let machine = place_order.build()?;
/// let report = Report::of("PlaceOrder", &machine, &hints, &PriceTable::US_EAST_1);
/// assert_eq!(report.error_free.unwrap().expected.min, TYPICAL_HOP + TYPICAL_CALL);
///
/// let bank = Duration::from_millis(700);
/// hints.expected.insert("Charge".to_owned(), bank);
/// let report = Report::of("PlaceOrder", &machine, &hints, &PriceTable::US_EAST_1);
/// assert_eq!(report.error_free.unwrap().expected.min, TYPICAL_HOP + bank);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const TYPICAL_HOP: Duration = Duration::from_millis(160);

/// The duration of a call without a hint: a function in Rust with the AWS SDK, 128 MB of memory and an open connection.
///
/// Source: [a measurement of March 2026](https://shinyaz.com/en/til/2026/03/31/aws-sdk-rust-lazy-tls-connection).
/// See [`TYPICAL_HOP`].
pub const TYPICAL_CALL: Duration = Duration::from_millis(21);

/// The totals of a path. Without retries: each would add one transition and one request.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_reports::{Interval, PriceTable, Report};
///
/// let place_order = PlaceOrder::define(|order| {
///     asl::choose("IsGift")
///         .when(order.gift, receipt("Free", "r-0"))
///         .otherwise(charge(order).catch_all(|_| failed("NotCharged")))
/// });
/// let machine = place_order.build()?;
/// let report =
///     Report::of("PlaceOrder", &machine, &place_order.hints(), &PriceTable::US_EAST_1);
///
/// let totals = report.error_free.unwrap();
/// assert_eq!(totals.transitions, Interval { min: 2, max: Some(2) });
/// assert_eq!(totals.requests, Interval { min: 0, max: Some(1) });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// State transitions as Step Functions bills them: one per state that is entered, and one per child execution of a
    /// distributed Map. The states of Express child executions are billed otherwise, and not counted.
    ///
    /// Source: [Step Functions pricing](https://aws.amazon.com/step-functions/pricing/), "Standard Workflows pricing
    /// details", and [Transitions in Distributed Map
    /// state](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html).
    pub transitions: Interval<u64>,
    /// Calls of Lambda functions.
    pub requests: Interval<u64>,
    /// The usual duration: see [`Hints::expected`]. A caught timeout takes all of its time.
    pub expected: Interval<Duration>,
}

impl Totals {
    pub(super) const ZERO: Self = Self {
        transitions: Interval::ZERO,
        requests: Interval::ZERO,
        expected: Interval::ZERO,
    };

    /// Both, one after the other.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            transitions: self.transitions.plus(other.transitions),
            requests: self.requests.plus(other.requests),
            expected: self.expected.plus(other.expected),
        }
    }

    /// Either of both.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            transitions: self.transitions.or(other.transitions),
            requests: self.requests.or(other.requests),
            expected: self.expected.or(other.expected),
        }
    }

    /// Both in parallel.
    pub(super) fn parallel(self, other: Self) -> Self {
        Self {
            expected: self.expected.max(other.expected),
            ..self.plus(other)
        }
    }

    /// Any part of it, because of an error elsewhere: at least `min_transitions`.
    pub(super) fn aborted(self, min_transitions: u64) -> Self {
        Self {
            transitions: Interval {
                min: min_transitions,
                ..self.transitions
            },
            requests: self.requests.at_most(),
            expected: self.expected.at_most(),
        }
    }

    /// Once for each of a Map's items.
    pub(super) fn per_item(self, map: &MapState, items: Interval<u64>) -> Self {
        let batches = Interval {
            min: items.min.div_ceil(concurrency(map)),
            max: items.max.map(|max| max.div_ceil(concurrency(map))),
        };
        let started = Interval::exactly(u64::from(is_distributed(map)));
        let billed = if is_express(map) {
            Interval::ZERO
        } else {
            self.transitions
        };
        Self {
            transitions: started.plus(billed).times(items),
            requests: self.requests.times(items),
            expected: self.expected.times(batches),
        }
    }

    /// One visit of a state, without the levels inside of it.
    pub(super) fn of_visit(visit: &Visit<'_>, hints: &Hints) -> Self {
        let (requests, expected) = match visit.state {
            State::Task(task) => {
                let is_lambda = task.resource.contains(":lambda:");
                (u64::from(is_lambda), expected(visit, task, hints))
            }
            State::Wait(wait) => match wait.seconds {
                Some(Number::Literal(seconds)) => (0, Interval::exactly(Duration::from_secs(seconds))),
                _ => (0, UNKNOWN),
            },
            _ => (0, Interval::ZERO),
        };
        Self {
            transitions: Interval::exactly(1),
            requests: Interval::exactly(requests),
            expected,
        }
    }
}

const UNKNOWN: Interval<Duration> = Interval {
    min: Duration::ZERO,
    max: None,
};

fn expected(visit: &Visit<'_>, task: &TaskState, hints: &Hints) -> Interval<Duration> {
    if visit.caught().is_some_and(|errors| errors == [TIMEOUT]) {
        return timeout(task).map_or(UNKNOWN, Interval::exactly);
    }
    let call = hints.expected.get(visit.name).copied().unwrap_or(TYPICAL_CALL);
    Interval::exactly(TYPICAL_HOP.saturating_add(call))
}
