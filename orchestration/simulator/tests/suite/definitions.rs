//! Refused definitions and their messages.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulator::Machine;

fn rejected(states: Value) -> String {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "First", "States": states});
    Machine::from_json(&definition.to_string())
        .unwrap_err()
        .to_string()
}

#[test]
fn a_jsonpath_machine_is_rejected_naming_its_first_state() {
    let definition = json!({"StartAt": "Old", "States": {"Old": {"Type": "Pass", "End": true}}});

    let error = Machine::from_json(&definition.to_string()).unwrap_err();

    assert_eq!(
        error.to_string(),
        "state `Old` is written in JSONPath: only JSONata states can be run"
    );
}

#[test]
fn a_field_of_jsonpath_is_named() {
    let inner =
        json!({"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "ResultPath": "$.x", "End": true}}});

    let error = rejected(json!({"First": {"Type": "Parallel", "Branches": [inner], "End": true}}));

    assert_eq!(
        error,
        "state `Inner` has the field `ResultPath`, which only JSONPath states have"
    );
}

#[test]
fn a_transition_to_a_missing_state_is_rejected() {
    let cases = [
        (json!({"First": {"Type": "Pass", "Next": "Gone"}}), "`Next`"),
        (
            json!({"First": {"Type": "Choice", "Default": "Gone", "Choices": [
            {"Condition": true, "Next": "First"}]}}),
            "`Default`",
        ),
        (
            json!({"First": {"Type": "Task", "Resource": "r", "End": true, "Catch": [
            {"ErrorEquals": ["States.ALL"], "Next": "Gone"}]}}),
            "`Catch[0]/Next`",
        ),
    ];
    for (states, field) in cases {
        let error = rejected(states);
        assert!(
            error.contains("`First`") && error.contains("`Gone`") && error.contains(field),
            "{error}"
        );
    }
    let error = rejected(json!({"Second": {"Type": "Succeed"}}));
    assert_eq!(
        error,
        "the machine starts at `First`, which is not one of its states"
    );
}

#[test]
fn an_unreachable_state_is_rejected() {
    let error = rejected(json!({"First": {"Type": "Succeed"}, "Lost": {"Type": "Succeed"}}));

    assert_eq!(error, "state `Lost` cannot be reached");
}

#[test]
fn a_bad_expression_is_named_with_its_state_and_field() {
    let error = rejected(json!({"First": {"Type": "Pass", "Output": {"a": ["{% 1 + %}"]}, "End": true}}));

    assert!(
        error.starts_with("state `First` has a bad expression in its `Output/a[0]`: "),
        "{error}"
    );
    assert!(error.ends_with(": 1 +"), "{error}");
}

#[test]
fn a_malformed_state_is_named() {
    let error = rejected(json!({"First": {"Type": "Pass"}}));

    assert!(error.starts_with("state `First` is malformed: "), "{error}");
}

#[test]
fn states_all_must_be_alone_and_last() {
    let call = |retry: Value| {
        rejected(json!({"First": {"Type": "Task", "Resource": "r", "End": true, "Retry": retry}}))
    };

    let message = "state `First` has a bad `Retry[0]/ErrorEquals`: `States.ALL` must be alone and last";
    assert_eq!(call(json!([{"ErrorEquals": ["States.ALL", "Busy"]}])), message);
    assert_eq!(
        call(json!([{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["Busy"]}])),
        message
    );
}

#[test]
fn a_template_takes_its_substitutions() {
    let template = r#"{"QueryLanguage": "JSONata", "StartAt": "Call", "States": {"Call": {
        "Type": "Task", "Resource": "${Arn}", "End": true}}}"#;
    let substitutions = BTreeMap::from([("Arn".to_owned(), "arn:aws:lambda:r:1:function:f".to_owned())]);

    let machine = Machine::from_template(template, &substitutions).unwrap();

    let mut execution = crate::support::start(machine, json!({}));
    assert_eq!(
        crate::support::next_task(&mut execution).function(),
        Some("arn:aws:lambda:r:1:function:f")
    );
    let error = Machine::from_template(template, &BTreeMap::new()).unwrap_err();
    assert!(error.to_string().contains("`${Arn}`"), "{error}");
}
