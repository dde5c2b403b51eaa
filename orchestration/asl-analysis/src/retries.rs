//! How often a state is tried again, and what passes in between.
//!
//! Source: [Retrying after an
//! error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error).

use std::time::Duration;

use asl_document::{ALL_ERRORS, HEARTBEAT_TIMEOUT, Retrier, State, TIMEOUT};

/// `IntervalSeconds`, `MaxAttempts` and `BackoffRate` where a retrier says nothing.
const DEFAULT_INTERVAL_SECONDS: u64 = 1;
const DEFAULT_MAX_ATTEMPTS: u64 = 3;
const DEFAULT_BACKOFF_RATE: f64 = 2.0;

/// The longest that `MaxDelaySeconds` may be, so that no pause is longer where it is absent: about a year.
const LONGEST_PAUSE_SECONDS: u64 = 31_622_400;

/// The names that a time-out answers to.
const TIME_OUTS: [&str; 3] = [ALL_ERRORS, TIMEOUT, HEARTBEAT_TIMEOUT];

/// So many pauses are added up one by one. Further ones count as the longest.
const ADDED_UP: u64 = 1_000;

/// The retriers of a state; none for the kinds that have no `Retry`.
pub fn retriers(state: &State) -> &[Retrier] {
    match state {
        State::Task(task) => &task.retry,
        State::Parallel(parallel) => &parallel.retry,
        State::Map(map) => &map.retry,
        _ => &[],
    }
}

/// The most retries: each retrier counts its own.
pub fn most_retries(state: &State) -> u64 {
    retriers(state)
        .iter()
        .map(max_attempts)
        .fold(0, u64::saturating_add)
}

/// All attempts that are followed by another: `failing` long, or as long as one may last where what is retried is that it
/// lasted too long.
pub fn retried_attempts(state: &State, failing: Duration, longest: Duration) -> Duration {
    let attempts = retriers(state).iter().map(|retrier| {
        let timed_out = |error: &String| TIME_OUTS.contains(&error.as_str());
        let lasts = if retrier.error_equals.iter().any(timed_out) {
            longest
        } else {
            failing
        };
        times(lasts, max_attempts(retrier))
    });
    attempts.fold(Duration::ZERO, Duration::saturating_add)
}

/// All pauses before retries, if all retries are needed: jitter makes none longer.
pub fn longest_pauses(state: &State) -> Duration {
    retriers(state)
        .iter()
        .map(pauses)
        .fold(Duration::ZERO, Duration::saturating_add)
}

fn pauses(retrier: &Retrier) -> Duration {
    let most = max_attempts(retrier);
    let single = (0..most.min(ADDED_UP))
        .map(|before| pause(retrier, before))
        .fold(Duration::ZERO, Duration::saturating_add);
    single.saturating_add(times(pause(retrier, most), most.saturating_sub(ADDED_UP)))
}

/// The interval, multiplied by the rate for each retry before, and at most the maximum.
fn pause(retrier: &Retrier, before: u64) -> Duration {
    let interval = retrier.interval_seconds.unwrap_or(DEFAULT_INTERVAL_SECONDS);
    let rate = retrier.backoff_rate.unwrap_or(DEFAULT_BACKOFF_RATE);
    let most = retrier.max_delay_seconds.unwrap_or(LONGEST_PAUSE_SECONDS);
    #[expect(clippy::cast_precision_loss, reason = "seconds of a retry are far below 2^53")]
    let (interval, most) = (interval as f64, most as f64);
    let seconds = interval * rate.powi(i32::try_from(before).unwrap_or(i32::MAX));
    Duration::try_from_secs_f64(seconds.min(most)).unwrap_or(Duration::ZERO)
}

fn max_attempts(retrier: &Retrier) -> u64 {
    retrier.max_attempts.unwrap_or(DEFAULT_MAX_ATTEMPTS)
}

/// So many times as long, or the longest that there is.
pub fn times(duration: Duration, times: u64) -> Duration {
    let nanos = duration.as_nanos().saturating_mul(u128::from(times));
    u64::try_from(nanos / 1_000_000).map_or(Duration::MAX, |millis| {
        Duration::from_millis(millis).saturating_add(Duration::from_nanos(
            u64::try_from(nanos % 1_000_000).unwrap_or_default(),
        ))
    })
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
    fn pauses_grow_up_to_the_longest() {
        let retrier = retrier(
            &json!({"IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 2.0, "MaxDelaySeconds": 5}),
        );

        assert_eq!(pauses(&retrier), Duration::from_secs(1 + 2 + 4 + 5 + 5));
    }

    #[test]
    fn the_language_has_its_defaults() {
        assert_eq!(pauses(&retrier(&json!({}))), Duration::from_secs(1 + 2 + 4));
    }

    #[test]
    fn a_hundred_million_retries_are_counted_at_once() {
        let retrier = retrier(&json!({"MaxAttempts": 99_999_999, "MaxDelaySeconds": 2}));

        assert_eq!(pauses(&retrier), Duration::from_secs(1 + 2 * 99_999_998));
    }
}
