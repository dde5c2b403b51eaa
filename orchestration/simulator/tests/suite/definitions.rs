//! Refused definitions: their diagnostics, and that what AWS accepts is accepted.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulator::{DiagnosticCode, Machine, WorkflowType, validate};

mod express;
mod expressions;
mod fields;
mod graph;
mod languages;
mod maps;
mod properties;
mod tasks;
mod values;

/// What is wrong with a Standard workflow. A machine is made of a definition if that is nothing.
fn problems(definition: &Value) -> Vec<String> {
    let text = definition.to_string();
    let found = validate(&text, WorkflowType::Standard);
    match Machine::from_json(&text) {
        Ok(_) => assert_eq!(found, []),
        Err(error) => assert_eq!(found, error.problems()),
    }
    found.iter().map(ToString::to_string).collect()
}

/// What is wrong with a JSONata machine of these states, which starts at `A`.
fn of_states(states: Value) -> Vec<String> {
    problems(&json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": states}))
}

/// What is wrong with a state. It is `A`, and ends the machine unless it goes on to `B`.
fn of_state(state: Value) -> Vec<String> {
    let mut states = json!({"A": state});
    if states["A"].to_string().contains(r#""Next":"B""#) {
        states["B"] = json!({"Type": "Succeed"});
    }
    of_states(states)
}

fn schema(message: &str, location: &str) -> String {
    format!("SCHEMA_VALIDATION_FAILED: {message} at {location}")
}

const NOTHING: [String; 0] = [];

#[test]
fn all_problems_are_listed_at_once_in_the_order_of_the_states() {
    let found = of_states(json!({
        "A": {"Type": "Wait", "Next": "B"},
        "B": {"Type": "Task", "Resource": "r", "TimeoutSeconds": 5, "HeartbeatSeconds": 5, "Next": "Gone",
              "Output": {"deep": ["{% 1 + %}", "{% $states.errorOutput %}"]},
              "Retry": [{"ErrorEquals": [], "IntervalSeconds": 0, "MaxDelaySeconds": 31_622_400}]},
        "C": {"Type": "Nonsense"},
    }));

    let expected = [
        "SCHEMA_VALIDATION_FAILED: One of these fields is required: [Seconds, Timestamp] at /States/A",
        "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/B/Output/deep[0]",
        "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/B/Output/deep[1]",
        "SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/B/Retry[0]/ErrorEquals",
        "SCHEMA_VALIDATION_FAILED: Minimum value is 1 at /States/B/Retry[0]/IntervalSeconds",
        "SCHEMA_VALIDATION_FAILED: Maximum value is 31622399 at /States/B/Retry[0]/MaxDelaySeconds",
        "SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN at /States/B/Resource",
        "SCHEMA_VALIDATION_FAILED: It has to be less than the 'TimeoutSeconds' of 5 at /States/B/HeartbeatSeconds",
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Gone at /States/B/Next",
        "SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, \
         Choice, Parallel, Map] at /States/C/Type",
        "MISSING_END_STATE: Workflow has no terminal state",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn an_error_lists_its_problems_one_a_line() {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Out": 1, "Then": 2, "End": true}}});

    let error = Machine::from_json(&definition.to_string()).unwrap_err();

    assert_eq!(
        error.to_string(),
        "the definition has 2 problems:\n\
         - SCHEMA_VALIDATION_FAILED: Field 'Out' is not supported at /States/A\n\
         - SCHEMA_VALIDATION_FAILED: Field 'Then' is not supported at /States/A"
    );
}

#[test]
fn a_text_that_is_no_json_is_located_by_line_and_column() {
    let found = validate("{\n  \"StartAt\": }", WorkflowType::Standard);

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, DiagnosticCode::InvalidJsonDescription);
    assert_eq!(found[0].location.as_deref(), Some("line 2, column 14"));
}

#[test]
fn repeated_keys_are_refused() {
    let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Output": {"x": [{"y": 1, "y": 2}]}, "Next": "B", "Next": "B"},
        "B": {"Type": "Succeed"}, "B": {"Type": "Fail"}}}"#;

    let found = validate(definition, WorkflowType::Standard);

    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "NOT_SIMULATED: Field 'y' occurs more than once at /States/A/Output/x[0]",
            "NOT_SIMULATED: Field 'Next' occurs more than once at /States/A",
            "DUPLICATE_STATE_NAME: Duplicate State name: B at /States/B",
        ]
    );
    assert!(Machine::from_json(definition).is_err());
}

#[test]
fn a_definition_is_an_object() {
    for definition in [json!([]), json!("text"), json!(null)] {
        assert_eq!(
            problems(&definition),
            ["SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object"]
        );
    }
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
