//! Adapters: the ports on AWS. No other file imports an AWS SDK.

pub(crate) mod dynamodb;
pub(crate) mod sns;

use kit::Aws;
use verifications::{DynamoVerifications, SesMail};

use crate::ports::{
    ClaimSms, Clients, DropPhone, GrantMail, OpenVerification, RecordMailStep, ReturnSms, SendMail, SendSms,
    SenderId,
};
use dynamodb::DynamoSms;
use sns::SnsSms;

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

    fn text_messages(&self, table: String) -> impl ClaimSms + ReturnSms + DropPhone {
        DynamoSms(self.table(table))
    }

    fn sms(&self, sender_id: Option<SenderId>) -> impl SendSms {
        let client = aws_sdk_sns::Client::new(self.config());
        let rehearsed = client.publish();
        self.rehearse("SNS", async { _ = rehearsed.send().await });
        SnsSms::new(client, sender_id)
    }
}
