//! Adapters: the ports on AWS. No other file imports an AWS SDK.

use kit::Aws;

use crate::ports::{Clients, GrantMail, OpenVerification, RecordMailStep, SendMail};
use verifications::{DynamoVerifications, SesMail};

impl Clients for Aws {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailStep {
        DynamoVerifications(self.table(table))
    }

    fn mail(&self, from: String, configuration_set: Option<String>) -> impl SendMail {
        let client = aws_sdk_sesv2::Client::new(self.config());
        let rehearsed = client.send_email().from_email_address(&from);
        self.rehearse("SES", async { _ = rehearsed.send().await });
        SesMail::new(client, from, configuration_set)
    }
}
