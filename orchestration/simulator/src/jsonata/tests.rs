//! Tests of expressions alone.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::json;

use super::*;
use crate::{EpochMillis, SharedValue};

/// A host without a context object but for one name.
struct TestHost(RefCell<ChaCha8Rng>);

impl Host for TestHost {
    fn now(&self) -> EpochMillis {
        EpochMillis::new(1_700_000_000_000)
    }

    fn draw_seed(&self) -> u64 {
        self.0.borrow_mut().next_u64()
    }

    fn context_field(&self, _keys: &[String]) -> Option<Value> {
        None
    }

    fn execution_input(&self) -> &Value {
        &Value::Null
    }

    fn context(&self) -> Value {
        json!({"Execution": {"Name": "first"}})
    }
}

fn evaluate_with(text: &str, input: Value, seed: u64) -> Result<Value, EvaluationError> {
    let input: SharedValue = input.into();
    let variables = Variables::new(BTreeMap::from([(
        "known".into(),
        SharedValue::new(json!({"list": [1]})),
    )]));
    let host = TestHost(RefCell::new(ChaCha8Rng::seed_from_u64(seed)));
    Expression::parse(text)
        .unwrap()
        .evaluate(&Scope::new(&input, &variables, &host))
}

fn evaluate(text: &str) -> Result<Value, EvaluationError> {
    evaluate_with(
        text,
        json!({"a": {"b": [1]}, "n": 2.0, "list": [{"x": 1}, {"x": 2}]}),
        1,
    )
}

#[test]
fn a_plain_path_gives_what_the_evaluator_gives() {
    for path in [
        "$states.input.a",
        "$states.input.a.b",
        "$states.input.n",
        "$states.input.list.x",
        "$known.list",
    ] {
        let plain = evaluate(path);

        // A trailing blank is no plain path.
        assert_eq!(plain, evaluate(&format!("{path} ")), "{path}");
        assert!(plain.is_ok(), "{path}");
    }
    assert_eq!(evaluate("$states.input.list.x"), Ok(json!([1, 2])));
    assert_eq!(evaluate("$states.input.n"), Ok(json!(2)));
}

#[test]
fn an_undefined_result_and_a_function_are_errors() {
    assert_eq!(evaluate("$missing"), Err(EvaluationError::Undefined));
    assert_eq!(evaluate("$states.input.missing"), Err(EvaluationError::Undefined));
    assert_eq!(evaluate("$states.result"), Err(EvaluationError::Undefined));
    assert_eq!(evaluate("function($x){$x}"), Err(EvaluationError::Unsupported));
    assert_eq!(
        evaluate("$unknown(1)"),
        Err(EvaluationError::Threw(
            "T1006: Attempted to invoke a non-function".to_owned()
        ))
    );
}

#[test]
fn functions_that_step_functions_adds_are_provided() {
    assert_eq!(evaluate("$parse('{\"a\": [1]}')"), Ok(json!({"a": [1]})));
    assert_eq!(evaluate("$range(0, 6, 2)"), Ok(json!([0, 2, 4, 6])));
    assert_eq!(evaluate("$range(3, 1, -1)"), Ok(json!([3, 2, 1])));
    assert_eq!(
        evaluate("$partition([1,2,3,4,5], 2)"),
        Ok(json!([[1, 2], [3, 4], [5]]))
    );
    assert_eq!(
        evaluate("$hash('abc', 'MD5')"),
        Ok(json!("900150983cd24fb0d6963f7d28e17f72"))
    );
    assert_eq!(evaluate("$random(7) = $random(7)"), Ok(json!(true)));
}

#[test]
fn now_and_millis_read_the_executions_clock() {
    assert_eq!(evaluate("$millis()"), Ok(json!(1_700_000_000_000_i64)));
    assert_eq!(evaluate("$now()"), Ok(json!("2023-11-14T22:13:20.000Z")));
    assert_eq!(evaluate("$now('[Y]')"), Ok(json!("2023")));
}

#[test]
fn random_functions_follow_from_the_seed() {
    for text in ["$random()", "$uuid()", "$shuffle([1..20])"] {
        assert_eq!(
            evaluate_with(text, json!(1), 1),
            evaluate_with(text, json!(1), 1),
            "{text}"
        );
        assert_ne!(
            evaluate_with(text, json!(1), 1),
            evaluate_with(text, json!(1), 2),
            "{text}"
        );
    }
    let uuid = evaluate("$uuid()").unwrap();
    assert_eq!(uuid.as_str().unwrap().len(), 36);
    assert_eq!(uuid.as_str().unwrap().chars().nth(14), Some('4'));
}

#[test]
fn expressions_that_step_functions_lacks_are_rejected() {
    for text in ["$a ?? $b", "$a ?: $b", "phone", "$$.a", "$", "$.a", "1 +"] {
        assert!(Expression::parse(text).is_err(), "{text}");
    }
    for text in [
        "$eval('1')",
        "'?? ?:'",
        "$states.input.list[x = 1].x",
        "$a ? 1 : 2",
    ] {
        assert!(Expression::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn parsed_expressions_cross_threads() {
    fn assert_send_sync<T: Send + Sync>() {}
    assert_send_sync::<Expression>();
}

#[test]
fn context_fields_are_known_only_if_no_other_can_be_read() {
    let fields = |text: &str| Reads::of(text).context_fields().map(<[_]>::to_vec);
    let field = |section: &str, name: &str| [section.to_owned(), name.to_owned()];

    let text = "$exists($states.context.Execution.Input.a) and $states.context . State.Name = 'x'";
    assert_eq!(
        fields(text),
        Some(vec![field("Execution", "Input"), field("State", "Name")])
    );
    let others = [
        "$states.context",
        "$states.context.Execution",
        "$states.context.Execution[0].Input",
        "$states.context.*.Input",
        "$states.context.Execution.Input.(%.Name)",
        "$lookup($states, 'context').Execution.Input",
        "($c := $states.context; $states.context.Execution.Input & $c.Execution.Name)",
    ];
    for text in others {
        assert_eq!(fields(text), None, "{text}");
    }
}

#[test]
fn a_number_that_is_not_finite_is_a_string() {
    assert_eq!(evaluate("1 / 0"), Ok(json!("Infinity")));
    assert_eq!(evaluate("[-1 / 0]"), Ok(json!(["-Infinity"])));
    assert_eq!(evaluate("9007199254740993"), Ok(json!(9_007_199_254_740_992_i64)));
}

#[test]
fn evaluation_is_bounded_by_time_memory_and_depth() {
    let exceeded = |text: &str| match evaluate(text) {
        Err(EvaluationError::Exceeded(bound)) => bound.split(':').next().unwrap(),
        other => panic!("{other:?}"),
    };

    assert_eq!(
        exceeded("($for_ever := function() { $for_ever() }; $for_ever())"),
        "Expression evaluation timeout"
    );
    assert_eq!(
        exceeded("$count([1..900000])"),
        "Expression evaluation memory limit exceeded"
    );
    assert_eq!(
        exceeded("$range(1, 900000, 1)"),
        "Expression evaluation memory limit exceeded"
    );
    assert_eq!(
        exceeded(
            "($deep := function($n, $in) { $n = 0 ? $in : $deep($n - 1, {'in': $in}) }; $deep(2000, 1))"
        ),
        "Stack overflow error"
    );
}

#[test]
fn functions_answer_as_recorded_on_aws() {
    assert_eq!(evaluate("$random(42)"), Ok(json!(0.727_563_680_032_868_1)));
    assert_eq!(evaluate("$range(-1.7, 2.9, 1)"), Ok(json!([-1, 0, 1, 2])));
    assert_eq!(evaluate("$range(0, 6)"), Err(EvaluationError::Undefined));
    assert_eq!(evaluate("$range(0, 6, 0)"), Err(EvaluationError::Undefined));
    assert_eq!(evaluate("$partition([], 2)"), Err(EvaluationError::Undefined));
    assert_eq!(evaluate("$partition([1, 2])"), Ok(json!([[1, 2]])));
    assert_eq!(
        evaluate("$encodeUrlComponent('my-file.txt/é')"),
        Ok(json!("my-file.txt%2F%C3%A9"))
    );
    assert_eq!(
        evaluate("$sum(['a'])"),
        Err(EvaluationError::Threw(
            "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\"".to_owned()
        ))
    );
    assert_eq!(
        evaluate("$hash('x', 'md5')"),
        Err(EvaluationError::Threw(
            "D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5".to_owned()
        ))
    );
}
