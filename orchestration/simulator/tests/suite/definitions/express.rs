//! What Express workflows do not have.

use serde_json::{Value, json};
use simulator::{EpochMillis, Machine, RequestError, StateMachines, WorkflowType, validate};

use super::schema;

const NO_CALLBACK: &str = "Express state machine does not support '.waitForTaskToken' service integration ";
const NO_SYNC: &str = "Express state machine does not support '.sync' service integration";
const NO_ACTIVITY: &str = "Express state machine does not support Activity ARN";

fn definition(state: Value) -> String {
    json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}}).to_string()
}

fn found(state: Value, workflow_type: WorkflowType) -> Vec<String> {
    let found = validate(&definition(state), workflow_type);
    found.iter().map(ToString::to_string).collect()
}

fn calls(resource: &str) -> Value {
    json!({"Type": "Task", "Resource": resource, "End": true})
}

fn block(resource: &str) -> Value {
    json!({"StartAt": "I", "States": {"I": calls(resource)}})
}

fn each(resource: &str, config: Value) -> Value {
    let mut processor = block(resource);
    processor["ProcessorConfig"] = config;
    json!({"Type": "Map", "ItemProcessor": processor, "End": true})
}

#[test]
fn an_express_workflow_waits_for_nothing() {
    let cases = [
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", NO_CALLBACK),
        (
            "arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken",
            NO_CALLBACK,
        ),
        ("arn:aws:states:::states:startExecution.sync", NO_SYNC),
        ("arn:aws:states:::states:startExecution.sync:2", NO_SYNC),
        ("arn:aws:states:us-east-1:111111111111:activity:work", NO_ACTIVITY),
    ];
    for (resource, message) in cases {
        let nested = json!({"Type": "Parallel", "Branches": [block(resource)], "End": true});
        let inline = each(resource, json!({"Mode": "INLINE"}));

        for state in [calls(resource), nested.clone(), inline.clone()] {
            assert_eq!(found(state, WorkflowType::Standard), Vec::<String>::new());
        }
        assert_eq!(
            found(calls(resource), WorkflowType::Express),
            [schema(message, "/States/A/Resource")]
        );
        assert_eq!(
            found(nested, WorkflowType::Express),
            [schema(message, "/States/A/Branches[0]/States/I/Resource")]
        );
        assert_eq!(
            found(inline, WorkflowType::Express),
            [schema(message, "/States/A/ItemProcessor/States/I/Resource")]
        );
    }
    assert_eq!(
        found(calls("arn:aws:states:::lambda:invoke"), WorkflowType::Express),
        Vec::<String>::new()
    );
}

#[test]
fn express_children_of_a_distributed_map_wait_for_nothing() {
    let resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
    let children = |execution_type: &str| {
        found(
            each(
                resource,
                json!({"Mode": "DISTRIBUTED", "ExecutionType": execution_type}),
            ),
            WorkflowType::Standard,
        )
    };

    assert_eq!(children("STANDARD"), Vec::<String>::new());
    assert_eq!(
        children("EXPRESS"),
        [schema(NO_CALLBACK, "/States/A/ItemProcessor/States/I/Resource")]
    );
}

#[test]
fn an_express_workflow_has_no_distributed_map() {
    let state = each(
        "arn:aws:states:::lambda:invoke",
        json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}),
    );

    assert_eq!(
        found(state, WorkflowType::Express),
        [schema(
            "Express state machine does not support a Map of mode 'DISTRIBUTED'",
            "/States/A"
        )]
    );
}

#[test]
fn a_machine_that_is_registered_as_express_is_checked_when_it_starts() {
    let machine = Machine::from_json(&definition(calls(
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    )))
    .unwrap();
    let mut service = StateMachines::new(1);
    service.register("standard", WorkflowType::Standard, machine.clone());
    service.register("express", WorkflowType::Express, machine);

    let now = EpochMillis::new(0);
    assert!(service.start_execution("standard", "a", json!({}), now).is_ok());
    let error = service
        .start_execution("express", "a", json!({}), now)
        .unwrap_err();
    assert!(matches!(error, RequestError::InvalidDefinition(_)), "{error}");
    assert_eq!(error.code(), "InvalidDefinition");
}
