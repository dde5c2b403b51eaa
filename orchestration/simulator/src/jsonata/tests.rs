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
pub(super) struct TestHost(RefCell<ChaCha8Rng>);

impl TestHost {
    pub(super) fn new(seed: u64) -> Self {
        Self(RefCell::new(ChaCha8Rng::seed_from_u64(seed)))
    }
}

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
    let host = TestHost::new(seed);
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

#[test]
fn references_to_an_input_document_are_refused() {
    for (text, names) in [
        ("phone", "phone"),
        ("phone[0].x", "phone"),
        ("$.phone", "$"),
        ("[total, 7]", "total"),
        ("{city: 1}", "city"),
        ("{'a': city}", "city"),
        ("-city", "city"),
        ("vip ? 1 : 2", "vip"),
        ("$count(orders)", "orders"),
        ("$map($states.input.a, function($x) { b })", "b"),
        ("($x := name; $x)", "name"),
        ("$states.input ~> f", "f"),
        ("(a).b", "a"),
    ] {
        assert_eq!(
            Expression::parse(text).map(|_| ()),
            Err(ExpressionError::References(vec![format!(
                "Reference to '{names}' at the top level is not supported."
            )])),
            "{text}"
        );
    }
    let both = Expression::parse("aaa + bbb").map(|_| ());
    assert!(matches!(both, Err(ExpressionError::References(messages)) if messages.len() == 2));
    for text in [
        "$$",
        "$$.a",
        "$states.input.orders.{'v': $$.vip}",
        "$states.input[x = $$.y]",
    ] {
        assert_eq!(
            Expression::parse(text).map(|_| ()),
            Err(ExpressionError::References(vec![
                "Reference to '$$' is not supported.".to_owned()
            ])),
            "{text}"
        );
    }
    for text in [
        "$states.input.items[phone > 3]",
        "$states.input.items^(phone)",
        "$states.input.items{phone: city}",
        "$states.input.items.{'p': phone}",
        "$states.input.items.(phone)",
        "$states.input.items[$ > 3]",
        "$states.input ~> |items|{'p': phone}|",
        "$map($states.input.a, function($x) { $x.phone })",
        "$phone",
        "'phone'",
        "'$$'",
    ] {
        assert!(Expression::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn what_does_not_parse_is_refused_in_the_words_of_the_reference() {
    for (text, message) in [
        ("1 +", "Unexpected end of expression"),
        ("$a[1,2)", "Expected \"]\", got \",\""),
        (
            "\"unterminated",
            "String literal must be terminated by a matching quote",
        ),
        ("//", "Empty regular expressions are not allowed"),
        ("$split('a', //)", "Empty regular expressions are not allowed"),
        ("/a", "No terminating / in regular expression"),
    ] {
        assert_eq!(
            Expression::parse(text).map(|_| ()),
            Err(ExpressionError::Syntax(message.to_owned())),
            "{text}"
        );
    }
    let deep = "(".repeat(200_000) + "1" + &")".repeat(200_000);
    assert!(Expression::parse(&deep).is_err());
}

#[test]
fn wide_integers_pass_through_exactly() {
    let id = 9_007_199_254_740_993_i64;
    let input = json!({"id": id, "most": i64::MAX, "least": i64::MIN, "over": 9_223_372_036_854_775_808_u64, "list": [{"id": id}, {"id": 1}]});
    let evaluate = |text| evaluate_with(text, input.clone(), 1);
    for (text, value) in [
        ("$states.input.id", json!(id)),
        ("{'id': $states.input.id}", json!({"id": id})),
        (
            "[$states.input.most, $states.input.least]",
            json!([i64::MAX, i64::MIN]),
        ),
        ("$states.input.over", json!(9_223_372_036_854_775_808_f64)),
        ("$states.input.list[0].id", json!(id)),
        (
            "$map($states.input.list, function($item) { $item.id })",
            json!([id, 1]),
        ),
        ("$merge([$states.input, {'a': 1}]).id", json!(id)),
        ("$string($states.input.most)", json!("9223372036854775807")),
        ("'id-' & $states.input.id", json!("id-9007199254740993")),
        (
            "$string({'id': [$states.input.id]})",
            json!("{\"id\":[9007199254740993]}"),
        ),
        (
            "$parse('{\"id\":9007199254740995}').id",
            json!(9_007_199_254_740_995_i64),
        ),
        ("$states.input.id = $states.input.list[0].id", json!(true)),
        ("$states.input.id = $states.input.most", json!(false)),
        ("$states.input.id = 'x'", json!(false)),
        (
            "$exists($states.input.id) and $count($states.input.id) = 1",
            json!(true),
        ),
        ("$states.input.list[1].id + 1", json!(2)),
    ] {
        assert_eq!(evaluate(text), Ok(value), "{text}");
    }
    for text in [
        "$states.input.id + 1",
        "$states.input.id > 5",
        "$states.input.id = 9007199254740993",
        "$states.input.id in [1, 2]",
        "$states.input.id ? 1 : 2",
        "-$states.input.id",
        "$sum([$states.input.id, 1])",
        "$states.input.list^(id)",
        "[1..$states.input.id]",
        "$range(1, $states.input.id, 1)",
        "$states.input.list[$states.input.id]",
        "$type($states.input.id)",
        "$parse('{\"id\":9007199254740995}').id < 5",
        "$formatBase(9.1e15, 2)",
        "$replace('a', 'a', function($x) { 1 })",
        "$base64decode(?)([])",
        "$decodeUrl(?)($sort)",
    ] {
        assert!(
            matches!(evaluate(text), Err(EvaluationError::Refused(_))),
            "{text}: {:?}",
            evaluate(text)
        );
    }
}

/// The boundaries that were measured on AWS.
///
/// Source: [floci#2737](https://github.com/floci-io/floci/issues/2737).
#[test]
fn the_bounds_are_where_aws_has_them() {
    let sum = |terms: usize| format!("1{}", "+1".repeat(terms - 1));
    let nested = |open: &str, close: &str, depth| open.repeat(depth) + "1" + &close.repeat(depth);
    let recursive = |depth| format!("($f := function($x) {{ $x <= 0 ? 0 : 1 + $f($x - 1) }}; $f({depth}))");
    let doubled = |times| {
        format!("($f := function($s, $n) {{ $n = 0 ? $s : $f($s & $s, $n - 1) }}; $length($f('x', {times})))")
    };
    let chained = |calls| format!("1{}", "~>$string".repeat(calls));

    for (passes, fails, error) in [
        (sum(100), sum(101), EvaluationError::STACK),
        (
            nested("(", ")", 99),
            nested("(", ")", 100),
            EvaluationError::STACK,
        ),
        (
            nested("[", "]", 99),
            nested("[", "]", 100),
            EvaluationError::STACK,
        ),
        (chained(99), chained(100), EvaluationError::STACK),
        (recursive(31), recursive(32), EvaluationError::STACK),
        (
            "[1..873782] ~> $count()".to_owned(),
            "[1..873783] ~> $count()".to_owned(),
            EvaluationError::MEMORY,
        ),
        (
            "$count($range(1, 360145, 1))".to_owned(),
            "$range(1, 360146, 1)".to_owned(),
            EvaluationError::MEMORY,
        ),
        (doubled(22), doubled(23), EvaluationError::MEMORY),
    ] {
        assert!(evaluate(&passes).is_ok(), "{passes}: {:?}", evaluate(&passes));
        assert_eq!(evaluate(&fails), Err(error), "{fails}");
    }
    assert_eq!(
        evaluate("$sum($map([1..200000], function($v) { $v * 2 }))"),
        Ok(json!(40_000_200_000_i64))
    );
}

#[test]
fn no_expression_takes_the_process_down() {
    for (text, error) in [
        ("$length($pad('z', 1000000000000))", EvaluationError::MEMORY),
        ("$count([1..90000].([1..90000]))", EvaluationError::MEMORY),
        ("$sum([1..900000])", EvaluationError::MEMORY),
        (
            "($f := function($x) { $f($x + 1) }; $f(1))",
            EvaluationError::TIME,
        ),
        (
            "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /^(a+)+$/)",
            EvaluationError::TIME,
        ),
    ] {
        assert_eq!(evaluate(text), Err(error), "{text}");
    }
    // The engines are fit for more.
    assert_eq!(evaluate("$uppercase('a')"), Ok(json!("A")));
}

#[test]
fn words_do_not_depend_on_what_ran_before() {
    let chained = evaluate("'a' ~> $sum");
    for text in ["$sum(1)", "$parse('1')", "$uppercase('a') & $sum([1])"] {
        evaluate(text).unwrap();
        assert_eq!(evaluate("'a' ~> $sum"), chained);
    }
}

#[test]
fn eval_is_taken_and_fails_when_it_is_called() {
    let called = Err(EvaluationError::Threw(
        "T1006: Attempted to invoke a non-function".to_owned(),
    ));
    assert_eq!(evaluate("$eval('2*3')"), called);
    assert_eq!(evaluate("'2*3' ~> $eval()"), called);
    assert_eq!(evaluate("$exists($eval)"), Ok(json!(false)));
}

#[test]
fn surplus_arguments_of_added_functions_do_not_match_their_signatures() {
    for (text, index, name) in [
        ("$parse('{}', 'x')", 2, "parse"),
        ("$partition([1,2,3], 2, 'x')", 3, "partition"),
        ("$range(1, 5, 1, 'x')", 4, "range"),
        ("$hash('a', 'MD5', 'x')", 3, "hash"),
        ("$random(1, 2)", 2, "random"),
        ("$uuid('seed')", 1, "uuid"),
        ("$range(1)", 2, "range"),
        ("$parse(null)", 1, "parse"),
    ] {
        assert_eq!(
            evaluate(text),
            Err(EvaluationError::Threw(format!(
                "T0410: Argument {index} of function \"{name}\" does not match function signature"
            ))),
            "{text}"
        );
    }
}

#[test]
fn the_rest_of_the_functions_answer_as_the_reference() {
    let threw = |message: &str| Err(EvaluationError::Threw(message.to_owned()));
    for (text, value) in [
        (
            "($n := 2; $f := function($x) { $x * $n }; $n := 3; $f(10))",
            Ok(json!(30)),
        ),
        ("$contains('abc1', /^(?=.*\\d)[a-z\\d]+$/)", Ok(json!(true))),
        ("$contains('\u{967}', /\\d/)", Ok(json!(false))),
        (
            "$reduce([], function($a, $b) { $a })",
            Err(EvaluationError::Undefined),
        ),
        ("$keys([[{'a': 1}], {'b': 2}])", Ok(json!(["a", "b"]))),
        (
            "$encodeUrl('https://example.org/a b?q=\u{e4}')",
            Ok(json!("https://example.org/a%20b?q=%C3%A4")),
        ),
        ("$formatBase(4.5, 2)", Ok(json!("100"))),
        ("$parseInteger('abc', '0')", Ok(json!("NaN"))),
        (
            "$fromMillis(1767225600123.75)",
            Ok(json!("2026-01-01T00:00:00.123Z")),
        ),
        ("$base64encode('my\u{ff}')", Ok(json!("bXn/"))),
        ("$base64decode('bXk=')", Ok(json!("my"))),
        (
            "$base64decode('İstanbul')",
            Ok(json!("\u{d2}\u{cb}Z\u{9d}\u{bb}\u{a5}")),
        ),
        ("(function($x)<n:n> { $x + 1 })(1)", Ok(json!(2))),
        ("$substringAfter(?, 'a')('bab')", Ok(json!("b"))),
        // By UTF-16 units, of which the second is the smaller.
        ("'\u{ff5e}' > '\u{1f600}'", Ok(json!(true))),
        ("1 / $parse('-0.0')", Ok(json!("-Infinity"))),
        ("$merge([{'a\\u0000b': 1}])", Ok(json!({"a\u{0}b": 1}))),
        ("$map(['{\"a\":1}', '{\"a\":2}'], $parse).a", Ok(json!([1, 2]))),
        ("[1 / 0, 0 / 0]", Ok(json!(["Infinity", "NaN"]))),
        ("$number('0x7')", Ok(json!(7))),
        (
            "$number('+7')",
            threw("D3030: Unable to cast value to a number: \"+7\""),
        ),
        (
            "[null..3]",
            threw("T2003: The left side of the range operator (..) must evaluate to an integer"),
        ),
        (
            "$decodeUrl('50%')",
            threw("D3140: Malformed URL passed to $decodeUrl(): \"50%\""),
        ),
        (
            "$split('k9m', /\\d*/)",
            threw("D1004: Regular expression matches zero length string"),
        ),
    ] {
        assert_eq!(evaluate(text), value, "{text}");
    }
}
