//! Resources, roles and time limits of tasks.

use serde_json::{Value, json};

use super::{NOTHING, of_state, schema};

fn call(resource: &str, more: Value) -> Vec<String> {
    let mut state = json!({"Type": "Task", "Resource": resource, "End": true});
    state
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    of_state(state)
}

#[test]
fn resources_are_functions_activities_and_actions_of_services() {
    for resource in [
        "arn:aws:lambda:us-east-1:111111111111:function:f",
        "arn:aws:lambda:us-east-1:111111111111:function:f:$LATEST",
        "arn:aws-cn:lambda:cn-north-1:111111111111:function:f",
        "arn:aws:states:us-east-1:111111111111:activity:work",
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "arn:aws-us-gov:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:states:::aws-sdk:dynamodb:query",
        "arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:us-east-1:111111111111:aws-sdk:s3:getObject",
        "arn:aws:states:::bedrock:invokeModel",
        "arn:aws:states:::glue:startJobRun.sync",
        "${FunctionArn}",
        "arn:aws:lambda:${Region}:${Account}:function:f",
    ] {
        assert_eq!(call(resource, json!({})), NOTHING, "{resource}");
    }
}

#[test]
fn a_resource_that_is_no_arn_is_refused() {
    for resource in [
        "",
        "function",
        "{% $states.input.arn %}",
        "arn:aws:states",
        "https://example.org/a:b:c:d:e",
    ] {
        assert_eq!(
            call(resource, json!({})),
            [schema("Value is not a valid resource ARN", "/States/A/Resource")],
            "{resource}"
        );
    }
}

#[test]
fn an_arn_of_something_else_is_not_recognized() {
    for resource in [
        "arn:aws:states:::dynamodb:query",
        "arn:aws:states:::dynamodb:getItem.sync",
        "arn:aws:states:::lambda:invoke.sync",
        "arn:aws:states:::lambda:invokes",
        "arn:aws:states:::aws-sdk:dynamodb:getItem.sync",
        "arn:aws:states:::aws-sdk:dynamodb",
        "arn:aws:states:us-east-1:111111111111:stateMachine:m",
        "arn:aws:lambda:us-east-1:111111111111:layer:l",
        "arn:aws:lambda:us-east-1:111111111111:function:",
        "arn:aws:sqs:us-east-1:111111111111:queue",
    ] {
        let found = call(resource, json!({}));
        assert_eq!(found.len(), 1, "{resource}: {found:?}");
        let start = format!("SCHEMA_VALIDATION_FAILED: The resource provided {resource} is not recognized. ");
        assert!(
            found[0].starts_with(&start) && found[0].ends_with(" at /States/A/Resource"),
            "{found:?}"
        );
    }
}

#[test]
fn credentials_name_a_role() {
    let role = |role: &str| {
        call(
            "arn:aws:states:::lambda:invoke",
            json!({"Credentials": {"RoleArn": role}}),
        )
    };

    for valid in [
        "arn:aws:iam::111111111111:role/r",
        "${RoleArn}",
        "{% $states.input.role %}",
    ] {
        assert_eq!(role(valid), NOTHING, "{valid}");
    }
    assert_eq!(
        role("r"),
        [schema(
            "Value is not a valid role ARN",
            "/States/A/Credentials/RoleArn"
        )]
    );
}

#[test]
fn a_heartbeat_is_shorter_than_the_timeout() {
    let limits = |timeout: Value, heartbeat: Value| {
        call(
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            json!({"TimeoutSeconds": timeout, "HeartbeatSeconds": heartbeat}),
        )
    };

    assert_eq!(limits(json!(5), json!(4)), NOTHING);
    assert_eq!(limits(json!("{% 5 %}"), json!(5)), NOTHING);
    assert_eq!(
        limits(json!(5), json!(5)),
        [schema(
            "It has to be less than the 'TimeoutSeconds' of 5",
            "/States/A/HeartbeatSeconds"
        )]
    );
}
