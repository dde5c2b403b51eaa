//! Whether something leads to every state.

use std::collections::HashSet;

use crate::problem::Problem;
use crate::ways::{Level, inside, ways};

/// The states, on all levels, that nothing leads to.
pub(crate) fn unreachable(level: Level<'_>) -> Vec<Problem> {
    let mut reached = HashSet::new();
    let mut ahead = vec![level.start_at];
    while let Some(name) = ahead.pop() {
        if reached.insert(name)
            && let Some(state) = level.states.get(name)
        {
            ahead.extend(ways(state).into_iter().filter_map(|way| way.to));
        }
    }
    let mut problems = Vec::new();
    for (name, state) in level.states {
        if !reached.contains(name.as_str()) {
            problems.push(Problem {
                state: name.clone(),
                what: "nothing leads to it: no step of its saga can fail where it would be next".to_owned(),
                remedy: "remove it: an undo stands on a step that others follow".to_owned(),
            });
        }
        problems.extend(inside(state).into_iter().flat_map(unreachable));
    }
    problems
}
