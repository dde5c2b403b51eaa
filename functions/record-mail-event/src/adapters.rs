//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod step_functions;

use kit::Aws;

use crate::ports::{Clients, EndWait, MarkSignUp, SuppressAddress};
use dynamodb::DynamoSuppressions;
use step_functions::StepFunctionsTasks;

impl Clients for Aws {
    fn suppressions(&self, table: String) -> impl SuppressAddress + MarkSignUp {
        DynamoSuppressions(self.table(table))
    }

    fn tasks(&self) -> impl EndWait {
        let client = aws_sdk_sfn::Client::new(self.config());
        let rehearsed = client.send_task_failure().task_token("");
        self.rehearse("Step Functions", async { _ = rehearsed.send().await });
        StepFunctionsTasks(client)
    }
}
