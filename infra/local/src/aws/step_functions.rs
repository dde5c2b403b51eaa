//! Step Functions: the operations that the functions call, on the simulator's executions.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use simulator::{EpochMillis, ExecutionArn, RequestError, Status, TaskEventError, TaskToken};

use super::protocol::{self, ApiError};
use super::{ACCOUNT, REGION, Services};

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

pub(crate) const MACHINE: &str = "SignUp";

pub(crate) fn machine_arn(name: &str) -> String {
    format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}")
}

pub(crate) fn execution_arn(name: &str) -> ExecutionArn {
    ExecutionArn::from(format!("arn:aws:states:{REGION}:{ACCOUNT}:execution:{MACHINE}:{name}").as_str())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartExecution {
    state_machine_arn: String,
    /// Optional on AWS, which then generates one; the functions always set it.
    name: String,
    #[serde(default = "empty_object")]
    input: String,
}

fn empty_object() -> String {
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
struct SendTaskFailure {
    task_token: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    cause: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeExecution {
    execution_arn: String,
}

/// The description of an execution without its input, which is personal data.
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

pub(super) fn respond(services: &Services, operation: &str, body: &[u8]) -> Result<Response, ApiError> {
    match operation {
        "StartExecution" => start_execution(services, &parse(body)?),
        "SendTaskSuccess" => send_task_success(services, parse(body)?),
        "SendTaskFailure" => send_task_failure(services, parse(body)?),
        "DescribeExecution" => describe_execution(services, &parse(body)?),
        _ => Err(ApiError::unknown_operation()),
    }
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    protocol::parse(body, "ValidationException")
}

fn start_execution(services: &Services, request: &StartExecution) -> Result<Response, ApiError> {
    let input: Value = serde_json::from_str(&request.input)
        .map_err(|_| ApiError::new("InvalidExecutionInput", "the input is not JSON"))?;
    let arn = services
        .executions
        .start_execution(&request.state_machine_arn, &request.name, input)?;
    let started = services.executions.describe(&arn)?;
    Ok(protocol::response(
        CONTENT_TYPE,
        &StartedExecution {
            execution_arn: arn.as_str(),
            start_date: seconds(started.started_at),
        },
    ))
}

fn send_task_success(services: &Services, request: SendTaskSuccess) -> Result<Response, ApiError> {
    let output: Value = serde_json::from_str(&request.output)
        .map_err(|_| ApiError::new("InvalidOutput", "the output is not JSON"))?;
    services
        .executions
        .send_task_success(&TaskToken::from(request.task_token), output)?;
    Ok(protocol::response(CONTENT_TYPE, &Empty {}))
}

fn send_task_failure(services: &Services, request: SendTaskFailure) -> Result<Response, ApiError> {
    services.executions.send_task_failure(
        &TaskToken::from(request.task_token),
        &request.error,
        &request.cause,
    )?;
    Ok(protocol::response(CONTENT_TYPE, &Empty {}))
}

fn describe_execution(services: &Services, request: &DescribeExecution) -> Result<Response, ApiError> {
    let arn = ExecutionArn::from(request.execution_arn.as_str());
    let found = services.executions.describe(&arn)?;
    let cause = match &found.status {
        Status::Failed { cause, .. } => cause.as_deref(),
        _ => None,
    };
    Ok(protocol::response(
        CONTENT_TYPE,
        &DescribedExecution {
            execution_arn: arn.as_str(),
            state_machine_arn: machine_arn(&found.machine_name),
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

/// A timestamp of AWS JSON: seconds with a fraction.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any real date are below 2^53, where a double is exact"
)]
fn seconds(time: EpochMillis) -> f64 {
    time.as_millis() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::tests::services;

    fn start(services: &Services, name: &str, input: &str) -> Result<Response, ApiError> {
        let request =
            serde_json::json!({"stateMachineArn": machine_arn(MACHINE), "name": name, "input": input});
        respond(services, "StartExecution", request.to_string().as_bytes())
    }

    #[tokio::test]
    async fn executions_are_found_by_the_arn_of_their_name() {
        let services = services();

        start(&services, "first", "{}").unwrap();

        let request = serde_json::json!({"executionArn": execution_arn("first").as_str()});
        assert!(respond(&services, "DescribeExecution", request.to_string().as_bytes()).is_ok());
    }

    #[tokio::test]
    async fn a_name_in_use_is_an_error_as_on_aws() {
        let services = services();

        start(&services, "first", "{}").unwrap();
        let error = start(&services, "first", "1").unwrap_err();

        assert_eq!(error.code, "ExecutionAlreadyExists");
    }

    #[tokio::test]
    async fn an_unknown_task_token_is_an_error_as_on_aws() {
        let body = serde_json::json!({"taskToken": "junk", "output": "{}"});

        let error = respond(&services(), "SendTaskSuccess", body.to_string().as_bytes()).unwrap_err();

        assert_eq!(error.code, "InvalidToken");
    }

    #[tokio::test]
    async fn unsupported_operations_are_an_error() {
        let error = respond(&services(), "ListExecutions", b"{}").unwrap_err();

        assert_eq!(error.code, "UnknownOperationException");
    }
}
