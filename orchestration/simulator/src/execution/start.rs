//! The start and the status of an execution.

use std::sync::Arc;

use rand::Rng;
use serde_json::Value;

use crate::random::uuid;
use crate::{EpochMillis, SharedValue, WorkflowType};

/// What an execution is started with.
///
/// ```
/// use serde_json::json;
/// use simulator::{EpochMillis, Start};
///
/// let start = Start { seed: 7, now: EpochMillis::new(0), ..Start::new("sign-up-1", json!({})) };
/// assert_eq!(start.machine_name, "machine");
/// ```
#[derive(Debug, Clone)]
pub struct Start {
    pub name: String,
    /// The machine's name; `machine` by default.
    pub machine_name: String,
    pub input: Value,
    /// The time; 2025-01-01T00:00:00Z by default.
    pub now: EpochMillis,
    /// The seed of everything random: jitter, tokens, `$random`, `$uuid`. 0 by default.
    pub seed: u64,
    /// Standard by default.
    pub workflow_type: WorkflowType,
    /// The region in ARNs; `us-east-1` by default.
    pub region: String,
    /// The account in ARNs; `123456789012` by default.
    pub account: String,
    /// The machine's role; one named `machine` by default.
    pub role_arn: String,
}

impl Start {
    /// A start with a name and an input, and defaults for the rest.
    pub fn new(name: impl Into<String>, input: Value) -> Self {
        Self {
            name: name.into(),
            machine_name: "machine".to_owned(),
            input,
            now: EpochMillis::new(1_735_689_600_000),
            seed: 0,
            workflow_type: WorkflowType::Standard,
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            role_arn: "arn:aws:iam::123456789012:role/machine".to_owned(),
        }
    }

    /// A start with a random name and seed, for an execution that another one starts.
    pub(crate) fn seeded(random: &mut impl Rng, input: Value) -> Self {
        Self {
            seed: random.next_u64(),
            ..Self::new(uuid(random), input)
        }
    }

    pub(crate) fn machine_arn(&self) -> String {
        format!(
            "arn:aws:states:{}:{}:stateMachine:{}",
            self.region, self.account, self.machine_name
        )
    }

    pub(crate) fn execution_arn(&self) -> String {
        let kind = match self.workflow_type {
            WorkflowType::Standard => "execution",
            WorkflowType::Express => "express",
        };
        format!(
            "arn:aws:states:{}:{}:{kind}:{}:{}",
            self.region, self.account, self.machine_name, self.name
        )
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    Running,
    Succeeded {
        output: SharedValue,
    },
    /// It ended with an error that nothing caught.
    Failed {
        /// The error's name; a Fail state may give none.
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// It took longer than the machine's `TimeoutSeconds`.
    TimedOut,
    Aborted,
}

impl Status {
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running)
    }

    pub fn output(&self) -> Option<&Value> {
        match self {
            Self::Succeeded { output } => Some(output),
            _ => None,
        }
    }

    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed { error, .. } => error.as_deref(),
            _ => None,
        }
    }

    /// The status as `DescribeExecution` names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded { .. } => "SUCCEEDED",
            Self::Failed { .. } => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}
