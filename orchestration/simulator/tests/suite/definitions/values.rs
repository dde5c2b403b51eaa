//! Values that are of the wrong type or out of their range.

use serde_json::{Value, json};

use super::{NOTHING, of_state, of_states, problems, schema};

fn call(field: &str, value: Value) -> Vec<String> {
    of_state(json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true, field: value}))
}

fn retrier(field: &str, value: Value) -> Vec<String> {
    call("Retry", json!([{"ErrorEquals": ["X"], field: value}]))
}

fn map(field: &str, value: Value) -> Vec<String> {
    of_state(json!({"Type": "Map", "End": true, field: value,
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}}))
}

fn machine(field: &str, value: Value) -> Vec<String> {
    problems(
        &json!({"QueryLanguage": "JSONata", "StartAt": "A", field: value, "States": {"A": {"Type": "Succeed"}}}),
    )
}

fn wait(field: &str, value: Value) -> Vec<String> {
    of_state(json!({"Type": "Wait", field: value, "End": true}))
}

type Field = fn(&str, Value) -> Vec<String>;

#[test]
fn numbers_have_ranges() {
    let cases: [(Field, &str, &str, Value, Value); 11] = [
        (machine, "TimeoutSeconds", "", json!(1), json!(99_999_999)),
        (call, "TimeoutSeconds", "/States/A", json!(1), json!(99_999_999)),
        (call, "HeartbeatSeconds", "/States/A", json!(1), json!(99_999_999)),
        (wait, "Seconds", "/States/A", json!(0), json!(99_999_999)),
        (map, "MaxConcurrency", "/States/A", json!(0), json!(null)),
        (map, "ToleratedFailureCount", "/States/A", json!(0), json!(null)),
        (
            map,
            "ToleratedFailurePercentage",
            "/States/A",
            json!(0),
            json!(100),
        ),
        (
            retrier,
            "IntervalSeconds",
            "/States/A/Retry[0]",
            json!(1),
            json!(99_999_999),
        ),
        (
            retrier,
            "MaxAttempts",
            "/States/A/Retry[0]",
            json!(0),
            json!(99_999_999),
        ),
        (
            retrier,
            "MaxDelaySeconds",
            "/States/A/Retry[0]",
            json!(1),
            json!(31_622_399),
        ),
        (
            retrier,
            "BackoffRate",
            "/States/A/Retry[0]",
            json!(1.0),
            json!(null),
        ),
    ];
    for (field, name, object, least, most) in cases {
        let location = format!("{object}/{name}");
        let bound = |bound: &str, found: Vec<String>| {
            assert_eq!(found.len(), 1, "{name}: {found:?}");
            assert!(
                found[0].starts_with(&format!("SCHEMA_VALIDATION_FAILED: {bound} value is "))
                    && found[0].ends_with(&format!(" at {location}")),
                "{found:?}"
            );
        };
        assert_eq!(field(name, least.clone()), NOTHING, "{name}");
        let below = match least.as_i64() {
            Some(least) => json!(least - 1),
            None => json!(least.as_f64().unwrap() - 0.5),
        };
        bound("Minimum", field(name, below));
        if let Some(most) = most.as_u64() {
            assert_eq!(field(name, json!(most)), NOTHING, "{name}");
            bound("Maximum", field(name, json!(most + 1)));
        }
    }
}

#[test]
fn integers_are_no_fractions_texts_or_expressions_of_text() {
    for value in [json!(1.5), json!(true), json!([])] {
        assert_eq!(
            wait("Seconds", value),
            [schema("Expected value of type [INTEGER]", "/States/A/Seconds")]
        );
    }
    assert_eq!(
        wait("Seconds", json!("60")),
        [schema(
            "A string has to be an expression, in '{%' and '%}'",
            "/States/A/Seconds"
        )]
    );
    assert_eq!(wait("Seconds", json!("{% $states.input.pause %}")), NOTHING);
    // A retrier takes no expression.
    assert_eq!(
        retrier("MaxAttempts", json!("{% 3 %}")),
        [schema(
            "Expected value of type [INTEGER]",
            "/States/A/Retry[0]/MaxAttempts"
        )]
    );
}

#[test]
fn a_fraction_of_a_percent_is_refused_by_name() {
    assert_eq!(
        map("ToleratedFailurePercentage", json!(12.5)),
        ["NOT_SIMULATED: Only a whole percentage can be simulated at /States/A/ToleratedFailurePercentage"]
    );
}

#[test]
fn names_are_of_a_list() {
    let cases: [(Field, &str, Value, &str, &str); 3] = [
        (machine, "Version", json!("2.0"), "[1.0]", "/Version"),
        (
            machine,
            "QueryLanguage",
            json!("jsonata"),
            "[JSONPath, JSONata]",
            "/QueryLanguage",
        ),
        (
            retrier,
            "JitterStrategy",
            json!("SOME"),
            "[FULL, NONE]",
            "/States/A/Retry[0]/JitterStrategy",
        ),
    ];
    for (field, name, value, names, location) in cases {
        let expected = schema(
            &format!("Value should be one of the following: {names}"),
            location,
        );
        assert_eq!(field(name, value), [expected]);
        assert_eq!(
            field(name, json!(1)),
            [schema("Expected value of type [STRING]", location)]
        );
    }
    assert_eq!(machine("Version", json!("1.0")), NOTHING);
}

#[test]
fn lists_are_not_empty_where_they_say_what_happens() {
    let empty = |found: Vec<String>, location: &str| {
        assert!(
            found.contains(&schema("Value cannot be empty", location)),
            "{found:?}"
        );
    };

    empty(
        problems(&json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {}})),
        "/States",
    );
    empty(
        of_state(json!({"Type": "Parallel", "Branches": [], "End": true})),
        "/States/A/Branches",
    );
    empty(
        of_states(json!({"A": {"Type": "Choice", "Choices": []}})),
        "/States/A/Choices",
    );
    empty(
        call("Retry", json!([{"ErrorEquals": []}])),
        "/States/A/Retry[0]/ErrorEquals",
    );
    assert_eq!(call("Retry", json!([])), NOTHING);
}

#[test]
fn values_of_the_wrong_type_are_located() {
    let cases = [
        (call("Comment", json!(1)), "STRING", "Comment"),
        (call("Retry", json!({})), "ARRAY", "Retry"),
        (call("Catch", json!([1])), "OBJECT", "Catch[0]"),
        (call("Assign", json!([])), "OBJECT", "Assign"),
        (
            call("Retry", json!([{"ErrorEquals": [1]}])),
            "STRING",
            "Retry[0]/ErrorEquals[0]",
        ),
        (
            call("Retry", json!([{"ErrorEquals": "X"}])),
            "ARRAY",
            "Retry[0]/ErrorEquals",
        ),
        (map("Items", json!({})), "ARRAY, STRING", "Items"),
        (wait("Timestamp", json!(1)), "STRING", "Timestamp"),
        (of_state(json!({"Type": "Fail", "Error": 1})), "STRING", "Error"),
    ];
    for (found, types, field) in cases {
        let expected = schema(
            &format!("Expected value of type [{types}]"),
            &format!("/States/A/{field}"),
        );
        assert_eq!(found, [expected]);
    }
    let found = of_state(json!({"Type": "Choice", "Choices": [{"Condition": 1, "Next": "B"}]}));
    assert_eq!(
        found,
        [schema(
            "Expected value of type [BOOLEAN, STRING]",
            "/States/A/Choices[0]/Condition"
        )]
    );
    assert_eq!(
        of_states(json!({"A": 1})),
        [
            schema("Expected value of type [OBJECT]", "/States/A"),
            "MISSING_END_STATE: Workflow has no terminal state".to_owned(),
        ]
    );
}

#[test]
fn a_literal_timestamp_is_an_rfc_3339_time_with_uppercase_letters() {
    for valid in [
        "2031-02-03T04:05:06Z",
        "2031-02-03T04:05:06.789Z",
        "2031-02-03T04:05:06+02:00",
        "{% $states.input.until %}",
    ] {
        assert_eq!(wait("Timestamp", json!(valid)), NOTHING, "{valid}");
    }
    for invalid in [
        "2031-02-03 04:05:06Z",
        "2031-02-03T04:05:06",
        "2031-15-03T04:05:06Z",
        "2031-02-30T04:05:06Z",
        "2031-02-03T24:05:06Z",
        "2031-02-03t04:05:06Z",
        "2031-02-03T04:05:06z",
        "2031-02-03T04:05:06+0200",
        "2031-02-03T04:05Z",
        "20310203T040506Z",
        "tomorrow",
        "",
    ] {
        assert_eq!(
            wait("Timestamp", json!(invalid)),
            [schema(
                "String does not match RFC3339 timestamp",
                "/States/A/Timestamp"
            )],
            "{invalid}"
        );
    }
}

#[test]
fn a_wait_has_one_of_seconds_and_timestamp() {
    let both = json!({"Type": "Wait", "Seconds": 1, "Timestamp": "2031-02-03T04:05:06Z", "End": true});

    assert_eq!(
        of_state(both),
        [schema(
            "There should only be one of the following fields: [Seconds, Timestamp]",
            "/States/A"
        )]
    );
    assert_eq!(
        of_state(json!({"Type": "Wait", "End": true})),
        [schema(
            "One of these fields is required: [Seconds, Timestamp]",
            "/States/A"
        )]
    );
}

#[test]
fn states_all_is_alone_and_last() {
    let message = "'States.ALL' must be alone, and in the last of them";
    for field in ["Retry", "Catch"] {
        let handlers = |names: Value| {
            let handler = |names: &Value| match field {
                "Catch" => json!({"ErrorEquals": names, "Next": "B"}),
                _ => json!({"ErrorEquals": names}),
            };
            call(field, names.as_array().unwrap().iter().map(handler).collect())
        };
        let location = format!("/States/A/{field}[0]/ErrorEquals");

        assert_eq!(handlers(json!([["Busy"], ["States.ALL"]])), NOTHING);
        assert_eq!(
            handlers(json!([["States.ALL", "Busy"]])),
            [schema(message, &location)]
        );
        assert_eq!(
            handlers(json!([["States.ALL"], ["Busy"]])),
            [schema(message, &location)]
        );
    }
}

#[test]
fn names_of_variables_are_checked() {
    let assign = |name: &str| of_state(json!({"Type": "Pass", "Assign": {name: 1}, "End": true}));

    for name in ["x", "größe", "a_1"] {
        assert_eq!(assign(name), NOTHING, "{name}");
    }
    for name in ["", "states", "1a", "x.y", "x[0]", &"x".repeat(81)] {
        assert_eq!(assign(name).len(), 1, "{name}");
    }
}
