//! Mails through SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use contracts::values::{Cause, EmailAddress};
use kit::aws::Fault;

use crate::mail::Mail;
use crate::ports::{MailFault, SendMail};

/// Mails through SES.
#[derive(Debug, Clone)]
pub struct SesMail {
    client: Client,
    from: String,
    configuration_set: Option<String>,
}

impl SesMail {
    /// Mails from this address. The configuration set is SES's own name for how it treats and reports them.
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
        let answer = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.expose()).build())
            .content(EmailContent::builder().simple(message).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        let Err(error) = answer else {
            return Ok(());
        };
        let fault = Fault::of("SendEmail", &error);
        if fault.is_transient() {
            Err(MailFault::Unavailable(fault.into()))
        } else {
            Err(MailFault::Refused(fault.into()))
        }
    }
}

fn utf_8(text: &str) -> Result<Content, MailFault> {
    Content::builder()
        .data(text)
        .charset("UTF-8")
        .build()
        .map_err(|error| MailFault::Refused(Cause::from(error)))
}
