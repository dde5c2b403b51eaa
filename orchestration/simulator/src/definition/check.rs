//! Checking a definition: every problem of it at once.
//!
//! A definition is checked as JSON, since what its types would leave out or refuse is part of what is wrong with it. One
//! that passes is [compiled](super::compile).
//!
//! Source: [ValidateStateMachineDefinition](https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html).

use std::collections::BTreeSet;

use serde_json::Value;

mod block;
mod error_handling;
mod expressions;
mod graph;
mod language;
mod map;
mod resources;
mod schema;
mod states;
mod values;
mod variables;

use super::diagnostic::{Diagnostic, DiagnosticCode};
use super::location::Location;
use language::is_jsonata;

/// The problems of a definition.
pub(super) struct Findings {
    /// Those of either type of workflow.
    pub(super) problems: Vec<Diagnostic>,
    /// What only an Express workflow must not have.
    pub(super) express: Vec<Diagnostic>,
}

/// Checks a definition.
pub(super) fn check(machine: &Value) -> Findings {
    let mut checker = Checker {
        is_jsonata: is_jsonata(machine, false),
        runs_as: RunsAs::Machine,
        problems: Vec::new(),
        express: Vec::new(),
        names: BTreeSet::new(),
        labels: BTreeSet::new(),
        outer: Vec::new(),
        has_jsonpath: false,
    };
    checker.machine(machine);
    Findings {
        problems: checker.problems,
        express: checker.express,
    }
}

/// The walk through a definition, and what it has found.
struct Checker {
    /// Whether the machine's language is JSONata: the default of all states, also of inner ones.
    is_jsonata: bool,
    runs_as: RunsAs,
    problems: Vec<Diagnostic>,
    express: Vec<Diagnostic>,
    /// The states that have been seen, which are unique in the whole machine.
    names: BTreeSet<String>,
    labels: BTreeSet<String>,
    /// The variables that each block around the current one assigns.
    outer: Vec<BTreeSet<String>>,
    /// Whether a state in `JSONPath` has been reported. The first is enough.
    has_jsonpath: bool,
}

/// The workflow that the current states are part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RunsAs {
    /// The machine, of whichever type it is.
    Machine,
    /// A Standard child execution of a distributed Map.
    StandardChild,
    /// An Express child execution of a distributed Map.
    ExpressChild,
}

impl Checker {
    fn report(&mut self, code: DiagnosticCode, at: Location<'_>, message: impl Into<String>) {
        self.problems
            .push(Diagnostic::error(code, message, Some(at.to_string())));
    }

    /// Reports a violation of the schema.
    fn schema(&mut self, at: Location<'_>, message: impl Into<String>) {
        self.report(DiagnosticCode::SchemaValidationFailed, at, message);
    }

    /// Reports what an Express workflow does not support.
    fn not_in_express(&mut self, at: Location<'_>, message: impl Into<String>) {
        let problem = Diagnostic::error(
            DiagnosticCode::SchemaValidationFailed,
            message,
            Some(at.to_string()),
        );
        match self.runs_as {
            RunsAs::Machine => self.express.push(problem),
            RunsAs::StandardChild => {}
            RunsAs::ExpressChild => self.problems.push(problem),
        }
    }
}
