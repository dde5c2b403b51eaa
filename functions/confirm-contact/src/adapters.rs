//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod step_functions;

use kit::Aws;
use kit::limit::DynamoBuckets;

use crate::ports::{Clients, CompleteTask, TakeTokens, Verifications};
use dynamodb::DynamoVerifications;
use step_functions::StepFunctionsTasks;

impl Clients for Aws {
    fn verifications(&self, table: String) -> impl Verifications {
        DynamoVerifications(self.table(table))
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        DynamoBuckets(self.table(table))
    }

    fn tasks(&self) -> impl CompleteTask {
        let client = aws_sdk_sfn::Client::new(self.config());
        let rehearsed = client.send_task_success().task_token("").output("");
        self.rehearse("Step Functions", async { _ = rehearsed.send().await });
        StepFunctionsTasks(client)
    }
}
