//! Folding: states that do no work become part of the exits that lead to them.
//!
//! Step Functions bills each state that is entered. A Pass, a Succeed and a Choice call nothing: what they compute, the exit
//! before them can often compute as well. A folded machine has the same outcome, the same calls with the same payloads, and the
//! same errors with the same causes; its history has fewer events. Each rule fires only where that is proved:
//!
//! | rule | before | after | proof |
//! | --- | --- | --- | --- |
//! | pass | an exit leads to a Pass or a Succeed | the exit assigns and outputs the same, and leads on | [`compose`](compose::compose) |
//! | start | the level begins with a Pass that sets nothing | it begins with the next state | the input passes through |
//! | choice that is decided | an exit leads to a Choice, and it is known which rule holds | the exit leads to that rule's state | the conditions are known ([`shape`]), and [`compose`](compose::compose) for what the rule sets |
//! | choice without alternatives | all rules of a Choice, and its default, set the same and lead to the same state | as for a pass | no condition can fail, and [`compose`](compose::compose) |
//! | choice behind a choice | the default of a Choice leads to another, and nothing else does | one Choice with the rules of both | both evaluate with the same input and variables, and nothing of the second can fail |
//! | guard | a Choice behind a Parallel that leads on, or to a Fail | the Parallel's `Output` fails where the rule holds | [`guard`] |
//!
//! A folded state stays in the level for the exits that cannot take it: a catcher and a rule have to lead to a state, so that
//! behind them the last state of a level stays. One that nothing leads to any more goes, and so does a variable that nothing
//! reads. Comments tell which states an exit includes.
//!
//! Not the same are what an execution sees of its limits: payloads that are not passed on any more do not count for the
//! quotas, and times are those of the states that are left.

mod compose;
mod exit;
mod expression;
mod guard;
mod lexer;
mod scopes;
mod shape;
mod unread;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use asl_document::{ChoiceState, QueryLanguage, State, StateMachine, States, Transition, expression};
use serde_json::Value;

use compose::{Work, compose, passing};
use exit::{Exit, ExitId, exit, exits, include, replace};
use guard::Guard;
use scopes::{after, at_exit, inside, scopes};
use shape::{Scope, Shape, of_expression};

/// Folds the states of a machine that do no work.
pub(crate) fn fold(machine: &mut StateMachine) {
    let at_start = Scope::entering(Shape::Any, BTreeMap::new());
    fold_level(&mut machine.start_at, &mut machine.states, &at_start);
    unread::drop_variables(machine, &at_start);
}

fn fold_level(start: &mut String, states: &mut States, at_start: &Scope) {
    let before = unread::reached(start, states);
    for (name, scope) in scopes(start, states, at_start) {
        if let Some(state) = states.get_mut(&name) {
            let at_start = inside(state, &scope);
            match state {
                State::Parallel(parallel) => {
                    for branch in &mut parallel.branches {
                        fold_level(&mut branch.start_at, &mut branch.states, &at_start);
                    }
                }
                State::Map(map) => {
                    fold_level(
                        &mut map.item_processor.start_at,
                        &mut map.item_processor.states,
                        &at_start,
                    );
                }
                _ => {}
            }
        }
    }
    let names: Vec<String> = states.keys().cloned().collect();
    for name in &names {
        merge_choices(name, start, states, at_start);
    }
    for name in &names {
        for id in states.get(name).map(exits).unwrap_or_default() {
            fold_exit(name, id, start, states, at_start);
        }
    }
    fold_start(start, states);
    let reached = unread::reached(start, states);
    states.retain(|name, _| reached.contains(name) || !before.contains(name));
}

/// Lets the level begin behind a Pass that sets nothing.
fn fold_start(start: &mut String, states: &States) {
    let mut seen = HashSet::new();
    while let Some(State::Pass(pass)) = states.get(start)
        && pass.assign.is_none()
        && pass.output.is_none()
        && let Transition::Next(next) = &pass.transition
        && seen.insert(next.clone())
    {
        start.clone_from(next);
    }
}

/// Adds the rules of a Choice that follows by default and by nothing else.
fn merge_choices(name: &str, start: &str, states: &mut States, at_start: &Scope) {
    let mut merged = HashSet::from([name.to_owned()]);
    loop {
        let Some(State::Choice(choice)) = states.get(name) else {
            return;
        };
        let Some(next) = choice.default.clone() else {
            return;
        };
        let Some(State::Choice(second)) = states.get(&next) else {
            return;
        };
        let sets_nothing = choice.assign.is_none() && choice.output.is_none();
        let alone = next != start && ways_to(&next, states) == 1;
        let scopes = scopes(start, states, at_start);
        let cannot_fail = scopes
            .get(&next)
            .is_some_and(|scope| choice_cannot_fail(second, scope));
        if !(sets_nothing
            && alone
            && cannot_fail
            && speaks_jsonata(states.get(&next))
            && merged.insert(next.clone()))
        {
            return;
        }
        let second = second.clone();
        if let Some(State::Choice(choice)) = states.get_mut(name) {
            choice.choices.extend(second.choices);
            choice.default = second.default;
            choice.assign = second.assign;
            choice.output = second.output;
            include(&mut choice.comment, std::slice::from_ref(&next));
        }
        states.shift_remove(&next);
    }
}

fn ways_to(name: &str, states: &States) -> usize {
    let exits = states
        .values()
        .flat_map(|state| exits(state).into_iter().filter_map(|id| exit(state, id)));
    exits
        .filter(|exit| matches!(&exit.to, Transition::Next(next) if next == name))
        .count()
}

fn choice_cannot_fail(choice: &ChoiceState, scope: &Scope) -> bool {
    let state = State::Choice(choice.clone());
    let ways = exits(&state);
    choice.default.is_some()
        && choice
            .choices
            .iter()
            .all(|rule| holds_or_not(&rule.condition, scope))
        && ways.into_iter().filter_map(|id| exit(&state, id)).all(|exit| {
            exit.templates()
                .all(|template| shape::of_template(template, scope).is_some())
        })
}

/// Whether the condition is true or false, whatever the values are.
fn holds_or_not(condition: &Value, scope: &Scope) -> bool {
    let Some(text) = condition.as_str().and_then(expression) else {
        return condition.is_boolean();
    };
    expression::parse(text)
        .is_some_and(|expression| expression.is_boolean() && of_expression(&expression, scope).is_some())
}

/// Folds into one exit what follows it, state after state.
fn fold_exit(name: &str, id: ExitId, start: &str, states: &mut States, at_start: &Scope) {
    let scopes: HashMap<String, Scope> = scopes(start, states, at_start);
    let (Some(state), Some(at_entry)) = (states.get(name), scopes.get(name)) else {
        return;
    };
    let at_exit = at_exit(state, id, at_entry);
    let Some(before) = exit(state, id) else { return };
    let chain = Chain {
        state,
        id,
        at_entry,
        at_exit: &at_exit,
        states,
    };
    let Some(folded) = chain.folded(name, before) else {
        return;
    };
    if let Some(state) = states.get_mut(name) {
        if let (Some(guard), State::Parallel(parallel)) = (&folded.guard, &mut *state) {
            guard::catch(parallel, guard);
        }
        replace(state, id, folded.exit, &folded.included);
    }
}

/// An exit, and the states that follow it.
struct Chain<'a> {
    state: &'a State,
    id: ExitId,
    at_entry: &'a Scope,
    at_exit: &'a Scope,
    states: &'a States,
}

/// An exit with what was folded into it.
struct Folded {
    exit: Exit,
    guard: Option<Guard>,
    included: Vec<String>,
}

impl Chain<'_> {
    fn folded(&self, name: &str, before: Exit) -> Option<Folded> {
        let unguarded = self.follow(name, before, None, Vec::new());
        let Folded { exit, included, .. } = &unguarded;
        let guarded = self.guard(exit).and_then(|(guard, exit)| {
            let included = [included.as_slice(), std::slice::from_ref(&guard.choice)].concat();
            let folded = self.follow(name, exit, Some(guard), included);
            let guard = folded.guard?;
            let exit = guard::guarded(&folded.exit, &guard, self.state, self.at_entry, self.at_exit)?;
            Some(Folded {
                exit,
                guard: Some(guard),
                included: folded.included,
            })
        });
        let folded = guarded.unwrap_or(unguarded);
        (!folded.included.is_empty()).then_some(folded)
    }

    /// Folds one state after another, until one has to stay.
    fn follow(&self, name: &str, exit: Exit, guard: Option<Guard>, included: Vec<String>) -> Folded {
        let mut folded = Folded {
            exit,
            guard,
            included,
        };
        // A level may go round in circles.
        let mut seen = HashSet::from([name.to_owned()]);
        seen.extend(folded.included.iter().cloned());
        while let Transition::Next(next) = &folded.exit.to
            && seen.insert(next.clone())
            && let Some(composed) = self.step(next, &folded.exit)
        {
            folded.included.push(next.clone());
            folded.exit = composed;
        }
        folded
    }

    /// The exit with what the next state does in it.
    fn step(&self, next: &str, exit: &Exit) -> Option<Exit> {
        let state = self.states.get(next)?;
        let work = self.work(state, exit)?;
        let leads_on = work.to != Transition::End || self.id.may_end();
        (leads_on && speaks_jsonata(Some(state)) && speaks_jsonata(Some(self.state)))
            .then(|| compose(exit, self.id.unchanged(self.state), &work, self.at_exit))?
    }

    /// What a state does that calls nothing, if that is known at this exit.
    fn work(&self, state: &State, before: &Exit) -> Option<Work> {
        match state {
            State::Pass(pass) if pass.assign.is_none() && pass.output.is_none() => {
                Some(passing(pass.transition.clone()))
            }
            State::Pass(_) | State::Succeed(_) => exit(state, ExitId::Done),
            State::Choice(choice) => {
                let arriving = after(before, self.id.unchanged(self.state), self.at_exit);
                decided(choice, &arriving)
            }
            _ => None,
        }
    }

    /// The guard of the Choice that follows, and the exit with what its default does in it.
    fn guard(&self, before: &Exit) -> Option<(Guard, Exit)> {
        let (Transition::Next(next), ExitId::Done) = (&before.to, self.id) else {
            return None;
        };
        let State::Choice(choice) = self.states.get(next)? else {
            return None;
        };
        let rule = guard::rule(choice, self.state, self.states)?;
        let unchanged = self.id.unchanged(self.state);
        let otherwise = guard::otherwise(choice)?;
        let condition = compose(
            before,
            unchanged,
            &guard::condition_alone(rule, &otherwise),
            self.at_exit,
        )?;
        let condition = condition
            .output
            .filter(|condition| holds_or_not(condition, self.at_exit))?;
        let guard = Guard {
            condition: expression(condition.as_str()?)?.to_owned(),
            fail: rule.next.clone(),
            choice: next.clone(),
        };
        Some((guard, compose(before, unchanged, &otherwise, self.at_exit)?))
    }
}

/// What a Choice does, where that does not depend on values that are not known.
fn decided(choice: &ChoiceState, arriving: &Scope) -> Option<Work> {
    let state = State::Choice(choice.clone());
    let ways: Vec<Exit> = exits(&state)
        .into_iter()
        .filter_map(|id| exit(&state, id))
        .collect();
    let default = exit(&state, ExitId::Default)?;
    let known = |condition: &Value| {
        let text = condition.as_str().and_then(expression)?;
        match of_expression(&expression::parse(text)?, arriving)? {
            Shape::Scalar(Value::Bool(holds)) => Some(holds),
            _ => None,
        }
    };
    let all_alike = ways.iter().all(|way| *way == default)
        && choice
            .choices
            .iter()
            .all(|rule| holds_or_not(&rule.condition, arriving));
    if all_alike {
        return Some(default);
    }
    for (index, rule) in choice.choices.iter().enumerate() {
        if known(&rule.condition)? {
            return exit(&state, ExitId::Rule(index));
        }
    }
    Some(default)
}

/// The language whose semantics the proofs are about.
fn speaks_jsonata(state: Option<&State>) -> bool {
    let language = match state {
        Some(State::Task(task)) => task.query_language,
        Some(State::Parallel(parallel)) => parallel.query_language,
        Some(State::Map(map)) => map.query_language,
        Some(State::Choice(choice)) => choice.query_language,
        Some(State::Pass(pass)) => pass.query_language,
        Some(State::Wait(wait)) => wait.query_language,
        Some(State::Succeed(succeed)) => succeed.query_language,
        Some(State::Fail(fail)) => fail.query_language,
        None => None,
    };
    language != Some(QueryLanguage::JSONPath)
}
