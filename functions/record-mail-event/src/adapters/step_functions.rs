//! Callback tasks in Step Functions.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::send_task_failure::SendTaskFailureError;
use contracts::values::{AddressSuppressed, ErrorName, TaskToken};
use kit::aws::CallFault;

use crate::ports::{EndWait, Ended, TaskFault};

/// Callback tasks in Step Functions, by their tokens.
#[derive(Debug, Clone)]
pub struct StepFunctionsTasks(pub Client);

impl EndWait for StepFunctionsTasks {
    async fn end(&self, task: &TaskToken) -> Result<Ended, TaskFault> {
        let result = self
            .0
            .send_task_failure()
            .task_token(task.expose())
            .error(AddressSuppressed::NAME)
            .send()
            .await;
        let Err(error) = result else {
            return Ok(Ended::Ended);
        };
        if error.as_service_error().is_some_and(not_waiting) {
            return Ok(Ended::NotWaiting);
        }
        let is_rejected = error
            .as_service_error()
            .is_some_and(SendTaskFailureError::is_invalid_token);
        let source = CallFault::of("SendTaskFailure", &error).into();
        // An operator can fix anything else, such as a permission, while the event waits in the queue.
        if is_rejected {
            Err(TaskFault::Rejected { source })
        } else {
            Err(TaskFault::Unavailable { source })
        }
    }
}

/// Step Functions returns either error if the task has ended before.
fn not_waiting(error: &SendTaskFailureError) -> bool {
    error.is_task_timed_out() || error.is_task_does_not_exist()
}
