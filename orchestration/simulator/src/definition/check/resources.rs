//! Checking tasks: their resource, role and time limits.

use serde_json::{Map, Value};

use super::Checker;
use crate::definition::location::Location;

/// The actions of optimized integrations, of the services whose actions are listed in full here, with what may follow each.
/// The actions of other services are not checked.
///
/// Source: [Integrating optimized
/// services](https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html).
const ACTIONS: [(&str, &[&str]); 13] = [
    ("apigateway:invoke", &["", CALLBACK]),
    ("batch:submitJob", &["", ".sync"]),
    ("dynamodb:deleteItem", &[""]),
    ("dynamodb:getItem", &[""]),
    ("dynamodb:putItem", &[""]),
    ("dynamodb:updateItem", &[""]),
    ("ecs:runTask", &["", ".sync", CALLBACK]),
    ("events:putEvents", &["", CALLBACK]),
    ("http:invoke", &[""]),
    ("lambda:invoke", &["", CALLBACK]),
    ("sns:publish", &["", CALLBACK]),
    ("sqs:sendMessage", &["", CALLBACK]),
    ("states:startExecution", &["", ".sync", ".sync:2", CALLBACK]),
];

const CALLBACK: &str = ".waitForTaskToken";

/// The patterns that wait for the end of what the task starts.
const SYNC: [&str; 2] = [".sync", ".sync:2"];

impl Checker {
    pub(super) fn task(&mut self, at: Location<'_>, task: &Map<String, Value>) {
        if let Some(resource) = task.get("Resource").and_then(Value::as_str) {
            self.resource(at.field("Resource"), resource);
        }
        let number = |field| task.get(field).and_then(Value::as_u64);
        if let (Some(timeout), Some(heartbeat)) = (number("TimeoutSeconds"), number("HeartbeatSeconds"))
            && heartbeat >= timeout
        {
            self.schema(
                at.field("HeartbeatSeconds"),
                format!("It has to be less than the 'TimeoutSeconds' of {timeout}"),
            );
        }
        let role = task
            .get("Credentials")
            .and_then(|credentials| credentials.get("RoleArn"));
        if let Some(role) = role.and_then(Value::as_str)
            && !role.starts_with("arn:")
            && !has_placeholder(role)
            && !role.contains("{%")
        {
            self.schema(
                at.field("Credentials").field("RoleArn"),
                "Value is not a valid role ARN",
            );
        }
    }

    /// A resource is a Lambda function, an activity, or an action of a service. An expression is none of them.
    ///
    /// Sources: [Task state](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#types); the wording is
    /// recorded by `LocalStack`, `test_dynamodb_task_service` and `test_sfn_api_express`.
    fn resource(&mut self, at: Location<'_>, resource: &str) {
        if has_placeholder(resource) {
            return;
        }
        let parts: Vec<&str> = resource.splitn(6, ':').collect();
        let &["arn", _partition, service, _region, _account, rest] = parts.as_slice() else {
            self.schema(at, "Value is not a valid resource ARN");
            return;
        };
        let known = match (service, rest.split_once(':')) {
            ("lambda", Some(("function", name))) => !name.is_empty(),
            ("states", Some(("activity", name))) => {
                self.not_in_express(at, "Express state machine does not support Activity ARN");
                !name.is_empty()
            }
            ("states", Some((service, action))) => {
                self.pattern(at, action);
                is_action(rest, service, action)
            }
            _ => false,
        };
        if !known {
            self.schema(
                at,
                format!(
                    "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the \
                     resource is not available in this region."
                ),
            );
        }
    }

    /// Express workflows wait for nothing: see [Service integration
    /// patterns](https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html).
    fn pattern(&mut self, at: Location<'_>, action: &str) {
        if action.ends_with(CALLBACK) {
            // With AWS's space at its end.
            self.not_in_express(
                at,
                "Express state machine does not support '.waitForTaskToken' service integration ",
            );
        } else if is_sync(action) {
            self.not_in_express(
                at,
                "Express state machine does not support '.sync' service integration",
            );
        }
    }
}

fn is_sync(action: &str) -> bool {
    SYNC.iter().any(|pattern| action.ends_with(pattern))
}

fn is_action(whole: &str, service: &str, action: &str) -> bool {
    if service == "aws-sdk" {
        // Calls of the SDK wait for a token at most.
        return !is_sync(action) && action.contains(':');
    }
    // The ARN of a resource of Step Functions, and no action.
    if matches!(service, "stateMachine" | "execution" | "express" | "mapRun") {
        return false;
    }
    let is_listed = ACTIONS
        .iter()
        .any(|(known, _)| known.split(':').next() == Some(service));
    !is_listed
        || ACTIONS.iter().any(|(known, patterns)| {
            whole
                .strip_prefix(known)
                .is_some_and(|pattern| patterns.contains(&pattern))
        })
}

/// Whether a template's substitution will make the value. It cannot be checked before.
pub(super) fn has_placeholder(text: &str) -> bool {
    text.contains("${")
}
