//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod step_functions;

use kit::Aws;

use crate::ports::{Clients, MailRequests, RequestMail};
use dynamodb::DynamoMailRequests;
use step_functions::StepFunctionsTasks;

impl Clients for Aws {
    fn mail_requests(&self, table: String) -> impl MailRequests {
        DynamoMailRequests(self.table(table))
    }

    fn tasks(&self) -> impl RequestMail {
        StepFunctionsTasks(aws_sdk_sfn::Client::new(self.config()))
    }
}
