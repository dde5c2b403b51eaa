//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod step_functions;

use kit::Aws;
use kit::limit::DynamoBuckets;

use crate::ports::{Clients, MailRequests, RequestMail, TakeTokens};
use dynamodb::DynamoMailRequests;
use step_functions::StepFunctionsTasks;

impl Clients for Aws {
    fn mail_requests(&self, table: String) -> impl MailRequests {
        DynamoMailRequests(self.table(table))
    }

    fn tokens(&self, table: String) -> impl TakeTokens {
        DynamoBuckets(self.table(table))
    }

    fn tasks(&self) -> impl RequestMail {
        let client = aws_sdk_sfn::Client::new(self.config());
        let rehearsed = client.send_task_failure().task_token("");
        self.rehearse("Step Functions", async { _ = rehearsed.send().await });
        StepFunctionsTasks(client)
    }
}
