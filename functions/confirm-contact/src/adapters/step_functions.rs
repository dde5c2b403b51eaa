//! Callback tasks in Step Functions.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::send_task_success::SendTaskSuccessError;
use contracts::values::{EmailConfirmed, TaskToken};
use kit::aws::CallFault;

use crate::ports::{CompleteTask, Completion, TaskFault};

/// Callback tasks in Step Functions, by their tokens.
#[derive(Debug, Clone)]
pub struct StepFunctionsTasks(pub Client);

impl CompleteTask for StepFunctionsTasks {
    async fn complete(&self, token: &TaskToken, output: &EmailConfirmed) -> Result<Completion, TaskFault> {
        let output =
            serde_json::to_string(output).map_err(|error| TaskFault::Rejected { source: error.into() })?;
        let result = self
            .0
            .send_task_success()
            .task_token(token.expose())
            .output(output)
            .send()
            .await;
        let Err(error) = result else {
            return Ok(Completion::Completed);
        };
        if error.as_service_error().is_some_and(not_waiting) {
            return Ok(Completion::NotWaiting);
        }
        let fault = CallFault::of("SendTaskSuccess", &error);
        if fault.is_transient() {
            Err(TaskFault::Unavailable { source: fault.into() })
        } else {
            Err(TaskFault::Rejected { source: fault.into() })
        }
    }
}

/// Step Functions returns either error if the task was completed before.
fn not_waiting(error: &SendTaskSuccessError) -> bool {
    error.is_task_timed_out() || error.is_task_does_not_exist()
}
