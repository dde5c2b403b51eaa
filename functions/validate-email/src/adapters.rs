//! Adapters: the ports on AWS. No other file imports an AWS SDK.

use kit::Aws;

use crate::ports::{Clients, GrantMail, OpenVerification, RecordMailStep, SendMail};
use verifications::{DynamoVerifications, SesMail};

impl Clients for Aws {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailStep {
        DynamoVerifications(self.table(table))
    }

    fn mail(&self, from: String, configuration_set: Option<String>) -> impl SendMail {
        SesMail::new(aws_sdk_sesv2::Client::new(self.config()), from, configuration_set)
    }
}
