//! Reachability: a path leads to every state, and on from it.

use std::collections::HashSet;

use super::{Context, Flow, Machine, Report};
use asl_analysis::graph::{Level, edges, inner_levels};
use asl_document::State;

pub(super) fn every_state_is_reachable(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if let Flow::Then { first, rest, .. } = flow
        && !first.continues()
    {
        let message = "nothing leads to it: the step before it always ends or fails";
        let help = "remove it, or give the step before it a path that continues";
        report.push(rest.entry(), message, help);
    }
}

pub(super) fn succeed_is_the_last_of_its_level(flow: &Flow, context: &Context<'_>, report: &mut Report) {
    if let Flow::Succeed(succeed) = flow
        && !context.is_last
    {
        let message = "it ends the workflow, or the branch, although other steps follow";
        report.push(&succeed.name, message, "hand its value on with `pass` instead");
    }
}

/// Conditions have no side effects, so that a second rule with the same one never applies.
pub(super) fn conditions_are_not_repeated(machine: &Machine<'_>, report: &mut Report) {
    repeated(machine.document.into(), report);
}

fn repeated(level: Level<'_>, report: &mut Report) {
    for (name, state) in level.states {
        if let State::Choice(choice) = state {
            for (index, rule) in choice.choices.iter().enumerate() {
                let mut before = choice.choices.iter().take(index);
                if let Some(first) = before.position(|other| other.condition == rule.condition) {
                    let message = format!(
                        "its rule {} has the condition of its rule {}, and never applies",
                        index + 1,
                        first + 1
                    );
                    report.push(name, message, "remove the second, or change its condition");
                }
            }
        }
        for inner in inner_levels(state) {
            repeated(inner, report);
        }
    }
}

/// The states that a workflow can write without a path to them are compensations.
pub(super) fn every_compensation_is_reachable(machine: &Machine<'_>, report: &mut Report) {
    reachable(machine.document.into(), report);
}

fn reachable(level: Level<'_>, report: &mut Report) {
    let mut reached = HashSet::new();
    let mut ahead = vec![level.start_at];
    while let Some(name) = ahead.pop() {
        if reached.insert(name)
            && let Some(state) = level.states.get(name)
        {
            ahead.extend(edges(state).into_iter().filter_map(|edge| edge.to));
        }
    }
    for (name, state) in level.states {
        if !reached.contains(name.as_str()) {
            let message = "nothing leads to this compensation: no later step of its saga can fail";
            report.push(name, message, "remove it, or put it on a step that others follow");
        }
        for inner in inner_levels(state) {
            reachable(inner, report);
        }
    }
}
