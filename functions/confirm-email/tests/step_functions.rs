//! The Step Functions adapter: its requests, and its handling of the responses.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::retry::RetryConfig;
use aws_sdk_sfn::error::ErrorMetadata;
use aws_sdk_sfn::operation::send_task_success::{SendTaskSuccessError, SendTaskSuccessOutput};
use aws_sdk_sfn::types::error::{InvalidToken, TaskDoesNotExist, TaskTimedOut};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use confirm_email::{CompleteTask, Completion, StepFunctionsTasks, TaskFault};
use contracts::values::{EmailConfirmed, TaskToken};

async fn complete(client: Client) -> Result<Completion, TaskFault> {
    let output = EmailConfirmed {
        confirmed_at: "2026-01-01T12:00:00Z".parse().unwrap(),
    };
    StepFunctionsTasks::new(client)
        .complete(&TaskToken::new("canary"), &output)
        .await
}

#[tokio::test]
async fn the_task_is_completed_with_the_output_of_its_contract() {
    let send = mock!(Client::send_task_success)
        .match_requests(|request| {
            request.task_token() == Some("canary")
                && request.output() == Some(r#"{"confirmedAt":"2026-01-01T12:00:00.000Z"}"#)
        })
        .then_output(|| SendTaskSuccessOutput::builder().build());
    let client = mock_client!(aws_sdk_sfn, [&send]);

    assert_eq!(complete(client).await.unwrap(), Completion::Completed);
}

#[tokio::test]
async fn a_timed_out_task_is_not_waiting() {
    let send = mock!(Client::send_task_success)
        .then_error(|| SendTaskSuccessError::TaskTimedOut(TaskTimedOut::builder().build()));
    let client = mock_client!(aws_sdk_sfn, [&send]);

    assert_eq!(complete(client).await.unwrap(), Completion::NotWaiting);
}

#[tokio::test]
async fn an_unknown_task_is_not_waiting() {
    let send = mock!(Client::send_task_success)
        .then_error(|| SendTaskSuccessError::TaskDoesNotExist(TaskDoesNotExist::builder().build()));
    let client = mock_client!(aws_sdk_sfn, [&send]);

    assert_eq!(complete(client).await.unwrap(), Completion::NotWaiting);
}

#[tokio::test]
async fn the_fault_of_a_refused_token_does_not_quote_it() {
    let send = mock!(Client::send_task_success).then_error(|| {
        let refused = InvalidToken::builder()
            .message("Invalid Token: 'canary'")
            .meta(ErrorMetadata::builder().code("InvalidToken").build())
            .build();
        SendTaskSuccessError::InvalidToken(refused)
    });
    let client = mock_client!(aws_sdk_sfn, [&send]);

    let fault = complete(client).await.unwrap_err();

    assert!(matches!(fault, TaskFault::Refused { .. }));
    assert_eq!(
        kit::chain(&fault),
        "the completion of the task was refused: SendTaskSuccess failed: InvalidToken"
    );
    assert!(!format!("{fault:?}").contains("canary"));
}

#[tokio::test]
async fn a_throttled_completion_is_retryable() {
    let send = mock!(Client::send_task_success).then_error(|| {
        SendTaskSuccessError::generic(ErrorMetadata::builder().code("ThrottlingException").build())
    });
    let client = mock_client!(aws_sdk_sfn, RuleMode::Sequential, [&send], |config| {
        config.retry_config(RetryConfig::disabled())
    });

    let fault = complete(client).await.unwrap_err();

    assert!(matches!(fault, TaskFault::Unavailable { .. }));
}
