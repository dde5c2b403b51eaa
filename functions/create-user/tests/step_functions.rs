//! The Step Functions adapter: its requests, and its handling of the responses.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::ErrorMetadata;
use aws_sdk_sfn::operation::start_execution::{StartExecutionError, StartExecutionOutput};
use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::error::{ExecutionAlreadyExists, InvalidExecutionInput};
use aws_smithy_mocks::{mock, mock_client};
use contracts::sign_up::SignUpInput;
use create_user::{StartFault, StartSignUp, StepFunctionsSignUp};
use serde_json::json;

async fn start(client: Client) -> Result<(), StartFault> {
    let input: SignUpInput = serde_json::from_value(json!({
        "userId": "0123456789abcdef0123456789abcdef",
        "email": "canary@example.org",
    }))
    .unwrap();
    let state_machine = "arn".to_owned();
    StepFunctionsSignUp {
        client,
        state_machine,
    }
    .start(&input)
    .await
}

#[tokio::test]
async fn the_execution_is_named_after_the_user_id() {
    let start_execution = mock!(Client::start_execution)
        .match_requests(|request| {
            request.state_machine_arn() == Some("arn")
                && request.name() == Some("0123456789abcdef0123456789abcdef")
                && request.input()
                    == Some(r#"{"userId":"0123456789abcdef0123456789abcdef","email":"canary@example.org"}"#)
        })
        .then_output(|| {
            let output = StartExecutionOutput::builder().execution_arn("arn");
            output.start_date(DateTime::from_secs(0)).build().unwrap()
        });
    let client = mock_client!(aws_sdk_sfn, [&start_execution]);

    start(client).await.unwrap();

    assert_eq!(start_execution.num_calls(), 1);
}

#[tokio::test]
async fn an_existing_execution_counts_as_started() {
    let start_execution = mock!(Client::start_execution).then_error(|| {
        StartExecutionError::ExecutionAlreadyExists(ExecutionAlreadyExists::builder().build())
    });
    let client = mock_client!(aws_sdk_sfn, [&start_execution]);

    start(client).await.unwrap();
}

#[tokio::test]
async fn faults_do_not_contain_the_input() {
    let start_execution = mock!(Client::start_execution).then_error(|| {
        let rejected = InvalidExecutionInput::builder()
            .message("Invalid State Machine Execution Input: 'canary'")
            .meta(ErrorMetadata::builder().code("InvalidExecutionInput").build())
            .build();
        StartExecutionError::InvalidExecutionInput(rejected)
    });
    let client = mock_client!(aws_sdk_sfn, [&start_execution]);

    let fault = start(client).await.unwrap_err();

    assert_eq!(
        kit::chain(&fault),
        "the workflow cannot be started right now: StartExecution failed: InvalidExecutionInput"
    );
    assert!(!format!("{fault:?}").contains("canary"));
}
