//! Folded and unfolded machines of random workflows, run with the same answers.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use simulator::virtual_time::Handle;
use simulator::{Status, TaskCall, TaskOutcome};

use super::ast::{Behaviour, Callee};
use super::build::build_folded;
use super::interpreter::interpret;
use super::run::{Recorded, about, answer, record};
use super::strategies::{Workflows, small_workflows, workflows};
use super::values::Values;
use super::{config, sample, to_json, with_large_stack};

/// Answers as the contracts say, or not: with fields that are missing, and values of other types.
#[derive(Debug, Clone, Copy)]
struct Answers {
    seed: u64,
    /// Of eight answers, how many break their contract.
    broken: u64,
}

impl Answers {
    fn draw(self, call: &TaskCall) -> u64 {
        let mut hasher = DefaultHasher::new();
        (
            self.seed,
            &*call.state,
            call.retry_count,
            call.payload().to_string(),
        )
            .hash(&mut hasher);
        hasher.finish()
    }

    fn answer(self, call: &TaskCall, does: Option<&(Callee, Behaviour)>, handle: &Handle) -> TaskOutcome {
        let drawn = self.draw(call);
        let mut value = about(call);
        if drawn % 8 < self.broken {
            value = match (drawn / 8 % 7, value) {
                (0, Value::Object(mut fields)) => {
                    fields.shift_remove("number");
                    Value::Object(fields)
                }
                (1, Value::Object(mut fields)) => {
                    fields.shift_remove("text");
                    Value::Object(fields)
                }
                (2, Value::Object(mut fields)) => {
                    fields.insert("number".to_owned(), json!([]));
                    Value::Object(fields)
                }
                (3, value) => json!([value]),
                (4, _) => json!([]),
                (5, _) => Value::Null,
                (_, value) => value,
            };
        }
        let outcome = answer(call, does, handle, value);
        // No two calls take the same time, so that the order of parallel branches is theirs.
        let more = Duration::from_micros(drawn % 200_000);
        if call.task_token.is_some() {
            outcome
        } else {
            TaskOutcome {
                took: outcome.took + more,
                ..outcome
            }
        }
    }
}

/// The calls, except of tasks that one of the two runs cut off: the one with fewer states may have called at the very moment at
/// which another branch failed.
fn certain(recorded: &Recorded, other: &Recorded) -> Vec<String> {
    let is_certain = |state: &String| !recorded.aborted.contains(state) && !other.aborted.contains(state);
    let mut calls: Vec<String> = recorded
        .calls
        .iter()
        .filter(|(state, _)| is_certain(state))
        .map(|(state, about)| format!("{state} {about}"))
        .collect();
    calls.sort();
    calls
}

/// The causes of expressions that fail tell the state, the event and the expression, which may be others.
fn end(status: &Status) -> (String, Option<Value>, Option<String>) {
    match status {
        Status::Failed { error, cause } => {
            let error = error.as_deref().unwrap_or_default().to_owned();
            let cause = cause.as_deref().unwrap_or_default();
            let cause = (error != "States.QueryEvaluationError").then(|| cause.to_owned());
            (error, None, cause)
        }
        status => (status.name().to_owned(), status.output().cloned(), None),
    }
}

#[test]
fn a_folded_machine_does_what_the_unfolded_one_does() {
    // Some large ones for the nesting, and many small ones.
    compare(config(4), workflows);
    compare(more_cases(4), small_workflows);
}

/// A configuration with so many times the default number of cases.
fn more_cases(factor: u32) -> ProptestConfig {
    let default = config(1);
    ProptestConfig {
        cases: default.cases * factor,
        ..default
    }
}

fn compare<S>(config: ProptestConfig, workflows: impl FnOnce() -> S + Send + 'static)
where
    S: Strategy<Value = Workflows>,
{
    let input = (sample(), proptest::collection::vec(sample(), 0..4));
    let answers = (any::<u64>(), 0..9_u64).prop_map(|(seed, broken)| Answers { seed, broken });
    with_large_stack(move || {
        proptest!(config, |(workflows in workflows(), (first, list) in input, answers in answers)| {
            // Where several branches fail at once, any of their errors may win.
            let is_certain = interpret(&workflows, &Values::new(first.clone()).with_list(list.clone())).end.is_some();
            prop_assume!(is_certain);
            let items: Vec<_> = list.iter().map(to_json).collect();
            let input = json!({"first": to_json(&first), "list": items});
            let run = |folded| {
                let built = build_folded(&workflows, folded).unwrap();
                let recorded = record(&built, input.clone(), |call, does, handle| answers.answer(call, does, handle));
                (built.machines[0].1.to_json().unwrap(), recorded)
            };

            let (unfolded, before) = run(false);
            let (folded, after) = run(true);

            let context = || format!("{before:#?}\n{after:#?}\n{unfolded}\n{folded}");
            prop_assert_eq!(end(&after.status), end(&before.status), "{}", context());
            prop_assert_eq!(certain(&after, &before), certain(&before, &after), "{}", context());
            prop_assert_eq!(after.duration, before.duration, "{}", context());
            prop_assert_eq!(after.running, before.running, "{}", context());
        });
    });
}
