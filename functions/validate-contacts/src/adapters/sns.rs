//! Text messages through SNS.

use aws_sdk_sns::Client;
use aws_sdk_sns::config::Config;
use aws_sdk_sns::config::retry::RetryConfig;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::types::MessageAttributeValue;
use contracts::values::{Cause, PhoneNumber};
use kit::aws::CallFault;

use crate::ports::{SendSms, SenderId, Sms, SmsFault};

/// The errors of a number that SNS will never text: it is invalid, or its country cannot be texted.
///
/// `Publish` has no error for an owner who has opted out: SNS accepts the message and
/// [logs](https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html) that it was not delivered.
///
/// Source: [Publish](https://docs.aws.amazon.com/sns/latest/api/API_Publish.html), section Errors, by the codes that
/// [`PublishError`](aws_sdk_sns::operation::publish::PublishError) is read from. What SNS says of a number that it does not text:
/// [boto3 2195](https://github.com/boto/boto3/issues/2195).
const PERMANENT: [&str; 3] = ["InvalidParameter", "ParameterValueInvalid", "ValidationException"];

#[derive(Debug, Clone)]
pub struct SnsSms {
    client: Client,
    sender_id: Option<SenderId>,
}

impl SnsSms {
    /// Text messages from this sender. Each one is one attempt, whatever the client's retry configuration.
    pub fn new(client: Client, sender_id: Option<SenderId>) -> Self {
        Self { client, sender_id }
    }
}

impl SendSms for SnsSms {
    async fn send(&self, to: &PhoneNumber, sms: &Sms) -> Result<(), SmsFault> {
        let mut publish = self
            .client
            .publish()
            .phone_number(to.expose())
            .message(sms.expose())
            // Source: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
            .message_attributes("AWS.SNS.SMS.SMSType", attribute("Transactional")?);
        if let Some(id) = &self.sender_id {
            publish = publish.message_attributes("AWS.SNS.SMS.SenderID", attribute(id.as_str())?);
        }
        let result = publish
            .customize()
            // SNS has no idempotency token for text messages: a retry after a lost response would be a second message.
            .config_override(Config::builder().retry_config(RetryConfig::disabled()))
            .send()
            .await;
        let Err(error) = result else {
            return Ok(());
        };
        let fault = CallFault::of("Publish", &error);
        Err(match &error {
            SdkError::ServiceError(_) if PERMANENT.contains(&fault.code()) => SmsFault::Refused(fault.into()),
            SdkError::ServiceError(response) if !response.raw().status().is_server_error() => {
                SmsFault::NotSent(fault.into())
            }
            SdkError::ConstructionFailure(_) => SmsFault::NotSent(fault.into()),
            // It may have been sent although SNS failed, or its response was lost.
            _ => SmsFault::Unknown(fault.into()),
        })
    }
}

fn attribute(value: &str) -> Result<MessageAttributeValue, SmsFault> {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
        .map_err(|error| SmsFault::NotSent(Cause::from(error)))
}
