//! Checking the machine, branches and item processors: each has states and a start.

use serde_json::Value;

use super::schema::{BRANCH, ITEM_PROCESSOR, MACHINE, Shape};
use super::{Checker, Diagnostic, DiagnosticCode, RunsAs, graph, variables};
use crate::definition::location::Location;

impl Checker {
    pub(super) fn machine(&mut self, machine: &Value) {
        if !machine.is_object() {
            self.problems.push(Diagnostic::error(
                DiagnosticCode::SchemaValidationFailed,
                "Definition must be a valid JSON object",
                None,
            ));
            return;
        }
        self.block(Location::Root, machine, &MACHINE);
    }

    pub(super) fn branches(&mut self, at: Location<'_>, value: &Value) {
        let Value::Array(branches) = value else {
            self.mistyped(at, "ARRAY");
            return;
        };
        for (index, branch) in branches.iter().enumerate() {
            self.block(at.item(index), branch, &BRANCH);
        }
    }

    pub(super) fn item_processor(&mut self, at: Location<'_>, processor: &Value) {
        let around = self.runs_as;
        let config = processor.get("ProcessorConfig");
        let setting = |name| config.and_then(|config| config.get(name)).and_then(Value::as_str);
        if setting("Mode") == Some("DISTRIBUTED") {
            self.runs_as = match setting("ExecutionType") {
                Some("EXPRESS") => RunsAs::ExpressChild,
                _ => RunsAs::StandardChild,
            };
        }
        self.block(at, processor, &ITEM_PROCESSOR);
        self.runs_as = around;
    }

    fn block(&mut self, at: Location<'_>, block: &Value, shape: &Shape) {
        self.object(at, block, shape);
        let Some(Value::Object(states)) = block.get("States") else {
            return;
        };
        let states_at = at.field("States");
        if states.is_empty() {
            self.schema(states_at, "Value cannot be empty");
            return;
        }
        self.outer.push(variables::assigned(states));
        for (name, state) in states {
            self.state(states_at.field(name), name, state);
            graph::check_targets(self, states_at.field(name), state, states);
        }
        self.outer.pop();
        graph::check_paths(self, at, block, states);
    }
}
