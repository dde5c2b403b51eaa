//! What a path comes to, without retries.

use std::time::Duration;

use super::span::{Span, Together};
use asl_analysis::graph::{Edge, Trigger};
use asl_analysis::{Hints, concurrency, is_distributed, is_express, timeout};
use asl_document::{MapState, Number, State, TaskState};

/// What Step Functions needs from the end of one task to the beginning of the next: the median at 1 KiB of payload.
///
/// Source: the raw data of [SeBS-Flow, EuroSys 2025](https://doi.org/10.1145/3689031.3717465).
///
/// ```
/// # use shop::*;
/// use asl::Function;
///
/// use std::time::Duration;
///
/// use asl_reports::{PriceTable, Report, USUAL_CALL, USUAL_HOP};
///
/// let place_order = PlaceOrder::define(|order| {
///     charge(order).catch_all(|_| failed("NotCharged"))
/// });
/// let mut hints = place_order.hints();
/// let machine = place_order.build()?;
/// let report = Report::of("PlaceOrder", &machine, &hints, &PriceTable::US_EAST_1);
/// assert_eq!(report.undisturbed.unwrap().expected.least, USUAL_HOP + USUAL_CALL);
///
/// let bank = Duration::from_millis(700);
/// hints.expected.insert("Charge".to_owned(), bank);
/// let report = Report::of("PlaceOrder", &machine, &hints, &PriceTable::US_EAST_1);
/// assert_eq!(report.undisturbed.unwrap().expected.least, USUAL_HOP + bank);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const USUAL_HOP: Duration = Duration::from_millis(160);

/// What a call takes of which nothing else is known: a function in Rust with the AWS SDK, 128 MB of memory and a
/// connection that stands.
///
/// Source: [a measurement of March 2026](https://shinyaz.com/en/til/2026/03/31/aws-sdk-rust-lazy-tls-connection).
/// See [`USUAL_HOP`].
pub const USUAL_CALL: Duration = Duration::from_millis(21);

/// What a path comes to. Without retries: each would be one more transition and one more request.
///
/// ```
/// # use shop::*;
/// use asl::Function;
/// use asl_reports::{PriceTable, Report, Span};
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
/// let totals = report.undisturbed.unwrap();
/// assert_eq!(totals.transitions, Span { least: 2, most: Some(2) });
/// assert_eq!(totals.requests, Span { least: 0, most: Some(1) });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// State transitions as Step Functions bills them: one per state that is entered, and one per execution that a
    /// distributed Map starts. The states of its Express executions are billed otherwise, and not counted.
    ///
    /// Source: [Step Functions pricing](https://aws.amazon.com/step-functions/pricing/), "Standard Workflows pricing
    /// details", and [Transitions in Distributed Map
    /// state](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-transitions.html).
    pub transitions: Span<u64>,
    /// Calls of Lambda functions.
    pub requests: Span<u64>,
    /// How long it usually takes: see [`Hints::expected`]. A time-out that is caught takes all of its time.
    pub expected: Span<Duration>,
}

impl Totals {
    pub(super) const NOTHING: Self = Self {
        transitions: Span::NOTHING,
        requests: Span::NOTHING,
        expected: Span::NOTHING,
    };

    /// Both, one after the other.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            transitions: self.transitions.plus(other.transitions),
            requests: self.requests.plus(other.requests),
            expected: self.expected.plus(other.expected),
        }
    }

    /// One of both, and nobody knows which.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            transitions: self.transitions.or(other.transitions),
            requests: self.requests.or(other.requests),
            expected: self.expected.or(other.expected),
        }
    }

    /// Both side by side.
    pub(super) fn beside(self, other: Self) -> Self {
        Self {
            expected: self.expected.beside(other.expected),
            ..self.plus(other)
        }
    }

    /// Whatever of it was reached when something else failed: at least `begun` states.
    pub(super) fn cut_short(self, begun: u64) -> Self {
        Self {
            transitions: Span {
                least: begun,
                ..self.transitions
            },
            requests: self.requests.at_most(),
            expected: self.expected.at_most(),
        }
    }

    /// For each of a Map's items.
    pub(super) fn per_item(self, map: &MapState, items: Span<u64>) -> Self {
        let turns = Span {
            least: items.least.div_ceil(concurrency(map)),
            most: items.most.map(|most| most.div_ceil(concurrency(map))),
        };
        let started = Span::exactly(u64::from(is_distributed(map)));
        let billed = if is_express(map) {
            Span::NOTHING
        } else {
            self.transitions
        };
        Self {
            transitions: started.plus(billed).times(items),
            requests: self.requests.times(items),
            expected: self.expected.times(turns),
        }
    }
}

/// What one stay in a state comes to, without what is inside of it.
pub(super) fn of_stay(name: &str, state: &State, edge: Option<Edge<'_>>, hints: &Hints) -> Totals {
    let (requests, expected) = match state {
        State::Task(task) => (
            u64::from(task.resource.contains(":lambda:")),
            of_task(name, task, edge, hints),
        ),
        State::Wait(wait) => (
            0,
            match wait.seconds {
                Some(Number::Literal(seconds)) => Span::exactly(Duration::from_secs(seconds)),
                _ => UNKNOWN,
            },
        ),
        _ => (0, Span::NOTHING),
    };
    Totals {
        transitions: Span::exactly(1),
        requests: Span::exactly(requests),
        expected,
    }
}

const UNKNOWN: Span<Duration> = Span {
    least: Duration::ZERO,
    most: None,
};

fn of_task(name: &str, task: &TaskState, edge: Option<Edge<'_>>, hints: &Hints) -> Span<Duration> {
    if let Some(Edge {
        trigger: Trigger::Caught(errors),
        ..
    }) = edge
        && errors == ["States.Timeout"]
    {
        return timeout(task).map_or(UNKNOWN, Span::exactly);
    }
    let call = hints.expected.get(name).copied().unwrap_or(USUAL_CALL);
    Span::exactly(USUAL_HOP.saturating_add(call))
}
