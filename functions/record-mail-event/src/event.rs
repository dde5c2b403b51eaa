//! Events of mails, as the rules in front of the queue write them.
//!
//! The rules pass on hard bounces and complaints, and of each only its kind and the tags of the mail: no address gets into the queue or
//! into this function.

use std::time::Duration;

use contracts::values::{MailId, RecipientHash};
use serde::Deserialize;

/// What happened to a mail.
#[derive(Debug, Clone, Deserialize)]
pub struct MailEvent {
    pub event: Kind,
    pub tags: Tags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The mailbox does not exist, or refuses mail for good.
    Bounce,
    /// The recipient has marked the mail as spam.
    Complaint,
}

impl Kind {
    /// How long the address gets no mail. A mailbox may be made meanwhile; a person who complained may change their mind, later.
    pub fn suppression(self) -> Duration {
        match self {
            Self::Bounce => Duration::from_hours(30 * 24),
            Self::Complaint => Duration::from_hours(180 * 24),
        }
    }
}

/// The tags of a mail, each a list of values. The mail service adds tags of its own.
///
/// Source: [Contents of event data](https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html), `tags`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tags {
    #[serde(default)]
    mail_id: Vec<String>,
    #[serde(default)]
    recipient: Vec<String>,
}

impl Tags {
    /// The mail, if it is one of a sign-up.
    pub fn mail(&self) -> Option<MailId> {
        self.mail_id.first()?.parse().ok()
    }

    /// Whom it was sent to. Mails from before there was such a tag have none.
    pub fn recipient(&self) -> Option<RecipientHash> {
        self.recipient.first()?.parse().ok()
    }
}
