//! Callback tasks in Step Functions.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::send_task_failure::SendTaskFailureError;
use contracts::values::{ErrorName, ResendRequested, TaskToken};
use kit::aws::CallFault;

use crate::ports::{Asked, RequestMail, TaskFault};

/// Callback tasks in Step Functions, by their tokens.
#[derive(Debug, Clone)]
pub struct StepFunctionsTasks(pub Client);

impl RequestMail for StepFunctionsTasks {
    async fn request(&self, task: &TaskToken) -> Result<Asked, TaskFault> {
        let result = self
            .0
            .send_task_failure()
            .task_token(task.expose())
            .error(ResendRequested::NAME)
            .send()
            .await;
        let Err(error) = result else {
            return Ok(Asked::Asked);
        };
        if error.as_service_error().is_some_and(not_waiting) {
            return Ok(Asked::NotWaiting);
        }
        let fault = CallFault::of("SendTaskFailure", &error);
        if fault.is_transient() {
            Err(TaskFault::Unavailable { source: fault.into() })
        } else {
            Err(TaskFault::Rejected { source: fault.into() })
        }
    }
}

/// Step Functions returns either error if the task has ended before.
fn not_waiting(error: &SendTaskFailureError) -> bool {
    error.is_task_timed_out() || error.is_task_does_not_exist()
}
