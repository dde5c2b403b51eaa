//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod ses;

use kit::Aws;

use crate::ports::{Clients, GrantMail, OpenVerification, RecordMailStep, SendMail};
use dynamodb::DynamoVerifications;
use ses::SesMail;

impl Clients for Aws {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailStep {
        DynamoVerifications(self.table(table))
    }

    fn mail(&self, from: String, configuration_set: Option<String>) -> impl SendMail {
        SesMail::new(aws_sdk_sesv2::Client::new(self.config()), from, configuration_set)
    }
}
