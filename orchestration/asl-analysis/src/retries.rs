//! Retry policies: the most attempts of a state, and the back-off between them.
//!
//! Source: [Retrying after an
//! error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error).

use std::time::Duration;

use asl_document::{ALL_ERRORS, HEARTBEAT_TIMEOUT, JitterStrategy, Retrier, State, TIMEOUT};

/// The defaults of `IntervalSeconds`, `MaxAttempts` and `BackoffRate`.
const DEFAULT_INTERVAL_SECONDS: u64 = 1;
const DEFAULT_MAX_ATTEMPTS: u64 = 3;
const DEFAULT_BACKOFF_RATE: f64 = 2.0;

/// The greatest `MaxDelaySeconds`, about a year, and thus the longest delay where it is absent.
const MAX_DELAY_SECONDS: u64 = 31_622_400;

/// The error names that match a timeout.
const TIMEOUT_ERRORS: [&str; 3] = [ALL_ERRORS, TIMEOUT, HEARTBEAT_TIMEOUT];

/// The delays that are added up one by one. Each further one counts as the longest.
const SUMMED_DELAYS: u64 = 1_000;

fn retriers(state: &State) -> &[Retrier] {
    match state {
        State::Task(task) => &task.retry,
        State::Parallel(parallel) => &parallel.retry,
        State::Map(map) => &map.retry,
        _ => &[],
    }
}

/// The most retries of a state: each retrier counts its own.
pub fn max_retries(state: &State) -> u64 {
    retriers(state)
        .iter()
        .map(max_attempts)
        .fold(0, u64::saturating_add)
}

/// The longest that all attempts before the last one take, with the delays after them; jitter makes no delay longer.
///
/// An attempt that is retried takes `failing`, or `longest` if it is retried after a timeout or an error in `waiting`.
pub(crate) fn longest_retries(
    state: &State,
    failing: Duration,
    longest: Duration,
    waiting: &[String],
) -> Duration {
    let retriers = retriers(state).iter().map(|retrier| {
        let is_late = |error: &String| TIMEOUT_ERRORS.contains(&error.as_str()) || waiting.contains(error);
        let attempt = if retrier.error_equals.iter().any(is_late) {
            longest
        } else {
            failing
        };
        times(attempt, max_attempts(retrier)).saturating_add(delays(retrier))
    });
    retriers.fold(Duration::ZERO, Duration::saturating_add)
}

/// What one retry policy of a state allows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RetryBudget {
    /// The errors that it retries.
    pub errors: Vec<String>,
    /// The most retries.
    pub retries: u64,
    /// All pauses before these retries together, each as long as it can be. With full jitter, half of it on average.
    pub pauses: Duration,
    /// Whether the pauses have full jitter.
    pub has_jitter: bool,
}

/// The retry policies of a state, in their order.
pub fn retry_budgets(state: &State) -> Vec<RetryBudget> {
    let budget = |retrier: &Retrier| RetryBudget {
        errors: retrier.error_equals.clone(),
        retries: max_attempts(retrier),
        pauses: delays(retrier),
        has_jitter: retrier.jitter_strategy == Some(JitterStrategy::Full),
    };
    retriers(state).iter().map(budget).collect()
}

fn delays(retrier: &Retrier) -> Duration {
    let count = max_attempts(retrier);
    let summed = (0..count.min(SUMMED_DELAYS))
        .map(|retry| delay(retrier, retry))
        .fold(Duration::ZERO, Duration::saturating_add);
    let further = count.saturating_sub(SUMMED_DELAYS);
    summed.saturating_add(times(delay(retrier, count), further))
}

/// The delay before a retry, counted from 0: exponential back-off up to the maximum.
fn delay(retrier: &Retrier, retry: u64) -> Duration {
    let interval = retrier.interval_seconds.unwrap_or(DEFAULT_INTERVAL_SECONDS);
    let rate = retrier.backoff_rate.unwrap_or(DEFAULT_BACKOFF_RATE);
    let max = retrier.max_delay_seconds.unwrap_or(MAX_DELAY_SECONDS);
    #[expect(clippy::cast_precision_loss, reason = "seconds of a retry are far below 2^53")]
    let (interval, max) = (interval as f64, max as f64);
    let seconds = interval * rate.powi(i32::try_from(retry).unwrap_or(i32::MAX));
    // A document may have a negative rate.
    Duration::try_from_secs_f64(seconds.min(max)).unwrap_or(Duration::ZERO)
}

fn max_attempts(retrier: &Retrier) -> u64 {
    retrier.max_attempts.unwrap_or(DEFAULT_MAX_ATTEMPTS)
}

/// The duration multiplied, saturating.
pub fn times(duration: Duration, times: u64) -> Duration {
    let nanos = duration.as_nanos().saturating_mul(u128::from(times));
    Duration::from_nanos_u128(nanos.min(Duration::MAX.as_nanos()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn retrier(fields: &serde_json::Value) -> Retrier {
        let mut all = json!({"ErrorEquals": ["States.ALL"]});
        all.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn delays_back_off_up_to_the_maximum() {
        let retrier = retrier(
            &json!({"IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 2.0, "MaxDelaySeconds": 5}),
        );

        assert_eq!(delays(&retrier), Duration::from_secs(1 + 2 + 4 + 5 + 5));
    }

    #[test]
    fn absent_fields_have_their_defaults() {
        assert_eq!(delays(&retrier(&json!({}))), Duration::from_secs(1 + 2 + 4));
    }

    #[test]
    fn delays_of_many_retries_are_not_summed_one_by_one() {
        let retrier = retrier(&json!({"MaxAttempts": 99_999_999, "MaxDelaySeconds": 2}));

        assert_eq!(delays(&retrier), Duration::from_secs(1 + 2 * 99_999_998));
    }
}
