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
}

impl Failure {
    pub(crate) fn new(error: impl Into<Arc<str>>, cause: impl Into<Arc<str>>) -> Self {
        Self {
            error: Some(error.into()),
            cause: Some(cause.into()),
        }
    }

    pub(crate) fn named(error: impl Into<Arc<str>>) -> Self {
        Self {
            error: Some(error.into()),
            cause: None,
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
    /// the timeouts; and `States.Timeout` is also the timeout of a heartbeat.
    pub(crate) fn matches(&self, names: &[String]) -> bool {
        // A Fail without an error matches as one of an empty name.
        let error = self.error.as_deref().unwrap_or_default();
        let terminal = error == RUNTIME || error == DATA_LIMIT_EXCEEDED;
        let timed_out = error == TIMEOUT || error == HEARTBEAT_TIMEOUT;
        names.iter().any(|name| match name.as_str() {
            ALL => !terminal,
            TASK_FAILED => error == TASK_FAILED || !(terminal || timed_out),
            TIMEOUT => timed_out,
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

    #[test]
    fn states_all_matches_every_error_but_the_terminal_ones() {
        assert!(matches(ALL, "Anything") && matches(ALL, TIMEOUT) && matches(ALL, QUERY_EVALUATION_ERROR));
        assert!(!matches(ALL, RUNTIME) && !matches(ALL, DATA_LIMIT_EXCEEDED));
        assert!(matches(DATA_LIMIT_EXCEEDED, DATA_LIMIT_EXCEEDED) && !matches(RUNTIME, RUNTIME));
    }

    #[test]
    fn states_task_failed_matches_every_error_but_time_outs() {
        assert!(matches(TASK_FAILED, "Anything") && matches(TASK_FAILED, TASK_FAILED));
        assert!(!matches(TASK_FAILED, TIMEOUT) && !matches(TASK_FAILED, HEARTBEAT_TIMEOUT));
    }

    #[test]
    fn states_timeout_matches_a_missed_heartbeat() {
        assert!(matches(TIMEOUT, HEARTBEAT_TIMEOUT) && matches(HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT));
        assert!(!matches(HEARTBEAT_TIMEOUT, TIMEOUT));
    }
}
