//! Query languages of machines and states.

use serde_json::{Value, json};
use simulator::{DiagnosticCode, Machine};

use super::{NOTHING, problems, schema};

fn in_language(language: Value, states: Value) -> Vec<String> {
    let mut definition = json!({"StartAt": "A", "States": states});
    if !language.is_null() {
        definition["QueryLanguage"] = language;
    }
    problems(&definition)
}

fn not_simulated(state: &str, location: &str) -> String {
    format!(
        "JSONPATH_NOT_SIMULATED: state `{state}` is written in JSONPath: only JSONata states can be run at {location}"
    )
}

fn only_jsonata(field: &str, location: &str) -> String {
    schema(
        &format!(
            "The QueryLanguage is set to 'JSONPath', but field '{field}' is only supported for the 'JSONata' QueryLanguage"
        ),
        location,
    )
}

fn only_jsonpath(field: &str, location: &str) -> String {
    schema(
        &format!(
            "The QueryLanguage is set to 'JSONata', but field '{field}' is only supported for the 'JSONPath' QueryLanguage"
        ),
        location,
    )
}

#[test]
fn of_a_jsonpath_machine_the_first_state_is_named() {
    let states =
        json!({"A": {"Type": "Pass", "ResultPath": "$.x", "Next": "B"}, "B": {"Type": "Pass", "End": true}});
    let definition = json!({"StartAt": "A", "States": states});

    let error = Machine::from_json(&definition.to_string()).unwrap_err();

    assert!(error.is_jsonpath());
    assert_eq!(error.problems().len(), 1);
    assert_eq!(error.problems()[0].code, DiagnosticCode::JsonpathNotSimulated);
    assert_eq!(error.to_string(), not_simulated("A", "/States/A"));
    assert_eq!(
        in_language(json!("JSONPath"), states),
        [not_simulated("A", "/States/A")]
    );
}

#[test]
fn a_state_can_be_in_jsonata_by_itself() {
    let state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "End": true});

    assert_eq!(in_language(json!(null), json!({"A": state})), NOTHING);
}

#[test]
fn a_state_of_a_jsonata_machine_is_not_in_jsonpath() {
    let state = json!({"Type": "Pass", "QueryLanguage": "JSONPath", "ResultPath": "$.x", "End": true});

    assert_eq!(
        in_language(json!("JSONata"), json!({"A": state})),
        [schema(
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
            "/States/A"
        )]
    );
}

#[test]
fn inner_states_follow_the_machine_and_not_the_state_around_them() {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": 1, "End": true}}});
    let plain = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    let map = |inner: &Value| json!({"A": {"Type": "Map", "QueryLanguage": "JSONata", "ItemProcessor": inner, "End": true}});
    let parallel = |inner: &Value| json!({"A": {"Type": "Parallel", "QueryLanguage": "JSONata", "Branches": [inner], "End": true}});

    assert_eq!(
        in_language(json!(null), map(&inner)),
        [only_jsonata("Output", "/States/A/ItemProcessor/States/I")]
    );
    assert_eq!(
        in_language(json!(null), parallel(&inner)),
        [only_jsonata("Output", "/States/A/Branches[0]/States/I")]
    );
    assert_eq!(
        in_language(json!(null), map(&plain)),
        [not_simulated("I", "/States/A/ItemProcessor/States/I")]
    );
    for states in [map(&inner), parallel(&inner)] {
        assert_eq!(in_language(json!("JSONata"), states), NOTHING);
    }
}

#[test]
fn blocks_have_no_language_of_their_own() {
    let inner = json!({"QueryLanguage": "JSONata", "StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
    let refused = |location: &str| [schema("Field 'QueryLanguage' is not supported", location)];

    assert_eq!(
        in_language(
            json!("JSONata"),
            json!({"A": {"Type": "Map", "ItemProcessor": inner, "End": true}})
        ),
        refused("/States/A/ItemProcessor")
    );
    assert_eq!(
        in_language(
            json!("JSONata"),
            json!({"A": {"Type": "Map", "Iterator": inner, "End": true}})
        ),
        refused("/States/A/Iterator")
    );
    assert_eq!(
        in_language(
            json!("JSONata"),
            json!({"A": {"Type": "Parallel", "Branches": [inner], "End": true}})
        ),
        refused("/States/A/Branches[0]")
    );
}

#[test]
fn fields_of_jsonpath_are_named_as_such() {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
    let distributed = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
    let lambda = "arn:aws:states:::lambda:invoke";
    let cases = [
        (
            json!({"Type": "Pass", "InputPath": "$.a", "End": true}),
            "InputPath",
            "/States/A",
        ),
        (
            json!({"Type": "Pass", "Result": 1, "End": true}),
            "Result",
            "/States/A",
        ),
        (
            json!({"Type": "Task", "Resource": lambda, "Parameters": {}, "End": true}),
            "Parameters",
            "/States/A",
        ),
        (
            json!({"Type": "Task", "Resource": lambda, "TimeoutSeconds": 1, "TimeoutSecondsPath": "$.t", "End": true}),
            "TimeoutSecondsPath",
            "/States/A",
        ),
        (
            json!({"Type": "Task", "Resource": lambda, "End": true,
                "Catch": [{"ErrorEquals": ["X"], "ResultPath": "$.e", "Next": "B"}]}),
            "ResultPath",
            "/States/A/Catch[0]",
        ),
        (
            json!({"Type": "Map", "ItemsPath": "$.i", "ItemProcessor": inner, "End": true}),
            "ItemsPath",
            "/States/A",
        ),
        (
            json!({"Type": "Map", "ItemBatcher": {"MaxItemsPerBatchPath": "$.n"}, "ItemProcessor": distributed,
                "End": true}),
            "MaxItemsPerBatchPath",
            "/States/A/ItemBatcher",
        ),
        (
            json!({"Type": "Fail", "ErrorPath": "$.e"}),
            "ErrorPath",
            "/States/A",
        ),
        (
            json!({"Type": "Choice", "Choices": [{"Condition": true, "Variable": "$.x", "Next": "B"}]}),
            "Variable",
            "/States/A/Choices[0]",
        ),
    ];
    for (state, field, location) in cases {
        assert_eq!(super::of_state(state), [only_jsonpath(field, location)]);
    }
}
