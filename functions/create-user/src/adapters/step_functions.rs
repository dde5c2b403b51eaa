//! The sign-up in Step Functions.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::start_execution::StartExecutionError;
use contracts::sign_up::SignUpInput;
use kit::aws::CallFault;

use crate::ports::{StartFault, StartSignUp};

#[derive(Debug, Clone)]
pub struct StepFunctionsSignUp {
    pub client: Client,
    pub state_machine: String,
}

impl StartSignUp for StepFunctionsSignUp {
    async fn start(&self, input: &SignUpInput) -> Result<(), StartFault> {
        let json = serde_json::to_string(input).map_err(|error| StartFault(error.into()))?;
        let result = self
            .client
            .start_execution()
            .state_machine_arn(&self.state_machine)
            .name(input.user_id.as_str())
            .input(json)
            .send()
            .await;
        match result {
            Ok(_) => Ok(()),
            // Already started, and perhaps ended: a name stays in use for 90 days after the end.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(StartExecutionError::is_execution_already_exists) =>
            {
                Ok(())
            }
            Err(error) => Err(StartFault(CallFault::of("StartExecution", &error).into())),
        }
    }
}
