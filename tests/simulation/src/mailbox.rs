//! The mail service and the mails that it has delivered.

use contracts::values::{ConfirmationCode, EmailAddress, LinkToken};
use serde_json::{Value, json};
use verifications::Mail;

use crate::scenario::BounceKind;
use crate::state::State;
use crate::trace::TraceEvent;

/// The site that links lead to.
pub(crate) const SITE: &str = "https://site.example";

#[derive(Debug, Clone)]
pub(crate) struct ReceivedMail {
    pub(crate) sign_up: u8,
    /// The user's index in [`State::owners`].
    pub(crate) user: Option<usize>,
    pub(crate) to: EmailAddress,
    /// The token of the link; a notice has none.
    pub(crate) link: Option<LinkToken>,
    /// The code; a notice has none.
    pub(crate) code: Option<ConfirmationCode>,
}

/// The event of a mail that bounces or is complained of, as it gets into the queue.
#[derive(Debug, Clone)]
pub(crate) struct MailEvent {
    pub(crate) sign_up: u8,
    /// How long after the mail it comes, in milliseconds.
    pub(crate) after: i64,
    pub(crate) times: u8,
    pub(crate) body: Value,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Mailbox {
    pub(crate) mails: Vec<ReceivedMail>,
    /// The sign-ups that were mailed a link since clicks were last scheduled.
    pub(crate) new_links: Vec<u8>,
    /// The events of mails since events were last scheduled.
    pub(crate) new_events: Vec<MailEvent>,
}

impl Mailbox {
    /// The newest or the oldest link that was mailed for a sign-up.
    pub(crate) fn link(&self, sign_up: u8, newest: bool) -> Option<&LinkToken> {
        let mails = self.mails.iter().filter(|mail| mail.sign_up == sign_up);
        let mut links = mails.filter_map(|mail| mail.link.as_ref());
        if newest { links.next_back() } else { links.next() }
    }
}

impl Mailbox {
    /// The code of the newest or the oldest mail for a sign-up, with the index of its user.
    pub(crate) fn code(&self, sign_up: u8, newest: bool) -> Option<(usize, &ConfirmationCode)> {
        let mails = self.mails.iter().filter(|mail| mail.sign_up == sign_up);
        let mut codes = mails.filter_map(|mail| Some((mail.user?, mail.code.as_ref()?)));
        if newest { codes.next_back() } else { codes.next() }
    }
}

impl State {
    /// Delivers a mail immediately.
    pub(crate) fn deliver_mail(&mut self, sign_up: u8, to: &EmailAddress, mail: &Mail) -> &'static str {
        let link = mail.text.split_once("/verify#").and_then(|(_, after)| {
            let token = after.split_whitespace().next()?;
            token.parse().ok()
        });
        let bounce = self.scenario.sign_up(sign_up).and_then(|person| person.bounce);
        if let Some(bounce) = bounce {
            let kind = match bounce.kind {
                BounceKind::Hard => "bounce",
                BounceKind::Complaint => "complaint",
            };
            let tags = json!({"mail-id": [mail.id.to_text()], "recipient": [mail.recipient]});
            self.mailbox.new_events.push(MailEvent {
                sign_up,
                after: bounce.after,
                times: bounce.times,
                body: json!({"event": kind, "tags": tags}),
            });
        }
        let arrives = bounce.is_none_or(|bounce| bounce.kind == BounceKind::Complaint);
        let mail = ReceivedMail {
            sign_up,
            user: self.running.user,
            to: to.clone(),
            link,
            code: mail
                .text
                .split("\n\n")
                .find_map(|paragraph| paragraph.parse().ok()),
        };
        self.on_mail(&mail);
        let has_link = mail.link.is_some();
        self.mailbox.mails.push(mail);
        if !arrives {
            self.note(Some(sign_up), TraceEvent::Mail("a mail bounces"));
            return "sent, and bounces";
        }
        if has_link {
            self.mailbox.new_links.push(sign_up);
            self.note(Some(sign_up), TraceEvent::Mail("a mail with a link arrives"));
            "sent with a link"
        } else {
            self.note(Some(sign_up), TraceEvent::Mail("a notice without a link arrives"));
            "sent without a link"
        }
    }
}
