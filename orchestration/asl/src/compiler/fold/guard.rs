//! Guards: a Choice behind a Parallel that only decides whether the execution fails.
//!
//! A Choice cannot end a level, so that one before the end costs two transitions: its own, and that of the state behind it. As a
//! guard, the Parallel's own `Output` fails where the rule holds, and a catcher leads to the Fail:
//!
//! ```text
//! Both     Next Check                                   Both   Output {"id": "{% $states.result[0].id = 'x' ? $error('Bad') : .. %}"}
//! Check    if {% $states.input[0].id = 'x' %} Next Bad         Catch States.QueryEvaluationError  Next Bad
//!          else Next Done                                      End
//! Done     Output {"id": ..}  End                       Bad    Fail
//! Bad      Fail
//! ```
//!
//! Obligations, beside those of [`compose`](super::compose::compose):
//!
//! 1. *Only the guard raises the error that its catcher names.* No other expression of the exit can fail; the Parallel has no
//!    `Arguments`; and no branch can end with `States.QueryEvaluationError` ([`cannot_raise`]).
//! 2. *Nothing handles the error before.* No retrier and no other catcher names it, and the guard's catcher is the first.
//! 3. *The Fail is the same.* Its error and cause are literals, since the Parallel's variables are not assigned on this way.

use serde_json::{Map, Value};

use super::exit::{Exit, ExitId, exit, exits};
use super::scopes::{at_exit, inside, scopes};
use super::shape::{Scope, of_template};
use crate::compiler::jsonata::{enclosed, quoted};
use asl_document::{
    ALL_ERRORS, Catcher, ChoiceRule, ChoiceState, Number, ParallelState, QUERY_EVALUATION_ERROR, State,
    States, expression,
};

const TASK_FAILED: &str = "States.TaskFailed";

/// The condition under which an exit fails instead.
pub(super) struct Guard {
    /// As an expression at the exit: true or false, whatever the values are.
    pub(super) condition: String,
    /// The Fail that it leads to.
    pub(super) fail: String,
    /// The Choice that it comes from.
    pub(super) choice: String,
}

/// The rule of a Choice that can guard the exit of a Parallel.
pub(super) fn rule<'c>(choice: &'c ChoiceState, state: &State, states: &States) -> Option<&'c ChoiceRule> {
    let State::Parallel(parallel) = state else {
        return None;
    };
    let [rule] = choice.choices.as_slice() else {
        return None;
    };
    let State::Fail(fail) = states.get(&rule.next)? else {
        return None;
    };
    let literal = |text: &Option<String>| text.as_deref().is_none_or(|text| expression(text).is_none());
    let handles = |errors: &[String]| {
        errors
            .iter()
            .any(|error| [QUERY_EVALUATION_ERROR, TASK_FAILED].contains(&error.as_str()))
    };
    let retries = |errors: &[String]| handles(errors) || errors.iter().any(|error| error == ALL_ERRORS);
    let free = parallel.arguments.is_none()
        && !parallel
            .retry
            .iter()
            .any(|retrier| retries(&retrier.error_equals))
        && !parallel
            .catch
            .iter()
            .any(|catcher| handles(&catcher.error_equals));
    (free && literal(&fail.error) && literal(&fail.cause)).then_some(rule)
}

/// Puts the guard into the exit of a Parallel; `None` if anything but the guard could raise its error.
pub(super) fn guarded(
    exit: &Exit,
    guard: &Guard,
    state: &State,
    at_entry: &Scope,
    at_exit: &Scope,
) -> Option<Exit> {
    let only_the_guard_fails = exit
        .templates()
        .all(|template| of_template(template, at_exit).is_some());
    let State::Parallel(parallel) = state else {
        return None;
    };
    let branches = inside(state, at_entry);
    let silent = parallel
        .branches
        .iter()
        .all(|branch| cannot_raise(&branch.start_at, &branch.states, &branches));
    if !only_the_guard_fails || !silent {
        return None;
    }
    let mut output = exit.output_or("$states.result");
    let failing = format!("{} ? $error({})", guard.condition, quoted(&guard.fail));
    put(&mut output, &failing).then_some(Exit {
        output: Some(output),
        ..exit.clone()
    })
}

/// Adds the catcher of a guard.
pub(super) fn catch(parallel: &mut ParallelState, guard: &Guard) {
    let catcher = Catcher {
        comment: Some(format!("The rule of {}.", guard.choice)),
        error_equals: vec![QUERY_EVALUATION_ERROR.to_owned()],
        assign: None,
        output: None,
        next: guard.fail.clone(),
    };
    parallel.catch.insert(0, catcher);
}

/// Lets the first value of the template fail first.
fn put(template: &mut Value, failing: &str) -> bool {
    match template {
        Value::String(text) => {
            let otherwise = match expression(text) {
                Some(expression) => expression.to_owned(),
                // CloudFormation substitutes it in a template, and not in a literal.
                None if text.contains("${") => return false,
                None => quoted(text),
            };
            *text = enclosed(&format!("{failing} : {otherwise}"));
            true
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            *template = Value::String(enclosed(&format!("{failing} : {template}")));
            true
        }
        Value::Array(items) => items.iter_mut().any(|item| put(item, failing)),
        Value::Object(fields) => fields.values_mut().any(|field| put(field, failing)),
    }
}

/// Whether no execution of this level can end with the error of an expression.
fn cannot_raise(start: &str, states: &States, at_start: &Scope) -> bool {
    let scopes = scopes(start, states, at_start);
    scopes.iter().all(|(name, scope)| {
        states
            .get(name)
            .is_none_or(|state| state_cannot_raise(state, scope))
    })
}

fn state_cannot_raise(state: &State, scope: &Scope) -> bool {
    // A catcher's own failure is not caught.
    let succeeds = |id: ExitId| {
        let at_exit = at_exit(state, id, scope);
        exit(state, id).is_some_and(|exit| {
            exit.templates()
                .all(|template| of_template(template, &at_exit).is_some())
        })
    };
    let exits = exits(state);
    match state {
        State::Task(task) if catches_all(&task.catch) => catchers_succeed(&exits, succeeds),
        State::Map(map) if catches_all(&map.catch) => catchers_succeed(&exits, succeeds),
        State::Parallel(parallel) if catches_all(&parallel.catch) => catchers_succeed(&exits, succeeds),
        State::Parallel(parallel) => {
            let inside = inside(state, scope);
            parallel.arguments.is_none()
                && exits.into_iter().all(succeeds)
                && parallel
                    .branches
                    .iter()
                    .all(|branch| cannot_raise(&branch.start_at, &branch.states, &inside))
        }
        // A function may fail with any name.
        State::Task(_) | State::Map(_) => false,
        State::Choice(choice) => {
            let conditions = choice
                .choices
                .iter()
                .all(|rule| super::holds_or_not(&rule.condition, scope));
            conditions && choice.default.is_some() && exits.into_iter().all(succeeds)
        }
        State::Wait(wait) => {
            let literal = wait
                .timestamp
                .as_deref()
                .is_none_or(|time| expression(time).is_none())
                && !matches!(wait.seconds, Some(Number::Expression(_)));
            literal && exits.into_iter().all(succeeds)
        }
        State::Pass(_) | State::Succeed(_) => exits.into_iter().all(succeeds),
        State::Fail(fail) => {
            let literal =
                |text: &Option<String>| text.as_deref().is_none_or(|text| expression(text).is_none());
            literal(&fail.error)
                && literal(&fail.cause)
                && fail.error.as_deref() != Some(QUERY_EVALUATION_ERROR)
        }
    }
}

fn catchers_succeed(exits: &[ExitId], succeeds: impl Fn(ExitId) -> bool) -> bool {
    exits
        .iter()
        .filter(|id| matches!(id, ExitId::Catch(_)))
        .all(|id| succeeds(*id))
}

fn catches_all(catchers: &[Catcher]) -> bool {
    catchers
        .iter()
        .any(|catcher| catcher.error_equals.iter().any(|error| error == ALL_ERRORS))
}

/// What a Choice does where its rule does not hold.
pub(super) fn otherwise(choice: &ChoiceState) -> Option<Exit> {
    exit(&State::Choice(choice.clone()), ExitId::Default)
}

/// The condition of a rule as a value of its own, which moves as one.
pub(super) fn condition_alone(rule: &ChoiceRule, to: &Exit) -> Exit {
    Exit {
        assign: Map::new(),
        output: Some(rule.condition.clone()),
        to: to.to.clone(),
    }
}
