//! Retry and Catch.
//!
//! Source: [Handling errors in Step Functions
//! workflows](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).

use std::time::Duration;

use asl_document::{JitterStrategy, Retrier};
use rand::Rng;

use super::flow::{Flow, FlowId, Phase};
use super::steps::{Exit, Outcome};
use super::{Execution, Timer};
use crate::definition::{Program, StateNode, Target};
use crate::failure::Failure;

/// `IntervalSeconds` where a retrier says nothing.
const DEFAULT_INTERVAL_SECONDS: u64 = 1;
/// `MaxAttempts` where a retrier says nothing.
const DEFAULT_MAX_ATTEMPTS: u64 = 3;
/// `BackoffRate` where a retrier says nothing.
const DEFAULT_BACKOFF_RATE: f64 = 2.0;

impl Execution {
    /// A state failed: it is tried again, or the failure is caught, or it ends the flow.
    pub(super) fn fail(
        &mut self,
        program: &Program,
        id: FlowId,
        flow: Flow,
        node: &StateNode,
        failure: Failure,
    ) {
        if let Some(flow) = self.retry_later(id, flow, node, &failure) {
            self.catch(program, id, flow, node, failure);
        }
    }

    /// Sees to it that a state is tried again; gives the flow back if it is not to be.
    pub(super) fn retry_later(
        &mut self,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        failure: &Failure,
    ) -> Option<Flow> {
        let Some(delay) = self.next_retry(&mut flow, node, failure) else {
            return Some(flow);
        };
        self.set_timer(self.now.saturating_add(delay), Timer::Retry(id));
        flow.phase = Phase::Retrying;
        self.flows.insert(id, flow);
        None
    }

    /// A failure is caught, or it ends the flow.
    pub(super) fn catch(
        &mut self,
        program: &Program,
        id: FlowId,
        flow: Flow,
        node: &StateNode,
        failure: Failure,
    ) {
        let catcher = node
            .catch
            .iter()
            .enumerate()
            .find(|(_, catcher)| failure.matches(&catcher.errors));
        let Some((index, catcher)) = catcher else {
            return self.give_up(program, flow, failure);
        };
        let exit = Exit {
            assign: &catcher.assign,
            assign_field: &format!("Catch[{index}]/Assign"),
            output: catcher.output.as_ref(),
            output_field: &format!("Catch[{index}]/Output"),
            next: Target::State(catcher.next),
        };
        self.exit(program, id, flow, node, Outcome::Error(&failure.output()), &exit);
    }

    /// The pause before the next attempt, if there is to be one: the first retrier that names the error decides.
    fn next_retry(&mut self, flow: &mut Flow, node: &StateNode, failure: &Failure) -> Option<Duration> {
        let (index, retrier) = node
            .retry
            .iter()
            .enumerate()
            .find(|(_, retrier)| failure.matches(&retrier.error_equals))?;
        let used = flow.visit.retries.get_mut(index)?;
        if *used >= retrier.max_attempts.unwrap_or(DEFAULT_MAX_ATTEMPTS) {
            return None;
        }
        let longest = pause(retrier, *used);
        *used += 1;
        flow.visit.retry_count += 1;
        Some(match retrier.jitter_strategy {
            Some(JitterStrategy::Full) => self.part_of(longest),
            Some(JitterStrategy::None) | None => longest,
        })
    }

    /// A random duration from zero to `longest`, in whole milliseconds.
    fn part_of(&mut self, longest: Duration) -> Duration {
        let bound = longest.as_millis().saturating_add(1);
        let drawn = u128::from(self.random.next_u64()).saturating_mul(bound) >> 64;
        Duration::from_millis(u64::try_from(drawn).unwrap_or(u64::MAX))
    }

    /// The pause before an attempt is over.
    pub(super) fn retry_now(&mut self, program: &Program, id: FlowId) {
        let Some(mut flow) = self.flows.remove(&id) else {
            return;
        };
        let Some(node) = program.node(flow.level, flow.state) else {
            return;
        };
        flow.phase = Phase::Ready;
        flow.stopped = None;
        self.attempt(program, id, flow, node);
    }
}

/// The interval, multiplied by the rate for each retry before, and at most the maximum.
fn pause(retrier: &Retrier, used: u64) -> Duration {
    let interval = retrier.interval_seconds.unwrap_or(DEFAULT_INTERVAL_SECONDS);
    let rate = retrier.backoff_rate.unwrap_or(DEFAULT_BACKOFF_RATE);
    // A year is longer than any execution.
    let most = retrier.max_delay_seconds.unwrap_or(365 * 24 * 60 * 60);
    #[expect(clippy::cast_precision_loss, reason = "seconds of a retry are far below 2^53")]
    let (interval, most) = (interval as f64, most as f64);
    let seconds = interval * rate.powi(i32::try_from(used).unwrap_or(i32::MAX));
    Duration::try_from_secs_f64(seconds.min(most)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pauses_grow_by_the_rate_up_to_the_maximum() {
        let retrier: Retrier = serde_json::from_value(json!({
            "ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 1.5, "MaxDelaySeconds": 4,
        }))
        .unwrap();

        let pauses: Vec<u128> = (0..4).map(|used| pause(&retrier, used).as_millis()).collect();

        assert_eq!(pauses, [2000, 3000, 4000, 4000]);
    }

    #[test]
    fn the_language_has_its_defaults() {
        let retrier: Retrier = serde_json::from_value(json!({"ErrorEquals": ["States.ALL"]})).unwrap();

        let pauses: Vec<u64> = (0..3).map(|used| pause(&retrier, used).as_secs()).collect();

        assert_eq!(pauses, [1, 2, 4]);
    }

    #[test]
    fn an_overflowing_pause_is_bounded() {
        let retrier: Retrier =
            serde_json::from_value(json!({"ErrorEquals": ["States.ALL"], "BackoffRate": 10.0})).unwrap();

        assert_eq!(pause(&retrier, 4000), Duration::from_hours(365 * 24));
    }
}
