//! The fast path against the reference: random expressions that both can evaluate.
//!
//! `FAST_PATH_CASES` and `FAST_PATH_SEED` try others:
//!
//! ```console
//! $ FAST_PATH_CASES=1000000 FAST_PATH_SEED=7 cargo test -p simulator --lib fast_path
//! ```

use std::env;

use expressions::{Case, Grammar};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

use super::tests::TestHost;
use super::*;
use crate::SharedValue;

/// What came of both, or `None` if the expression is not evaluated by the fast path.
fn both(text: &str, input: &Value) -> Option<[Result<Value, EvaluationError>; 2]> {
    let expression = Expression::parse(text).ok()?;
    let simple = expression.simple.as_deref()?;
    let input: SharedValue = input.clone().into();
    let variables = Variables::default();
    let host = TestHost::new(1);
    let scope = Scope::new(&input, &variables, &host);
    let random = Some(ChaCha8Rng::seed_from_u64(1));

    let mut context = Context::new();
    scope.bind(&expression.reads, &mut context)?;
    let fast = fast::evaluate(simple, context, &expression.reads, host.now(), random.clone())?;
    let bindings = reference::Bindings {
        states: scope.states(&expression.reads),
        variables: Vec::new(),
    };
    let run = reference::Run::new(host.now(), random);
    Some([
        fast.map_err(|fast::Undefined| EvaluationError::Undefined),
        reference::evaluate(text, &bindings, run),
    ])
}

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn the_fast_path_gives_what_the_reference_gives() {
    let cases = setting("FAST_PATH_CASES", 4_000);
    let seed = setting("FAST_PATH_SEED", 20_261_129);
    let mut compared = 0;
    for number in 0..cases {
        let case = Case::random(Grammar::Common, seed, number);
        let text = case.expression.to_string();
        if let Some([fast, reference]) = both(&text, &case.input) {
            assert_eq!(
                fast, reference,
                "{text} of {} (number {number} of seed {seed})",
                case.input
            );
            compared += 1;
        }
    }
    assert!(compared * 5 > cases, "{compared} of {cases}");
}

/// The texts between `{%` and `%}` in a definition.
fn expressions_of(definition: &Value) -> Vec<&str> {
    match definition {
        Value::String(text) => text
            .strip_prefix("{%")
            .and_then(|text| text.strip_suffix("%}"))
            .map(str::trim)
            .into_iter()
            .collect(),
        Value::Array(items) => items.iter().flat_map(expressions_of).collect(),
        Value::Object(fields) => fields.values().flat_map(expressions_of).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[test]
fn every_expression_of_the_emitted_definitions_is_simple() {
    for definition in [
        include_str!("../../../../infra/statemachines/sign-up.asl.json"),
        include_str!("../../../../infra/statemachines/sign-up-contacts.asl.json"),
        include_str!("../../../../infra/statemachines/redeliver-webhook.asl.json"),
    ] {
        let definition = serde_json::from_str(definition).unwrap();
        let expressions = expressions_of(&definition);
        assert!(expressions.len() > 10);
        for text in expressions {
            // The name of a redelivery, once for a webhook that could not be delivered: texts are joined by the reference.
            if text.starts_with("'msg_' & ") {
                continue;
            }
            let expression = Expression::parse(text).unwrap();
            assert!(expression.simple.is_some(), "{text}");
        }
    }
}

#[test]
fn what_the_fast_path_must_not_take_goes_to_the_reference() {
    let input = json!({"list": [{"x": 1}, {"x": 2}], "id": 9_007_199_254_740_993_i64, "n": 1, "text": "t"});
    for text in [
        "$states.input.constructor",
        "$states.input.id",
        "{'2': 1, '1': 2}",
        "$states.input.list[-1]",
        "$states.input.list[x = 1]",
        "$states.input.list.(x)",
        "$states.input.n + 'a'",
        "$states.input.text < 1",
        "$states.input.text < $states.input.list[0].x",
        "$states.input.text < 'z'",
        "$sum($states.input.list.x)",
        "$unknown(1)",
        "$error('why')",
        "$error($states.input.nothing)",
        "$exists($error)",
        "$exists($eval)",
        "$exists($sum)",
        "$exists($exists)",
        "$states.input.n / 2",
        "function($x) { $x }",
    ] {
        assert!(both(text, &input).is_none(), "{text}");
    }
}
