//! Whether something leads to every state.

use std::collections::HashSet;

use crate::document::{Catcher, State, States, Transition};
use crate::problem::Problem;

/// The states, on all levels, that nothing leads to.
pub(crate) fn unreachable(start: &str, states: &States) -> Vec<Problem> {
    let mut reached = HashSet::new();
    let mut ahead = vec![start];
    while let Some(name) = ahead.pop() {
        if reached.insert(name)
            && let Some(state) = states.get(name)
        {
            ahead.extend(next(state));
        }
    }
    let mut problems = Vec::new();
    for (name, state) in states {
        if !reached.contains(name.as_str()) {
            problems.push(Problem {
                state: name.clone(),
                what: "nothing leads to it: no step of its saga can fail where it would be next".to_owned(),
                remedy: "remove it: an undo stands on a step that others follow".to_owned(),
            });
        }
        let levels = match state {
            State::Parallel(parallel) => parallel.branches.iter().collect(),
            State::Map(map) => vec![&map.item_processor],
            _ => Vec::new(),
        };
        for level in levels {
            problems.extend(unreachable(&level.start_at, &level.states));
        }
    }
    problems
}

fn next(state: &State) -> Vec<&str> {
    let (transition, caught): (_, &[Catcher]) = match state {
        State::Task(task) => (&task.transition, &task.catch),
        State::Parallel(parallel) => (&parallel.transition, &parallel.catch),
        State::Map(map) => (&map.transition, &map.catch),
        State::Pass(pass) => (&pass.transition, &[]),
        State::Wait(wait) => (&wait.transition, &[]),
        State::Choice(choice) => {
            let rules = choice.choices.iter().map(|rule| rule.next.as_str());
            return rules.chain(choice.default.as_deref()).collect();
        }
        State::Succeed(_) | State::Fail(_) => return Vec::new(),
    };
    let on = match transition {
        Transition::Next(next) => Some(next.as_str()),
        Transition::End => None,
    };
    let caught = caught.iter().map(|catcher| catcher.next.as_str());
    caught.chain(on).collect()
}
