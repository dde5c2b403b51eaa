//! Retry policies with back-off, and catchers.
//!
//! A task fails with `Busy`. Its state has one retrier, `{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts":
//! 2}`, and one catcher for `States.ALL`:
//!
//! ```text
//! 1st failure   retries: [0] -> [1]   Timer::Retry after 2 s, then `run_state` starts the 2nd attempt
//! 2nd failure   retries: [1] -> [2]   Timer::Retry after 4 s, the back-off rate being 2
//! 3rd failure   retries: [2]          used up: `catch_or_fail_flow` exits to the catcher's state, with $states.errorOutput
//! ```
//!
//! Without the catcher, `fail_flow` ends the flow: the failure is then that of the Parallel or Map around it, or of the
//! execution.
//!
//! Source: [Handling errors in Step Functions
//! workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).

use std::sync::Arc;
use std::time::Duration;

use asl_document::{JitterStrategy, Retrier};

use super::cursor::Cursor;
use super::flow::{FlowId, Phase};
use super::lifecycle::{Exit, StateResult};
use super::{Execution, Timer};
use crate::definition::Target;
use crate::failure::Failure;
use crate::invariant::Invariant;
use crate::random::below;

const DEFAULT_INTERVAL_SECONDS: u64 = 1;
const DEFAULT_MAX_ATTEMPTS: u64 = 3;
const DEFAULT_BACKOFF_RATE: f64 = 2.0;

impl Execution {
    /// Retries a state that has failed, or takes a catcher, or ends the flow.
    pub(super) fn fail_state(&mut self, cursor: Cursor, failure: Failure) {
        if let Err(cursor) = self.try_schedule_retry(cursor, &failure) {
            self.catch_or_fail_flow(cursor, failure);
        }
    }

    /// Schedules a retry.
    ///
    /// # Errors
    ///
    /// The cursor, if no retrier matches the error or its retries are used up.
    pub(super) fn try_schedule_retry(&mut self, mut cursor: Cursor, failure: &Failure) -> Result<(), Cursor> {
        let Some(delay) = self.next_delay(&mut cursor, failure) else {
            return Err(cursor);
        };
        self.set_timer(self.now.saturating_add(delay), Timer::Retry(cursor.id));
        self.park(cursor, Phase::Retrying);
        Ok(())
    }

    /// Exits to the first catcher that matches the error, or ends the flow.
    pub(super) fn catch_or_fail_flow(&mut self, cursor: Cursor, failure: Failure) {
        let node = Arc::clone(&cursor.node);
        let catcher = node
            .catch
            .iter()
            .enumerate()
            .find(|(_, catcher)| failure.matches(&catcher.errors));
        let Some((index, catcher)) = catcher else {
            return self.fail_flow(cursor, failure);
        };
        let exit = Exit {
            assign: &catcher.assign,
            assign_field: &format!("Catch[{index}]/Assign"),
            output: catcher.output.as_ref(),
            output_field: &format!("Catch[{index}]/Output"),
            next: Target::State(catcher.next),
        };
        self.exit_via(cursor, StateResult::Error(&failure.output()), &exit);
    }

    /// The delay before a retry, if there is to be one: the first retrier that matches the error decides.
    fn next_delay(&mut self, cursor: &mut Cursor, failure: &Failure) -> Option<Duration> {
        let node = Arc::clone(&cursor.node);
        let (index, retrier) = node
            .retry
            .iter()
            .enumerate()
            .find(|(_, retrier)| failure.matches(&retrier.error_equals))?;
        let used = cursor.visit.retries.get_mut(index);
        let used = used.expect_invariant("each retrier of the state that was entered has its counter");
        if *used >= retrier.max_attempts.unwrap_or(DEFAULT_MAX_ATTEMPTS) {
            return None;
        }
        let longest = back_off(retrier, *used);
        *used += 1;
        cursor.visit.retry_count += 1;
        Some(match retrier.jitter_strategy {
            Some(JitterStrategy::Full) => self.up_to(longest),
            Some(JitterStrategy::None) | None => longest,
        })
    }

    /// A random duration from zero to `longest`, in whole milliseconds.
    fn up_to(&mut self, longest: Duration) -> Duration {
        let millis = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(below(millis.saturating_add(1), &mut self.random))
    }

    pub(super) fn retry_now(&mut self, id: FlowId) {
        let mut cursor = self.take(id);
        cursor.phase = Phase::Ready;
        cursor.stopped_fork = None;
        self.run_state(cursor);
    }
}

/// Exponential back-off: the interval, multiplied by the rate for each retry before, and at most the maximum.
fn back_off(retrier: &Retrier, used: u64) -> Duration {
    let interval = retrier.interval_seconds.unwrap_or(DEFAULT_INTERVAL_SECONDS);
    let rate = retrier.backoff_rate.unwrap_or(DEFAULT_BACKOFF_RATE);
    // A year is longer than any execution.
    let most = retrier.max_delay_seconds.unwrap_or(365 * 24 * 60 * 60);
    #[expect(clippy::cast_precision_loss, reason = "seconds of a retry are far below 2^53")]
    let (interval, most) = (interval as f64, most as f64);
    let seconds = interval * rate.powi(i32::try_from(used).unwrap_or(i32::MAX));
    Duration::try_from_secs_f64(seconds.min(most))
        .expect_invariant("a checked retrier backs off by a positive time of at most a year")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn back_off_multiplies_the_interval_up_to_max_delay_seconds() {
        let retrier: Retrier = serde_json::from_value(json!({
            "ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 1.5, "MaxDelaySeconds": 4,
        }))
        .unwrap();

        let delays: Vec<u128> = (0..4).map(|used| back_off(&retrier, used).as_millis()).collect();

        assert_eq!(delays, [2000, 3000, 4000, 4000]);
    }

    #[test]
    fn a_retrier_without_fields_backs_off_by_the_defaults() {
        let retrier: Retrier = serde_json::from_value(json!({"ErrorEquals": ["States.ALL"]})).unwrap();

        let delays: Vec<u64> = (0..3).map(|used| back_off(&retrier, used).as_secs()).collect();

        assert_eq!(delays, [1, 2, 4]);
    }

    #[test]
    fn an_overflowing_back_off_is_bounded() {
        let retrier: Retrier =
            serde_json::from_value(json!({"ErrorEquals": ["States.ALL"], "BackoffRate": 10.0})).unwrap();

        assert_eq!(back_off(&retrier, 4000), Duration::from_hours(365 * 24));
    }
}
