//! The Step Functions adapter: its requests, and its handling of the responses.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::retry::RetryConfig;
use aws_sdk_sfn::error::ErrorMetadata;
use aws_sdk_sfn::operation::send_task_success::{SendTaskSuccessError, SendTaskSuccessOutput};
use aws_sdk_sfn::types::error::{InvalidToken, TaskDoesNotExist, TaskTimedOut};
use aws_smithy_mocks::{RuleMode, mock, mock_client};
use confirm_contact::{CompleteTask, Completion, StepFunctionsTasks, TaskFault};
use contracts::values::{ConfirmationScope, EmailConfirmed, TaskToken};

async fn complete(client: Client) -> Result<Completion, TaskFault> {
    let output = EmailConfirmed {
        confirmed_at: "2026-01-01T12:00:00Z".parse().unwrap(),
        scope: Some(ConfirmationScope::All),
    };
    StepFunctionsTasks(client)
        .complete(&TaskToken::new("canary"), &output)
        .await
}

#[tokio::test]
async fn the_task_output_matches_the_contract() {
    let send = mock!(Client::send_task_success)
        .match_requests(|request| {
            request.task_token() == Some("canary")
                && request.output() == Some(r#"{"confirmedAt":"2026-01-01T12:00:00.000Z","scope":"all"}"#)
        })
        .then_output(|| SendTaskSuccessOutput::builder().build());
    let client = mock_client!(aws_sdk_sfn, [&send]);

    assert_eq!(complete(client).await.unwrap(), Completion::Completed);
}

#[tokio::test]
async fn a_task_that_timed_out_does_not_wait() {
    let send = mock!(Client::send_task_success)
        .then_error(|| SendTaskSuccessError::TaskTimedOut(TaskTimedOut::builder().build()));
    let client = mock_client!(aws_sdk_sfn, [&send]);

    assert_eq!(complete(client).await.unwrap(), Completion::NotWaiting);
}

#[tokio::test]
async fn a_task_that_does_not_exist_does_not_wait() {
    let send = mock!(Client::send_task_success)
        .then_error(|| SendTaskSuccessError::TaskDoesNotExist(TaskDoesNotExist::builder().build()));
    let client = mock_client!(aws_sdk_sfn, [&send]);

    assert_eq!(complete(client).await.unwrap(), Completion::NotWaiting);
}

#[tokio::test]
async fn a_rejected_token_is_a_fault_that_does_not_contain_it() {
    let send = mock!(Client::send_task_success).then_error(|| {
        let rejected = InvalidToken::builder()
            .message("Invalid Token: 'canary'")
            .meta(ErrorMetadata::builder().code("InvalidToken").build())
            .build();
        SendTaskSuccessError::InvalidToken(rejected)
    });
    let client = mock_client!(aws_sdk_sfn, [&send]);

    let fault = complete(client).await.unwrap_err();

    assert!(matches!(fault, TaskFault::Rejected { .. }));
    assert_eq!(
        kit::chain(&fault),
        "the completion of the task was rejected: SendTaskSuccess failed: InvalidToken"
    );
    assert!(!format!("{fault:?}").contains("canary"));
}

#[tokio::test]
async fn a_throttled_completion_can_be_sent_again() {
    for code in ["ThrottlingException", "KmsThrottlingException"] {
        let send = mock!(Client::send_task_success)
            .then_error(move || SendTaskSuccessError::generic(ErrorMetadata::builder().code(code).build()));
        let client = mock_client!(aws_sdk_sfn, RuleMode::Sequential, [&send], |config| {
            config.retry_config(RetryConfig::disabled())
        });

        let fault = complete(client).await.unwrap_err();

        assert!(matches!(fault, TaskFault::Unavailable { .. }), "{code}");
    }
}
