//! Decisions: the steps of a path.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Outcome;
use crate::TaskId;

/// One step of a path, which can be stored as JSON and replayed later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Decision {
    /// The integration of a callback task responds; its token is still to be used.
    Submitted { state: String, task: TaskId },
    #[serde(rename = "comes")]
    Outcome {
        state: String,
        task: TaskId,
        outcome: Outcome,
    },
    /// Nothing happens until the next timer is due.
    TimePasses,
}

impl fmt::Display for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Submitted { state, task } => write!(formatter, "{state} ({task}) is submitted"),
            Self::Outcome { state, task, outcome } => write!(formatter, "{state} ({task}) {outcome}"),
            Self::TimePasses => formatter.write_str("time passes until the next timer"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReplayError {
    #[error("decision {number}, `{decision}`, is about a task that does not run then")]
    NotRunning { number: usize, decision: String },
    #[error("decision {number} lets time pass, but there is no timer then")]
    NoTimer { number: usize },
}
