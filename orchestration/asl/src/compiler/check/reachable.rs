//! Whether something leads to every state.

use std::collections::HashSet;

use crate::compiler::Diagnostic;
use asl_analysis::graph::{Level, edges, inner_levels};

/// The states, on all levels, that nothing leads to.
pub(crate) fn unreachable(level: Level<'_>) -> Vec<Diagnostic> {
    let mut reached = HashSet::new();
    let mut ahead = vec![level.start_at];
    while let Some(name) = ahead.pop() {
        if reached.insert(name)
            && let Some(state) = level.states.get(name)
        {
            ahead.extend(edges(state).into_iter().filter_map(|edge| edge.to));
        }
    }
    let mut diagnostics = Vec::new();
    for (name, state) in level.states {
        if !reached.contains(name.as_str()) {
            diagnostics.push(Diagnostic {
                state: name.clone(),
                message: "nothing leads to it: no step of its saga can fail where it would be next"
                    .to_owned(),
                help: "remove it: an undo stands on a step that others follow".to_owned(),
            });
        }
        diagnostics.extend(inner_levels(state).into_iter().flat_map(unreachable));
    }
    diagnostics
}
