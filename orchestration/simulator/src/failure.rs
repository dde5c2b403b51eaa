//! Failures of states, and which error names match them.
//!
//! Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).

use std::sync::Arc;

use serde_json::json;

use crate::SharedValue;
use crate::history::Details;

pub(crate) const ALL: &str = "States.ALL";
pub(crate) const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
pub(crate) const EXCEED_TOLERATED_FAILURES: &str = "States.ExceedToleratedFailureThreshold";
pub(crate) const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
pub(crate) const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";
pub(crate) const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";
pub(crate) const RUNTIME: &str = "States.Runtime";
pub(crate) const TASK_FAILED: &str = "States.TaskFailed";
pub(crate) const TIMEOUT: &str = "States.Timeout";

/// An error on its way to a Retry, a Catch or the end of the execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// A Fail state may name none.
    pub(crate) error: Option<Arc<str>>,
    pub(crate) cause: Option<Arc<str>>,
    /// Whether it is a time-out for want of a heartbeat. Only a Retry or a Catch can tell: the error is `States.Timeout`.
    is_missed_heartbeat: bool,
}

impl Failure {
    pub(crate) fn new(error: impl Into<Arc<str>>, cause: impl Into<Arc<str>>) -> Self {
        Self::of(Some(error.into()), Some(cause.into()))
    }

    pub(crate) fn named(error: impl Into<Arc<str>>) -> Self {
        Self::of(Some(error.into()), None)
    }

    pub(crate) fn of(error: Option<Arc<str>>, cause: Option<Arc<str>>) -> Self {
        Self {
            error,
            cause,
            is_missed_heartbeat: false,
        }
    }

    /// An attempt that exceeds its `TimeoutSeconds`.
    pub(crate) fn timeout() -> Self {
        Self::named(TIMEOUT)
    }

    /// An attempt whose heartbeat did not come: an error that is named as any other time-out, and has no cause either.
    ///
    /// Source: the snapshots of LocalStack's `test_heartbeats`, recorded on AWS.
    pub(crate) fn missed_heartbeat() -> Self {
        Self {
            is_missed_heartbeat: true,
            ..Self::timeout()
        }
    }

    pub(crate) fn error_name(&self) -> Arc<str> {
        self.error.clone().unwrap_or_else(|| TASK_FAILED.into())
    }

    /// Whether it ends the execution from wherever it is, without an event of the states around.
    ///
    /// Source: as for a Choice without a match.
    pub(crate) fn is_terminal(&self) -> bool {
        self.error.as_deref() == Some(RUNTIME)
    }

    pub(crate) fn details(&self) -> Details {
        Details::Failure {
            error: self.error.clone(),
            cause: self.cause.clone(),
        }
    }

    /// `$states.errorOutput`; what a Fail leaves out is an empty text there.
    pub(crate) fn output(&self) -> SharedValue {
        SharedValue::new(json!({
            "Error": self.error.as_deref().unwrap_or_default(),
            "Cause": self.cause.as_deref().unwrap_or_default(),
        }))
    }

    /// Whether a Retry or a Catch with these names matches the error.
    ///
    /// `States.ALL` is every error but the two that are terminal; `States.TaskFailed` every one but those and
    /// the timeouts. A missed heartbeat is matched by `States.HeartbeatTimeout` and by `States.Timeout`, as measured on AWS:
    /// [floci#2782](https://github.com/floci-io/floci/pull/2782).
    pub(crate) fn matches(&self, names: &[String]) -> bool {
        // A Fail without an error matches as one of an empty name.
        let error = self.error.as_deref().unwrap_or_default();
        let terminal = error == RUNTIME || error == DATA_LIMIT_EXCEEDED;
        names.iter().any(|name| match name.as_str() {
            ALL => !terminal,
            TASK_FAILED => error == TASK_FAILED || !(terminal || error == TIMEOUT),
            HEARTBEAT_TIMEOUT => self.is_missed_heartbeat || error == HEARTBEAT_TIMEOUT,
            // It "will always cause the execution to fail".
            RUNTIME => false,
            name => name == error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(name: &str, error: &str) -> bool {
        Failure::named(error).matches(&[name.to_owned()])
    }

    fn matches_missed_heartbeat(name: &str) -> bool {
        Failure::missed_heartbeat().matches(&[name.to_owned()])
    }

    #[test]
    fn states_all_matches_every_error_but_the_terminal_ones() {
        assert!(matches(ALL, "Anything") && matches(ALL, TIMEOUT) && matches(ALL, QUERY_EVALUATION_ERROR));
        assert!(!matches(ALL, RUNTIME) && !matches(ALL, DATA_LIMIT_EXCEEDED));
        assert!(matches(DATA_LIMIT_EXCEEDED, DATA_LIMIT_EXCEEDED) && !matches(RUNTIME, RUNTIME));
    }

    #[test]
    fn states_task_failed_matches_every_error_but_time_outs() {
        assert!(matches(TASK_FAILED, "Anything") && matches(TASK_FAILED, TASK_FAILED));
        assert!(!matches(TASK_FAILED, TIMEOUT) && !matches_missed_heartbeat(TASK_FAILED));
    }

    #[test]
    fn a_missed_heartbeat_is_a_timeout_that_either_name_matches() {
        assert_eq!(Failure::missed_heartbeat().output(), Failure::timeout().output());
        for name in [TIMEOUT, HEARTBEAT_TIMEOUT, ALL] {
            assert!(matches_missed_heartbeat(name), "{name}");
        }
        assert!(!matches_missed_heartbeat("Other"));
    }

    #[test]
    fn an_exceeded_timeout_is_no_missed_heartbeat() {
        assert!(matches(TIMEOUT, TIMEOUT) && !matches(HEARTBEAT_TIMEOUT, TIMEOUT));
    }
}
