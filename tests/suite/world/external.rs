//! Doubles of external systems: the mail service, the text message service and the webhook's endpoint.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use contracts::values::{EmailAddress, PhoneNumber};
use notify_webhook::{Answer, Deliver, NoResponse, Secret, SecretFault, SignedEvent, SigningSecret};
use validate_contacts::{SendSms, Sms, SmsFault};
use validate_email::{Mail, MailFault, SendMail};

/// A mail service that stores the mails, and can be made to reject them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    sent: Arc<Mutex<Vec<Sent>>>,
    /// The number of mails that it still rejects.
    failures_left: Arc<Mutex<u32>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) to: String,
    pub(crate) mail: Mail,
}

impl Sent {
    /// The token of the link inside, if there is one.
    pub(crate) fn link_token(&self) -> Option<String> {
        let (_, after) = self.mail.text.split_once("https://site.example/verify#")?;
        after.split_whitespace().next().map(str::to_owned)
    }
}

impl Sent {
    /// The code inside, if there is one.
    pub(crate) fn code(&self) -> Option<String> {
        let is_code = |text: &&str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        self.mail.text.split("\n\n").find(is_code).map(str::to_owned)
    }
}

impl Outbox {
    pub(crate) fn all(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// Rejects this number of mails.
    pub(crate) fn fail_next_mails(&self, count: u32) {
        *self.failures_left.lock().unwrap() = count;
    }

    /// The tokens of all links that were mailed, in order.
    pub(crate) fn link_tokens(&self) -> Vec<String> {
        self.all().iter().filter_map(Sent::link_token).collect()
    }
}

impl Outbox {
    /// The codes that were mailed, in order.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.all().iter().filter_map(Sent::code).collect()
    }
}

impl SendMail for Outbox {
    async fn send(&self, to: &EmailAddress, mail: &Mail) -> Result<(), MailFault> {
        let mut failures_left = self.failures_left.lock().unwrap();
        if *failures_left > 0 {
            *failures_left -= 1;
            return Err(MailFault::Unavailable("injected fault".into()));
        }
        self.sent.lock().unwrap().push(Sent {
            to: to.expose().to_owned(),
            mail: mail.clone(),
        });
        Ok(())
    }
}

/// A text message service that stores the messages, and can be made to fail.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phones {
    received: Arc<Mutex<Vec<(String, String)>>>,
    failures: Arc<Mutex<VecDeque<TextFailure>>>,
}

/// What happens to a text message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TextFailure {
    /// It is not sent, and the service says so.
    NotSent,
    /// It is sent, and the response is lost.
    ResponseLost,
    /// The number is refused.
    Refused,
}

impl Phones {
    pub(crate) fn fail_next(&self, failure: TextFailure) {
        self.failures.lock().unwrap().push_back(failure);
    }

    /// The codes that arrived at phones, in order.
    pub(crate) fn codes(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        received.iter().map(|(_, text)| text[..6].to_owned()).collect()
    }
}

impl SendSms for Phones {
    async fn send(&self, to: &PhoneNumber, sms: &Sms) -> Result<(), SmsFault> {
        let failure = self.failures.lock().unwrap().pop_front();
        let cause = || "injected fault".into();
        match failure {
            Some(TextFailure::NotSent) => return Err(SmsFault::NotSent(cause())),
            Some(TextFailure::Refused) => return Err(SmsFault::Refused(cause())),
            Some(TextFailure::ResponseLost) | None => {}
        }
        let message = (to.expose().to_owned(), sms.expose().to_owned());
        self.received.lock().unwrap().push(message);
        match failure {
            Some(_) => Err(SmsFault::Unknown(cause())),
            None => Ok(()),
        }
    }
}

/// The endpoint of the webhook: it responds with the scripted statuses, by default with 204.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endpoint {
    statuses: Arc<Mutex<VecDeque<u16>>>,
    down: Arc<Mutex<bool>>,
    received: Arc<Mutex<Vec<Received>>>,
}

/// A delivery that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) content: String,
}

impl Endpoint {
    pub(crate) fn respond_once(&self, status: u16) {
        self.statuses.lock().unwrap().push_back(status);
    }

    pub(crate) fn go_down(&self) {
        *self.down.lock().unwrap() = true;
    }

    pub(crate) fn come_up(&self) {
        *self.down.lock().unwrap() = false;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Deliver for Endpoint {
    async fn deliver(&self, signed: &SignedEvent) -> Result<Answer, NoResponse> {
        let received = Received {
            id: signed.event.id.clone(),
            content: signed.event.content.clone(),
        };
        self.received.lock().unwrap().push(received);
        if *self.down.lock().unwrap() {
            return Err(NoResponse::Timeout);
        }
        Ok(Answer {
            status: self.statuses.lock().unwrap().pop_front().unwrap_or(204),
            retry_after: None,
        })
    }
}

/// The signing secret.
#[derive(Debug, Clone)]
pub(crate) struct FixedSecret;

impl SigningSecret for FixedSecret {
    async fn get(&self) -> Result<Secret, SecretFault> {
        Ok("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz".parse().unwrap())
    }
}
