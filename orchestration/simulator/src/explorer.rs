//! Model checking: every path of an execution, with invariants.
//!
//! From a machine, an input and a table of the possible outcomes of each task, an [`Explorer`] walks every path: at
//! each decision the execution is cloned, once for each choice. Invariants are checked on the way, and the
//! counterexample, the shortest path that violates one, can be printed and replayed.
//!
//! ```
//! use serde_json::json;
//! use simulator::explorer::{Explorer, Outcome, Outcomes};
//! use simulator::{Machine, Start};
//!
//! let machine = Machine::from_json(
//!     r#"{"QueryLanguage": "JSONata", "StartAt": "Pack", "States": {
//!         "Pack": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:pack",
//!             "Catch": [{"ErrorEquals": ["SoldOut"], "Next": "Apologise"}], "Next": "Send"},
//!         "Send": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:send", "End": true},
//!         "Apologise": {"Type": "Pass", "End": true}}}"#,
//! )?;
//! let outcomes = Outcomes::new()
//!     .of("Pack", [Outcome::success(json!("box")), Outcome::failure("SoldOut")])
//!     .of("Send", [Outcome::success(json!("sent")), Outcome::failure("Lost")]);
//! let explorer = Explorer::new(machine, Start::new("order", json!({})), outcomes)?
//!     .at_end("every packed order is sent", |execution| match execution.status().error() {
//!         Some(error) => Err(format!("it failed with {error}")),
//!         None => Ok(()),
//!     });
//!
//! let report = explorer.explore();
//!
//! assert!(report.complete && report.paths == 3 && report.never_visited.is_empty());
//! let violation = report.violation.unwrap();
//! assert_eq!(violation.message, "it failed with Lost");
//! let replayed = explorer.replay(&violation.decisions)?;
//! assert_eq!(replayed.status().error(), Some("Lost"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Paths
//!
//! * A task has one of its outcomes at once, or stays silent until it times out. How long a task takes is varied only
//!   by what else happens before it ends: see [`Interleavings`].
//! * A failure that the state retries either passes after one attempt or lasts until the retries are used up: see
//!   [`Retries`].
//! * A path ends when the execution does, or when nothing more can happen to it: it then waits for ever, and
//!   [`Explorer::always_ends`] finds that (a liveness check).
//! * Random numbers (jitter, `$random`, `$uuid`) are not varied: they follow from [`Start::seed`].
//!
//! States are not merged: two paths that lead to the same state are both walked to their ends, since their
//! histories differ and an invariant may read them.

use std::fmt;

use crate::{Execution, Machine, Start};

mod decision;
mod node;
mod outcome;
mod report;
mod search;

pub use decision::{Decision, ReplayError};
pub use outcome::{Outcome, Outcomes, OutcomesError};
pub use report::{Ending, Report, Violation};

use node::Node;
use outcome::Table;
use search::Search;

/// The interleavings of parallel branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Interleavings {
    /// Only one: tasks end in the order in which they were started, before any time passes. Many branches then cost no
    /// more than their outcomes.
    None,
    /// All while a Parallel or a Map runs that fails on some path, since one branch can then abort the others; otherwise
    /// one, since branches are independent and their order changes only the history and the times (a partial-order
    /// reduction). The default.
    #[default]
    AroundFailures,
    /// All, of the ends of tasks among each other and with every timer: for invariants about the order of events in
    /// different branches. Their number grows fast.
    All,
}

/// How the attempts of a state that is retried are varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Retries {
    /// After a failure that the state retries, the next attempt either has an outcome that is not retried,
    /// or fails in the same way, and then so do all that follow. With 60 attempts and two such failures, these are
    /// a handful of paths. The default.
    #[default]
    Collapsed,
    /// Every attempt has any outcome. For states with few attempts.
    Free,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    AtTheEnd,
}

/// Returns why the invariant does not hold.
type Holds = dyn Fn(&Execution) -> Result<(), String>;

struct Check {
    name: String,
    when: When,
    holds: Box<Holds>,
}

/// Walks the paths of a machine; the [module](self) has an example.
pub struct Explorer {
    machine: Machine,
    start: Start,
    table: Table,
    invariants: Vec<Check>,
    interleavings: Interleavings,
    retries: Retries,
    max_paths: u64,
    max_depth: usize,
    samples: u64,
    sample_seed: u64,
}

impl fmt::Debug for Explorer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let invariants: Vec<&str> = self.invariants.iter().map(|check| check.name.as_str()).collect();
        formatter
            .debug_struct("Explorer")
            .field("machine", &self.machine)
            .field("invariants", &invariants)
            .field("interleavings", &self.interleavings)
            .field("retries", &self.retries)
            .field("max_paths", &self.max_paths)
            .field("max_depth", &self.max_depth)
            .finish_non_exhaustive()
    }
}

impl Explorer {
    /// An explorer of that machine, with its start and the possible outcomes of its tasks.
    ///
    /// # Errors
    ///
    /// If the table does not match the machine: see [`OutcomesError`].
    pub fn new(machine: Machine, start: Start, outcomes: Outcomes) -> Result<Self, OutcomesError> {
        let table = outcomes.check(&machine)?;
        Ok(Self {
            machine,
            start,
            table,
            invariants: Vec::new(),
            interleavings: Interleavings::default(),
            retries: Retries::default(),
            max_paths: 100_000,
            max_depth: 1_000,
            samples: 1_000,
            sample_seed: 0,
        })
    }

    /// Adds an invariant that must hold at the start and after every decision. A path is not walked beyond its
    /// violation.
    pub fn always(
        self,
        name: impl Into<String>,
        holds: impl Fn(&Execution) -> Result<(), String> + 'static,
    ) -> Self {
        self.check(name.into(), When::Always, Box::new(holds))
    }

    /// Adds an invariant that must hold at the end of a path: the execution has ended, or nothing can happen to it any
    /// more.
    pub fn at_end(
        self,
        name: impl Into<String>,
        holds: impl Fn(&Execution) -> Result<(), String> + 'static,
    ) -> Self {
        self.check(name.into(), When::AtTheEnd, Box::new(holds))
    }

    /// Adds the invariant that no execution waits for ever.
    pub fn always_ends(self) -> Self {
        self.at_end("every path ends", |execution| {
            if execution.status().is_running() {
                Err("the execution waits for ever".to_owned())
            } else {
                Ok(())
            }
        })
    }

    fn check(mut self, name: String, when: When, holds: Box<Holds>) -> Self {
        self.invariants.push(Check { name, when, holds });
        self
    }

    /// Which interleavings are tried; [`Interleavings::AroundFailures`] by default.
    pub fn interleavings(self, interleavings: Interleavings) -> Self {
        Self {
            interleavings,
            ..self
        }
    }

    /// How retries are varied; [`Retries::Collapsed`] by default.
    pub fn retries(self, retries: Retries) -> Self {
        Self { retries, ..self }
    }

    /// How many paths are walked at most, cut ones included; 100,000 by default. If there are more, some are
    /// drawn at random: see [`Explorer::samples`].
    pub fn max_paths(self, max_paths: u64) -> Self {
        Self { max_paths, ..self }
    }

    /// How many decisions a path has at most; 1,000 by default. A longer one is cut.
    pub fn max_depth(self, max_depth: usize) -> Self {
        Self { max_depth, ..self }
    }

    /// How many paths are drawn at random if there are more than the bound, and from which seed; 1,000 from
    /// seed 0 by default.
    pub fn samples(self, samples: u64, seed: u64) -> Self {
        Self {
            samples,
            sample_seed: seed,
            ..self
        }
    }

    /// Walks the paths. Deterministic.
    pub fn explore(&self) -> Report {
        Search::new(self).run()
    }

    /// Walks one path again.
    ///
    /// # Errors
    ///
    /// If the decisions do not match the machine, as when it has changed since: see [`ReplayError`].
    pub fn replay(&self, decisions: &[Decision]) -> Result<Execution, ReplayError> {
        let mut node = self.root();
        for (index, decision) in decisions.iter().enumerate() {
            let number = index + 1;
            let is_possible = match decision {
                Decision::TimePasses if node.pass_time() => true,
                Decision::TimePasses => return Err(ReplayError::NoTimer { number }),
                Decision::Submitted { task, .. } => node.submit(*task),
                Decision::Outcome { task, outcome, .. } => node.apply(*task, outcome),
            };
            if !is_possible {
                let decision = decision.to_string();
                return Err(ReplayError::NotRunning { number, decision });
            }
        }
        Ok(node.execution)
    }

    fn root(&self) -> Node<'_> {
        Node::new(
            Execution::start(self.machine.clone(), self.start.clone()),
            &self.table,
        )
    }
}
