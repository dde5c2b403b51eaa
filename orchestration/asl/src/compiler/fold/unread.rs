//! What nothing needs any more once states are folded: variables that are not read, and states that are not reached.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::compose::replaces;
use super::exit::{Exit, exit, exits, replace};
use super::scopes::{at_exit, inside, scopes};
use super::shape::Scope;
use asl_document::{State, StateMachine, States, Transition};

/// Drops the assignments of variables that no state of the machine reads, where their evaluation could not have failed.
pub(super) fn drop_variables(machine: &mut StateMachine, at_start: &Scope) {
    loop {
        let read = names(machine);
        if !drop_unread(&machine.start_at, &mut machine.states, at_start, &read) {
            return;
        }
    }
}

fn drop_unread(start: &str, states: &mut States, at_start: &Scope, read: &HashSet<String>) -> bool {
    let scopes = scopes(start, states, at_start);
    let mut dropped = false;
    for (name, state) in states.iter_mut() {
        let Some(scope) = scopes.get(name) else { continue };
        for id in exits(state) {
            let Some(before) = exit(state, id) else { continue };
            let assign: Map<_, _> = before
                .assign
                .iter()
                .filter(|(variable, _)| read.contains(*variable))
                .map(|(variable, value)| (variable.clone(), value.clone()))
                .collect();
            if assign.len() == before.assign.len() {
                continue;
            }
            let after = Exit {
                assign,
                ..before.clone()
            };
            if replaces(&before, &after, &at_exit(state, id, scope)) {
                replace(state, id, after, &[]);
                dropped = true;
            }
        }
        let at_start = inside(state, scope);
        for level in levels(state) {
            dropped |= drop_unread(level.0, level.1, &at_start, read);
        }
    }
    dropped
}

/// The start and the states of each level inside of a state.
pub(super) fn levels(state: &mut State) -> Vec<(&String, &mut States)> {
    match state {
        State::Parallel(parallel) => {
            let levels = parallel.branches.iter_mut();
            levels
                .map(|branch| (&branch.start_at, &mut branch.states))
                .collect()
        }
        State::Map(map) => vec![(&map.item_processor.start_at, &mut map.item_processor.states)],
        _ => Vec::new(),
    }
}

/// All names behind a `$` in the texts of the machine: more than the variables that are read.
fn names(machine: &StateMachine) -> HashSet<String> {
    let mut names = HashSet::new();
    // The document has no value that is no JSON.
    let document = serde_json::to_value(machine).unwrap_or_default();
    collect(&document, &mut names);
    names
}

fn collect(value: &Value, names: &mut HashSet<String>) {
    match value {
        Value::String(text) => {
            let parts = text.split('$').skip(1);
            names.extend(parts.map(|part| {
                let end = part.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
                part.get(..end.unwrap_or(part.len()))
                    .unwrap_or_default()
                    .to_owned()
            }));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, names)),
        _ => {}
    }
}

/// The states of a level that can be reached.
pub(super) fn reached(start: &str, states: &States) -> HashSet<String> {
    let mut reached = HashSet::new();
    let mut waiting = vec![start.to_owned()];
    while let Some(name) = waiting.pop() {
        if let Some(state) = states.get(&name)
            && reached.insert(name)
        {
            let next = exits(state)
                .into_iter()
                .filter_map(|id| match exit(state, id)?.to {
                    Transition::Next(next) => Some(next),
                    Transition::End => None,
                });
            waiting.extend(next);
        }
    }
    reached
}
