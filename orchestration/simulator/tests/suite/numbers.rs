//! Fields whose number is the value of an expression: types and ranges.

use proptest::prelude::*;
use serde_json::{Value, json};
use simulator::{Execution, Machine, Status, TaskEvent};

use crate::support::{callback, has, machine, next_task, start, task};

const MOST_SECONDS: u64 = 99_999_999;

/// A state whose field is the machine's input.
type State = fn(&str) -> Value;

/// A larger number of an expression is no integer here. What AWS does with one is not known.
const MOST_INTEGER: u64 = i64::MAX.unsigned_abs();

/// A field, the state that has it, and the whole numbers that it takes.
const FIELDS: [(&str, State, u64, u64); 7] = [
    ("Seconds", wait, 0, MOST_SECONDS),
    ("TimeoutSeconds", timed, 1, MOST_SECONDS),
    ("HeartbeatSeconds", timed, 1, MOST_SECONDS),
    ("MaxConcurrency", inline, 0, MOST_INTEGER),
    ("ToleratedFailureCount", inline, 0, MOST_INTEGER),
    ("MaxItemsPerBatch", batched, 1, MOST_INTEGER),
    ("MaxInputBytesPerBatch", batched, 1, 262_144),
];

const VALUE: &str = "{% $states.input %}";

fn wait(field: &str) -> Value {
    json!({"Type": "Wait", field: VALUE, "End": true})
}

fn timed(field: &str) -> Value {
    callback(json!({field: VALUE}))
}

fn map(mode: &str, (field, value): (&str, Value)) -> Value {
    json!({
        "Type": "Map", "Items": [], "End": true, field: value,
        "ItemProcessor": {"ProcessorConfig": {"Mode": mode, "ExecutionType": "STANDARD"}, "StartAt": "Each",
                          "States": {"Each": {"Type": "Succeed"}}},
    })
}

fn inline(field: &str) -> Value {
    let mut state = map("INLINE", (field, json!(VALUE)));
    state["ItemProcessor"]["ProcessorConfig"] = json!({"Mode": "INLINE"});
    state
}

fn batched(field: &str) -> Value {
    map("DISTRIBUTED", ("ItemBatcher", json!({field: VALUE})))
}

fn run(field: &str, state: State, input: Value) -> Execution {
    let name = "It";
    start(machine(name, json!({name: state(field)})), input)
}

fn cause(execution: &Execution) -> String {
    match execution.status() {
        Status::Failed { error, cause } => {
            assert_eq!(error.as_deref(), Some("States.QueryEvaluationError"));
            cause.as_deref().unwrap().to_owned()
        }
        other => panic!("it has not failed: {other:?}"),
    }
}

#[test]
fn a_number_at_the_bounds_of_its_range_is_taken() {
    for (field, state, least, most) in FIELDS {
        // An expression gives no whole number above 2^53 exactly.
        for number in [least, most.min(1 << 53)] {
            let execution = run(field, state, json!(number));

            assert_eq!(execution.status().error(), None, "{field} {number}");
        }
    }
}

#[test]
fn a_whole_number_out_of_range_fails_the_evaluation() {
    for (field, state, least, most) in FIELDS {
        let below = i64::try_from(least).unwrap() - 1;
        let mut outside = vec![json!(below), json!(-1e300)];
        if most < u64::MAX {
            outside.extend([json!(most + 1), json!(1e300)]);
        }
        for number in outside {
            let said = cause(&run(field, state, number.clone()));

            assert!(said.contains(field), "{said}");
            assert!(
                !said.contains("unexpected result type"),
                "{field} {number}: {said}"
            );
        }
    }
}

#[test]
fn what_is_no_whole_number_is_of_another_type() {
    for (field, state, _, _) in FIELDS {
        for (value, type_name) in [
            (json!(1.5), "number"),
            (json!("7"), "string"),
            (json!(true), "boolean"),
            (json!(null), "null"),
            (json!([7, 8]), "array"),
            (json!({"seconds": 7}), "object"),
        ] {
            let said = cause(&run(field, state, value.clone()));

            let expected = format!("Expected 'integer', but was '{type_name}' for value: {value}");
            assert!(said.ends_with(&expected), "{field}: {said}");
        }
    }
}

#[test]
fn a_number_out_of_range_says_so_in_the_words_of_aws_where_they_are_known() {
    let prefix = "An error occurred while executing the state 'It' (entered at the event id #2). ";
    for (field, state, value, expected) in [
        (
            "MaxConcurrency",
            inline as State,
            json!(-1),
            "Expected non-negative integer for MaxConcurrency, got '-1' instead.",
        ),
        (
            "ToleratedFailureCount",
            inline,
            json!(-1),
            "ToleratedFailureCount cannot be negative.",
        ),
        (
            "ToleratedFailurePercentage",
            inline,
            json!(100.5),
            "ToleratedFailurePercentage must be between 0 and 100.",
        ),
        (
            "Seconds",
            wait,
            json!(100_000_000),
            "The field 'Seconds' must be an integer of 0 to 99999999 but was: 100000000",
        ),
    ] {
        assert_eq!(cause(&run(field, state, value)), format!("{prefix}{expected}"));
    }
}

#[test]
fn a_percentage_may_have_a_fraction() {
    let field = "ToleratedFailurePercentage";
    for number in [json!(0), json!(33.3), json!(100)] {
        assert_eq!(run(field, inline, number).status().error(), None);
    }
    for other in [json!(-0.1), json!("50"), json!(null)] {
        cause(&run(field, inline, other));
    }
}

#[test]
fn a_number_out_of_range_can_be_caught() {
    let states = json!({
        "Call": task(json!({
            "TimeoutSeconds": "{% 0 %}", "Next": "Late",
            "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Late"}],
        })),
        "Late": {"Type": "Succeed"},
    });

    let execution = start(machine("Call", states), json!({}));

    assert_eq!(execution.status().name(), "SUCCEEDED");
}

/// A Map that reads three items, at most as many of them as its input says.
fn reading(input: Value) -> Execution {
    let mut state = map(
        "DISTRIBUTED",
        (
            "ItemReader",
            json!({
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON", "MaxItems": VALUE},
                "Arguments": {"Bucket": "b", "Key": "k"},
            }),
        ),
    );
    state.as_object_mut().unwrap().remove("Items");
    let mut execution = start(machine("Read", json!({"Read": state})), input);
    let call = next_task(&mut execution);
    let items = TaskEvent::Responded {
        id: call.id,
        response: json!([1, 2, 3]),
    };
    execution.handle(execution.now(), items).unwrap();
    execution
}

#[test]
fn max_items_of_zero_is_no_limit() {
    for (most, expected) in [
        (json!(2), json!([1, 2])),
        (json!(0), json!([1, 2, 3])),
        (json!(1e300), json!([1, 2, 3])),
    ] {
        assert_eq!(crate::support::output(&reading(most)), expected);
    }
}

#[test]
fn negative_max_items_fail_the_reader() {
    let execution = reading(json!(-1));

    assert_eq!(
        execution.status(),
        &Status::Failed {
            error: Some("States.ItemReaderFailed".into()),
            cause: Some("field MaxItems must be positive".into()),
        }
    );
    assert!(!has(&execution, simulator::EventType::EvaluationFailed));
}

fn seconds() -> Machine {
    machine("It", json!({"It": wait("Seconds")}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_wait_by_expression_takes_exactly_what_a_literal_one_does(number in prop_oneof![
        any::<i32>().prop_map(i64::from),
        99_999_990_i64..100_000_010,
        -3_i64..3,
    ]) {
        let literal = json!({"QueryLanguage": "JSONata", "StartAt": "It", "States": {
            "It": {"Type": "Wait", "Seconds": number, "End": true}}});
        let is_literal_taken = Machine::from_json(&literal.to_string()).is_ok();

        let execution = start(seconds(), json!(number));

        prop_assert_eq!(execution.status().error().is_none(), is_literal_taken);
    }

    #[test]
    fn any_value_of_a_number_field_runs_or_fails_and_never_panics(
        number in any::<f64>(),
        field in 0..FIELDS.len(),
    ) {
        let (field, state, least, most) = FIELDS[field];
        prop_assume!(number.is_finite());

        let execution = run(field, state, json!(number));

        #[expect(clippy::cast_precision_loss, reason = "the bounds are far apart")]
        let is_taken = number.fract() == 0.0 && number >= least as f64 && number <= most as f64;
        prop_assert_eq!(execution.status().error().is_none(), is_taken);
    }
}
