//! Checking transitions: where they lead, and which states they reach.
//!
//! Codes, wording, locations and order are measured in [floci#2786](https://github.com/floci-io/floci/pull/2786): a
//! missing target is always one of `Next`, a machine without a terminal state has no unreachable ones, and branches and
//! item processors need no terminal state.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Checker, Diagnostic, DiagnosticCode};
use crate::definition::location::Location;

type States = Map<String, Value>;

/// Reports the transitions of a state to states that are not beside it.
pub(super) fn check_targets(checker: &mut Checker, at: Location<'_>, state: &Value, states: &States) {
    for field in ["Next", "Default"] {
        check_target(checker, at.field(field), state.get(field), states);
    }
    for field in ["Choices", "Catch"] {
        let list = at.field(field);
        for (index, item) in items(state, field).enumerate() {
            check_target(checker, list.item(index).field("Next"), item.get("Next"), states);
        }
    }
}

fn check_target(checker: &mut Checker, at: Location<'_>, target: Option<&Value>, states: &States) {
    if let Some(target) = target.and_then(Value::as_str)
        && !states.contains_key(target)
    {
        checker.report(
            DiagnosticCode::MissingTransitionTarget,
            at,
            format!("Missing 'Next' target: {target}"),
        );
    }
}

/// Reports a block without its start or with unreachable states, and a machine that no state ends.
pub(super) fn check_paths(checker: &mut Checker, at: Location<'_>, block: &Value, states: &States) {
    let start = block.get("StartAt").and_then(Value::as_str);
    check_target(checker, at.field("StartAt"), block.get("StartAt"), states);
    if matches!(at, Location::Root) && !states.values().any(is_terminal) {
        checker.problems.push(Diagnostic::error(
            DiagnosticCode::MissingEndState,
            "Workflow has no terminal state",
            None,
        ));
        return;
    }
    // Without a start nothing is reachable, which would be noise.
    let Some(start) = start.filter(|start| states.contains_key(*start)) else {
        return;
    };
    let reached = reachable(start, states);
    let states_at = at.field("States");
    for name in states.keys().filter(|name| !reached.contains(name.as_str())) {
        checker.report(
            DiagnosticCode::MissingTransitionTarget,
            states_at.field(name),
            format!("State \"{name}\" is not reachable."),
        );
    }
}

fn is_terminal(state: &Value) -> bool {
    let state_type = state.get("Type").and_then(Value::as_str);
    matches!(state_type, Some("Succeed" | "Fail")) || state.get("End") == Some(&Value::Bool(true))
}

fn reachable<'s>(start: &'s str, states: &'s States) -> BTreeSet<&'s str> {
    let mut reached = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(state) = open.pop().and_then(|name| states.get(name)) {
        let own = [state.get("Next"), state.get("Default")].into_iter().flatten();
        let inner = items(state, "Choices").chain(items(state, "Catch"));
        let targets = own.chain(inner.filter_map(|item| item.get("Next")));
        let targets = targets
            .filter_map(Value::as_str)
            .filter(|target| states.contains_key(*target));
        open.extend(targets.filter(|target| reached.insert(target)));
    }
    reached
}

fn items<'s>(state: &'s Value, field: &str) -> impl Iterator<Item = &'s Value> {
    state.get(field).and_then(Value::as_array).into_iter().flatten()
}
