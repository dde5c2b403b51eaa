//! Mails through SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::Config;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::ProvideErrorMetadata;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use contracts::values::{Cause, EmailAddress};
use kit::aws::CallFault;

use crate::mail::Mail;
use crate::ports::{MailFault, SendMail};

/// Permanent errors. All others are transient: a throttled or paused account, a used-up quota, no response.
///
/// Source: [SendEmail](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html), section Errors.
const PERMANENT: [&str; 2] = ["MessageRejected", "BadRequestException"];

/// How the message of a `MessageRejected` begins that is not about the mail: the sender is not verified yet or any more, or, in the
/// sandbox, the recipient is not.
///
/// Source: [issue 3526 of the SDK for .NET](https://github.com/aws/aws-sdk-net/issues/3526), where AWS reproduced it.
const NOT_VERIFIED: &str = "Email address is not verified";

/// How the messages of the account's limits begin: of the mails a second, and of those in 24 hours. Their code depends on the API.
///
/// Sources: [Errors related to sending quotas](https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html), which names
/// `ThrottlingException`; version 2 of the API answers with `TooManyRequestsException`, for example in
/// [a log of SendEmail](https://github.com/pm-pmaas/etailors_amazon_ses/issues/117).
const RATE_EXCEEDED: &str = "Maximum sending rate exceeded";
const QUOTA_USED_UP: &str = "Daily message quota exceeded";

/// The tag with the id of the mail. SES returns tags with each event of the mail, such as a bounce.
///
/// Source: [MessageTag](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html): letters, digits,
/// underscores and hyphens.
const MAIL_ID: &str = "mail-id";

/// The tag with the hash of the recipient, so that whoever reads the event needs no address.
const RECIPIENT: &str = "recipient";

#[derive(Debug, Clone)]
pub struct SesMail {
    client: Client,
    from: String,
    configuration_set: Option<String>,
}

impl SesMail {
    /// Mails from this sender, under this configuration set. Each mail is one attempt, whatever the client's retry
    /// configuration.
    pub fn new(client: Client, from: String, configuration_set: Option<String>) -> Self {
        Self {
            client,
            from,
            configuration_set,
        }
    }
}

impl SendMail for SesMail {
    async fn send(&self, to: &EmailAddress, mail: &Mail) -> Result<(), MailFault> {
        let body = Body::builder()
            .text(utf_8(&mail.text)?)
            .html(utf_8(&mail.html)?)
            .build();
        let message = Message::builder()
            .subject(utf_8(&mail.subject)?)
            .body(body)
            .build();
        let tags = [
            (MAIL_ID, mail.id.to_text()),
            (RECIPIENT, mail.recipient.as_str().to_owned()),
        ];
        let tags: Result<Vec<_>, _> = tags
            .into_iter()
            .map(|(name, value)| MessageTag::builder().name(name).value(value).build())
            .collect();
        let tags = tags.map_err(|error| MailFault::Rejected(Cause::from(error)))?;
        let result = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.expose()).build())
            .set_email_tags(Some(tags))
            .content(EmailContent::builder().simple(message).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .customize()
            // SES has no idempotency token: a retry after a lost response would be a second mail.
            .config_override(Config::builder().retry_config(RetryConfig::disabled()))
            .send()
            .await;
        let Err(error) = result else {
            return Ok(());
        };
        let begins_with = |beginning| {
            error
                .message()
                .is_some_and(|message| message.starts_with(beginning))
        };
        let not_verified = begins_with(NOT_VERIFIED);
        if not_verified {
            // The rest of the message has addresses.
            tracing::warn!("SES has not verified the sender, or in the sandbox the recipient");
        }
        let fault = CallFault::of("SendEmail", &error);
        if PERMANENT.contains(&fault.code()) && !not_verified {
            Err(MailFault::Rejected(fault.into()))
        } else if begins_with(RATE_EXCEEDED) {
            Err(MailFault::RateExceeded(fault.into()))
        } else if begins_with(QUOTA_USED_UP) {
            Err(MailFault::QuotaUsedUp(fault.into()))
        } else {
            Err(MailFault::Unavailable(fault.into()))
        }
    }
}

fn utf_8(text: &str) -> Result<Content, MailFault> {
    Content::builder()
        .data(text)
        .charset("UTF-8")
        .build()
        .map_err(|error| MailFault::Rejected(Cause::from(error)))
}
