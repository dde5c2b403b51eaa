//! Fields that are unknown, missing, or of another type of state.

use serde_json::{Value, json};

use super::{NOTHING, of_state, of_states, problems, schema};

/// A state of each type, which is valid, without what only some types have.
fn minimal() -> Vec<(&'static str, Value)> {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
    vec![
        (
            "Task",
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}),
        ),
        (
            "Parallel",
            json!({"Type": "Parallel", "Branches": [inner], "End": true}),
        ),
        ("Map", json!({"Type": "Map", "ItemProcessor": inner, "End": true})),
        (
            "Choice",
            json!({"Type": "Choice", "Choices": [{"Condition": true, "Next": "B"}]}),
        ),
        ("Pass", json!({"Type": "Pass", "End": true})),
        ("Wait", json!({"Type": "Wait", "Seconds": 1, "End": true})),
        ("Succeed", json!({"Type": "Succeed"})),
        ("Fail", json!({"Type": "Fail"})),
    ]
}

fn with(state: &Value, field: &str, value: Value) -> Value {
    let mut state = state.clone();
    state[field] = value;
    state
}

#[test]
fn a_minimal_state_of_each_type_is_accepted() {
    for (state_type, state) in minimal() {
        assert_eq!(of_state(state), NOTHING, "{state_type}");
    }
}

#[test]
fn fields_belong_to_some_types_of_state() {
    let retry = json!([{"ErrorEquals": ["States.ALL"]}]);
    let catch = json!([{"ErrorEquals": ["States.ALL"], "Next": "B"}]);
    let all: Vec<&str> = minimal().iter().map(|(name, _)| *name).collect();
    let cases: [(&str, Value, &[&str]); 12] = [
        ("Comment", json!("why"), &all),
        ("QueryLanguage", json!("JSONata"), &all),
        ("Retry", retry, &["Task", "Parallel", "Map"]),
        ("Catch", catch, &["Task", "Parallel", "Map"]),
        ("TimeoutSeconds", json!(9), &["Task"]),
        ("HeartbeatSeconds", json!(9), &["Task"]),
        ("Arguments", json!({}), &["Task", "Parallel"]),
        (
            "Assign",
            json!({"x": 1}),
            &["Task", "Parallel", "Map", "Choice", "Pass", "Wait"],
        ),
        (
            "Output",
            json!(1),
            &["Task", "Parallel", "Map", "Choice", "Pass", "Wait", "Succeed"],
        ),
        ("Error", json!("E"), &["Fail"]),
        ("MaxConcurrency", json!(1), &["Map"]),
        ("End", json!(true), &["Task", "Parallel", "Map", "Pass", "Wait"]),
    ];
    for (field, value, supported) in cases {
        for (state_type, state) in minimal() {
            let found = of_state(with(&state, field, value.clone()));

            let refused = schema(&format!("Field '{field}' is not supported"), "/States/A");
            if supported.contains(&state_type) {
                assert_eq!(found, NOTHING, "{field} on {state_type}");
            } else {
                assert!(found.contains(&refused), "{field} on {state_type}: {found:?}");
            }
        }
    }
}

#[test]
fn unknown_fields_are_named_with_their_object() {
    let call = |more: Value| {
        let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true});
        state
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        of_state(state)
    };
    let inner = |more: Value| {
        let mut block = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
        block
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        block
    };
    let machine = problems(&json!({"QueryLanguage": "JSONata", "StartAt": "A", "Tags": {},
        "States": {"A": {"Type": "Succeed"}}}));
    let cases = [
        (machine, "Tags", "/"),
        (call(json!({"Timeout": 5})), "Timeout", "/States/A"),
        (
            call(json!({"Retry": [{"ErrorEquals": ["X"], "MaxAttempt": 5}]})),
            "MaxAttempt",
            "/States/A/Retry[0]",
        ),
        (
            call(json!({"Catch": [{"ErrorEquals": ["X"], "Next": "B", "Retry": []}]})),
            "Retry",
            "/States/A/Catch[0]",
        ),
        (
            call(json!({"Credentials": {"RoleArn": "arn:aws:iam::1:role/r", "Role": "r"}})),
            "Role",
            "/States/A/Credentials",
        ),
        (
            of_state(json!({"Type": "Choice", "Default": "B", "Choices": [
                {"Condition": true, "Next": "B"}, {"Condition": true, "Then": 1, "Next": "B"}]})),
            "Then",
            "/States/A/Choices[1]",
        ),
        (
            of_state(json!({"Type": "Parallel", "Branches": [inner(json!({"Name": "x"}))], "End": true})),
            "Name",
            "/States/A/Branches[0]",
        ),
        (
            of_state(
                json!({"Type": "Parallel", "Branches": [inner(json!({"ProcessorConfig": {}}))], "End": true}),
            ),
            "ProcessorConfig",
            "/States/A/Branches[0]",
        ),
        (
            of_state(json!({"Type": "Map", "ItemProcessor": inner(json!({"Mode": "INLINE"})), "End": true})),
            "Mode",
            "/States/A/ItemProcessor",
        ),
        (
            of_state(json!({"Type": "Map", "End": true,
                "ItemProcessor": inner(json!({"ProcessorConfig": {"Type": "INLINE"}}))})),
            "Type",
            "/States/A/ItemProcessor/ProcessorConfig",
        ),
        (
            of_state(json!({"Type": "Parallel", "End": true, "Branches": [
                {"StartAt": "I", "States": {"I": {"Type": "Pass", "Result": 1, "Ends": true, "End": true}}}]})),
            "Ends",
            "/States/A/Branches[0]/States/I",
        ),
    ];
    for (found, field, location) in cases {
        let expected = schema(&format!("Field '{field}' is not supported"), location);
        assert!(found.contains(&expected), "{expected} is not in {found:?}");
    }
}

#[test]
fn required_fields_are_listed_by_object() {
    let cases = [
        (problems(&json!({})), "[StartAt, States]", "/"),
        (of_states(json!({"A": {"End": true}})), "[Type]", "/States/A"),
        (
            of_state(json!({"Type": "Task", "End": true})),
            "[Resource]",
            "/States/A",
        ),
        (
            of_state(
                json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Credentials": {}, "End": true}),
            ),
            "[RoleArn]",
            "/States/A/Credentials",
        ),
        (
            of_state(json!({"Type": "Parallel", "End": true})),
            "[Branches]",
            "/States/A",
        ),
        (
            of_state(json!({"Type": "Parallel", "Branches": [{}], "End": true})),
            "[StartAt, States]",
            "/States/A/Branches[0]",
        ),
        (
            of_state(json!({"Type": "Map", "End": true})),
            "[ItemProcessor]",
            "/States/A",
        ),
        (
            of_state(json!({"Type": "Choice", "Default": "B", "Choices": [{}]})),
            "[Condition, Next]",
            "/States/A/Choices[0]",
        ),
        (
            of_state(
                json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Catch": [{}], "End": true}),
            ),
            "[ErrorEquals, Next]",
            "/States/A/Catch[0]",
        ),
    ];
    for (found, fields, location) in cases {
        let expected = schema(&format!("These fields are required: {fields}"), location);
        assert!(found.contains(&expected), "{expected} is not in {found:?}");
    }
}

#[test]
fn a_state_goes_on_or_ends() {
    let pass = |more: Value| {
        let mut state = json!({"Type": "Pass"});
        state
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        of_state(state)
    };

    assert_eq!(pass(json!({"Next": "B", "End": false})), NOTHING);
    assert_eq!(
        pass(json!({"Next": "B", "End": true})),
        [schema(
            "There should only be one of the following fields: [Next, End]",
            "/States/A"
        )]
    );
    for neither in [json!({}), json!({"End": false})] {
        let found = pass(neither);
        assert_eq!(
            found[0],
            schema("One of these fields is required: [Next, End]", "/States/A")
        );
    }
}
