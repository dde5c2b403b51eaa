//! Step Functions: the operations that the functions use, on the simulator's executions.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use simulator::{EpochMillis, ExecutionArn, RequestError, Status, TaskEventError, TaskToken};

use super::protocol::{self, ApiError};
use super::{ACCOUNT, REGION, Services};

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// The machine's name.
pub(crate) const MACHINE: &str = "SignUp";

/// The machine's ARN.
pub(crate) fn machine_arn() -> String {
    format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{MACHINE}")
}

/// The ARN of the machine's execution of this name.
pub(crate) fn execution_arn(name: &str) -> ExecutionArn {
    ExecutionArn::from(format!("arn:aws:states:{REGION}:{ACCOUNT}:execution:{MACHINE}:{name}").as_str())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartExecution {
    state_machine_arn: String,
    /// Optional on AWS, where a name is made up; the functions always give one.
    name: String,
    #[serde(default = "nothing")]
    input: String,
}

fn nothing() -> String {
    "{}".to_owned()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartedExecution<'a> {
    execution_arn: &'a str,
    start_date: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendTaskSuccess {
    task_token: String,
    output: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeExecution {
    execution_arn: String,
}

/// What is told of an execution: all but its input, which is personal.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DescribedExecution<'a> {
    execution_arn: &'a str,
    state_machine_arn: String,
    name: &'a str,
    status: &'a str,
    start_date: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

#[derive(Serialize)]
struct Empty {}

/// Answers one operation.
pub(super) fn answer(services: &Services, operation: &str, body: &[u8]) -> Result<Response, ApiError> {
    match operation {
        "StartExecution" => start_execution(services, &parse(body)?),
        "SendTaskSuccess" => send_task_success(services, parse(body)?),
        "DescribeExecution" => describe_execution(services, &parse(body)?),
        _ => Err(ApiError::unknown_operation()),
    }
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    protocol::parse(body, "ValidationException")
}

fn start_execution(services: &Services, asked: &StartExecution) -> Result<Response, ApiError> {
    let input: Value = serde_json::from_str(&asked.input)
        .map_err(|_| ApiError::new("InvalidExecutionInput", "the input is not JSON"))?;
    let arn = services
        .executions
        .start_execution(&asked.state_machine_arn, &asked.name, input)?;
    let started = services.executions.describe(&arn)?;
    Ok(protocol::answer(
        CONTENT_TYPE,
        &StartedExecution {
            execution_arn: arn.as_str(),
            start_date: seconds(started.started_at),
        },
    ))
}

fn send_task_success(services: &Services, asked: SendTaskSuccess) -> Result<Response, ApiError> {
    let output: Value = serde_json::from_str(&asked.output)
        .map_err(|_| ApiError::new("InvalidOutput", "the output is not JSON"))?;
    services
        .executions
        .send_task_success(&TaskToken::from(asked.task_token), output)?;
    Ok(protocol::answer(CONTENT_TYPE, &Empty {}))
}

fn describe_execution(services: &Services, asked: &DescribeExecution) -> Result<Response, ApiError> {
    let arn = ExecutionArn::from(asked.execution_arn.as_str());
    let found = services.executions.describe(&arn)?;
    let cause = match &found.status {
        Status::Failed { cause, .. } => cause.as_deref(),
        _ => None,
    };
    Ok(protocol::answer(
        CONTENT_TYPE,
        &DescribedExecution {
            execution_arn: arn.as_str(),
            state_machine_arn: machine_arn(),
            name: &found.name,
            status: found.status.name(),
            start_date: seconds(found.started_at),
            stop_date: found.stopped_at.map(seconds),
            output: found.status.output().map(Value::to_string),
            error: found.status.error(),
            cause,
        },
    ))
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::JournalFailed => Self::failed(),
            error => Self::new(error.code(), error.to_string()),
        }
    }
}

impl From<TaskEventError> for ApiError {
    fn from(error: TaskEventError) -> Self {
        match error {
            TaskEventError::JournalFailed => Self::failed(),
            error => Self::new(error.code(), error.to_string()),
        }
    }
}

/// AWS JSON writes a point in time in seconds, with the milliseconds as a fraction.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any real date are below 2^53, where a double is exact"
)]
fn seconds(time: EpochMillis) -> f64 {
    time.as_millis() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use simulator::wall_clock::WallClock;
    use simulator::{Machine, StateMachines, WorkflowType};

    use super::*;
    use crate::secrets::WebhookSecret;

    fn services() -> Services {
        let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "Sleep", "States": {
            "Sleep": {"Type": "Wait", "Seconds": 9, "End": true}}}"#;
        let machine = Machine::from_template(definition, &BTreeMap::new()).unwrap();
        let mut machines = StateMachines::new(0);
        machines.register(MACHINE, WorkflowType::Standard, machine);
        Services {
            executions: WallClock::new(machines),
            outbox: crate::outbox::Outbox::default(),
            webhook_secret: WebhookSecret::of("whsec_"),
        }
    }

    fn start(services: &Services, name: &str, input: &str) -> Result<Response, ApiError> {
        let asked = serde_json::json!({"stateMachineArn": machine_arn(), "name": name, "input": input});
        answer(services, "StartExecution", asked.to_string().as_bytes())
    }

    #[tokio::test]
    async fn an_execution_is_found_under_the_arn_that_its_name_says() {
        let services = services();

        start(&services, "first", "{}").unwrap();

        let asked = serde_json::json!({"executionArn": execution_arn("first").as_str()});
        assert!(answer(&services, "DescribeExecution", asked.to_string().as_bytes()).is_ok());
    }

    #[tokio::test]
    async fn a_taken_name_is_refused_as_aws_does() {
        let services = services();

        start(&services, "first", "{}").unwrap();
        let error = start(&services, "first", "1").unwrap_err();

        assert_eq!(error.code, "ExecutionAlreadyExists");
    }

    #[tokio::test]
    async fn a_token_of_no_task_is_refused_as_aws_does() {
        let body = serde_json::json!({"taskToken": "junk", "output": "{}"});

        let error = answer(&services(), "SendTaskSuccess", body.to_string().as_bytes()).unwrap_err();

        assert_eq!(error.code, "InvalidToken");
    }

    #[tokio::test]
    async fn what_is_not_served_is_said_to_be_unknown() {
        let error = answer(&services(), "ListExecutions", b"{}").unwrap_err();

        assert_eq!(error.code, "UnknownOperationException");
    }
}
