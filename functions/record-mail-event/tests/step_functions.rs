//! The Step Functions adapter: its requests, and its handling of the responses.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::ErrorMetadata;
use aws_sdk_sfn::operation::send_task_failure::{SendTaskFailureError, SendTaskFailureOutput};
use aws_sdk_sfn::types::error::{InvalidToken, TaskDoesNotExist, TaskTimedOut};
use aws_smithy_mocks::{mock, mock_client};
use contracts::values::TaskToken;
use record_mail_event::{EndWait, Ended, StepFunctionsTasks, TaskFault};

async fn end(client: Client) -> Result<Ended, TaskFault> {
    StepFunctionsTasks(client).end(&TaskToken::new("canary")).await
}

#[tokio::test]
async fn the_task_fails_with_the_error_that_the_workflow_catches() {
    let send = mock!(Client::send_task_failure)
        .match_requests(|request| {
            request.task_token() == Some("canary") && request.error() == Some("AddressSuppressed")
        })
        .then_output(|| SendTaskFailureOutput::builder().build());
    let client = mock_client!(aws_sdk_sfn, [&send]);

    assert_eq!(end(client).await.unwrap(), Ended::Ended);

    assert_eq!(send.num_calls(), 1);
}

#[tokio::test]
async fn a_task_that_has_ended_does_not_wait() {
    let timed_out = mock!(Client::send_task_failure)
        .then_error(|| SendTaskFailureError::TaskTimedOut(TaskTimedOut::builder().build()));
    let unknown = mock!(Client::send_task_failure)
        .then_error(|| SendTaskFailureError::TaskDoesNotExist(TaskDoesNotExist::builder().build()));

    for rule in [&timed_out, &unknown] {
        let client = mock_client!(aws_sdk_sfn, [rule]);

        assert_eq!(end(client).await.unwrap(), Ended::NotWaiting);
    }
}

#[tokio::test]
async fn a_rejected_token_is_a_fault_that_does_not_contain_it() {
    let send = mock!(Client::send_task_failure).then_error(|| {
        let rejected = InvalidToken::builder()
            .message("Invalid Token: 'canary'")
            .meta(ErrorMetadata::builder().code("InvalidToken").build())
            .build();
        SendTaskFailureError::InvalidToken(rejected)
    });
    let client = mock_client!(aws_sdk_sfn, [&send]);

    let fault = end(client).await.unwrap_err();

    assert!(matches!(fault, TaskFault::Rejected { .. }));
    assert!(!format!("{fault:?} {}", kit::chain(&fault)).contains("canary"));
}

#[tokio::test]
async fn a_missing_permission_is_waited_for() {
    let send = mock!(Client::send_task_failure).then_error(|| {
        let meta = ErrorMetadata::builder().code("AccessDeniedException").build();
        SendTaskFailureError::generic(meta)
    });
    let client = mock_client!(aws_sdk_sfn, [&send]);

    let fault = end(client).await.unwrap_err();

    assert!(matches!(fault, TaskFault::Unavailable { .. }), "{fault:?}");
}
