//! Scopes: what is known at the entry of each state, by a data-flow analysis of its level.
//!
//! ```text
//! Charge   Assign {"charge": {"id": ..}}   Next Pack        at Pack:  $charge is Object {id: Any}
//!          Catch  Next Refused                              at Refused: $charge may not be assigned
//! ```

use std::collections::{BTreeMap, HashMap};

use super::exit::{Exit, ExitId, exit, exits};
use super::shape::{Scope, Shape, once_evaluated};
use asl_analysis::is_distributed;
use asl_document::{Branch, State, States, Transition};

/// What is known at the entry of each state that can be reached.
pub(super) fn scopes(start: &str, states: &States, at_start: &Scope) -> HashMap<String, Scope> {
    let mut known: HashMap<String, Scope> = HashMap::new();
    let mut waiting = vec![(start.to_owned(), at_start.clone())];
    while let Some((name, arriving)) = waiting.pop() {
        let Some(state) = states.get(&name) else { continue };
        let joined = known
            .get(&name)
            .map_or_else(|| arriving.clone(), |before| before.join(&arriving));
        if known.get(&name) == Some(&joined) {
            continue;
        }
        known.insert(name, joined.clone());
        for id in exits(state) {
            if let Some(exit) = exit(state, id)
                && let Transition::Next(next) = &exit.to
            {
                let at_exit = at_exit(state, id, &joined);
                waiting.push((next.clone(), after(&exit, id.unchanged(state), &at_exit)));
            }
        }
    }
    known
}

/// What is known where an exit is evaluated.
pub(super) fn at_exit(state: &State, id: ExitId, at_entry: &Scope) -> Scope {
    let mut scope = at_entry.clone();
    match (id, state) {
        (ExitId::Catch(_), _) => scope.error = Some(Shape::Any),
        (ExitId::Done, State::Parallel(parallel)) => {
            let outputs = parallel
                .branches
                .iter()
                .map(|branch| output(branch, &inside(state, at_entry)));
            scope.result = Some(Shape::Array(outputs.collect()));
        }
        (ExitId::Done, State::Task(_) | State::Map(_)) => scope.result = Some(Shape::Any),
        _ => {}
    }
    scope
}

/// What is known once an exit was taken.
pub(super) fn after(exit: &Exit, unchanged: &str, at_exit: &Scope) -> Scope {
    let output = once_evaluated(&exit.output_or(unchanged), at_exit);
    let assigned = exit
        .assign
        .iter()
        .map(|(name, template)| (name.clone(), once_evaluated(template, at_exit)));
    let mut variables = at_exit.variables.clone();
    variables.extend(assigned);
    Scope::entering(output, variables)
}

/// What is known at the start of the levels inside of a state.
pub(super) fn inside(state: &State, at_entry: &Scope) -> Scope {
    let input = match state {
        State::Parallel(parallel) => match &parallel.arguments {
            Some(arguments) => once_evaluated(arguments, at_entry),
            None => at_entry.input.clone(),
        },
        _ => Shape::Any,
    };
    let variables = match state {
        // A child execution of a distributed Map has no variables of its parent.
        State::Map(map) if is_distributed(map) => BTreeMap::new(),
        _ => at_entry.variables.clone(),
    };
    Scope::entering(input, variables)
}

/// What is known of a branch's output.
fn output(branch: &Branch, at_start: &Scope) -> Shape {
    let scopes = scopes(&branch.start_at, &branch.states, at_start);
    let ends = branch.states.iter().filter_map(|(name, state)| {
        let exit = exit(state, ExitId::Done).filter(|exit| exit.to == Transition::End)?;
        let at_exit = at_exit(state, ExitId::Done, scopes.get(name)?);
        Some(once_evaluated(
            &exit.output_or(ExitId::Done.unchanged(state)),
            &at_exit,
        ))
    });
    ends.reduce(|one, other| one.join(&other)).unwrap_or(Shape::Any)
}
