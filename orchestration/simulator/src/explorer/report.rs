//! Reports: counts of paths, and the counterexample.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Decision;
use crate::{Execution, Status, timeline};

/// The result of an exploration. Displayed, it is a summary in a few lines.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// The distinct paths that were walked to their end.
    pub paths: u64,
    /// The paths that were sampled at random and walked to their end, because there were more than the bound. They may
    /// repeat others.
    pub sampled: u64,
    /// The paths that were cut: they have more decisions than the bound, or reached a task all of
    /// whose outcomes have been used up.
    pub cut: u64,
    /// The paths, sampled ones included, on which an invariant was violated.
    pub failing: u64,
    /// Whether every path was walked to its end or to its violation.
    pub complete: bool,
    /// How the paths ended, sampled ones included, and how many of them.
    pub endings: BTreeMap<Ending, u64>,
    /// The states that were entered on some path.
    pub visited: BTreeSet<String>,
    /// The states that were entered on no path.
    pub never_visited: BTreeSet<String>,
    /// The Parallel and Map states in which one branch or item aborted the others. Inside of them, all
    /// interleavings were tried, unless [`Interleavings::None`](super::Interleavings::None) was asked for.
    pub racing: BTreeSet<String>,
    /// The shortest path on which an invariant was violated: of all paths if the exploration is complete, otherwise of
    /// those that were walked.
    pub violation: Option<Violation>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let completeness = if self.complete {
            "all paths"
        } else {
            "not all paths"
        };
        writeln!(
            formatter,
            "{} paths walked, {} drawn, {} cut, {} failing: {completeness}",
            self.paths, self.sampled, self.cut, self.failing
        )?;
        for (ending, count) in &self.endings {
            writeln!(formatter, "{count:>10}  {ending}")?;
        }
        if !self.never_visited.is_empty() {
            let names: Vec<&str> = self.never_visited.iter().map(String::as_str).collect();
            writeln!(formatter, "never visited: {}", names.join(", "))?;
        }
        match &self.violation {
            Some(violation) => violation.fmt(formatter),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Ending {
    /// The status, as `DescribeExecution` names it; `RUNNING` if the execution waits for ever.
    pub status: &'static str,
    /// The output as JSON, or the name of the error.
    pub detail: Option<String>,
}

impl Ending {
    pub(super) fn of(status: &Status) -> Self {
        let detail = match status {
            Status::Succeeded { output } => Some(output.to_string()),
            Status::Failed { error, .. } => error.as_deref().map(str::to_owned),
            Status::Running | Status::TimedOut | Status::Aborted => None,
        };
        Self {
            status: status.name(),
            detail,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(formatter, "{} {detail}", self.status),
            None => formatter.write_str(self.status),
        }
    }
}

/// A counterexample: a path on which an invariant does not hold. Displayed, it is the path's decisions and its timeline.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Violation {
    pub invariant: String,
    pub message: String,
    /// The path, for [`Explorer::replay`](super::Explorer::replay).
    pub decisions: Vec<Decision>,
    pub execution: Execution,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "violated after {} decisions: {}: {}",
            self.decisions.len(),
            self.invariant,
            self.message
        )?;
        for (index, decision) in self.decisions.iter().enumerate() {
            writeln!(formatter, "{:>4}. {decision}", index + 1)?;
        }
        formatter.write_str(&timeline::render(self.execution.history()))
    }
}
