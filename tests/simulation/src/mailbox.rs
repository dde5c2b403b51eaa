//! The mail service, and what it has delivered.

use contracts::values::{EmailAddress, LinkToken};
use validate_email::Mail;

use crate::inner::Inner;
use crate::journal::What;

/// Where links lead to.
pub(crate) const SITE: &str = "https://site.example";

/// A mail that has arrived.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) at: i64,
    pub(crate) sign_up: u8,
    pub(crate) user: Option<usize>,
    pub(crate) to: EmailAddress,
    /// The token of the link inside, if there is one.
    pub(crate) link: Option<LinkToken>,
}

/// All mails.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mailbox {
    pub(crate) letters: Vec<Letter>,
    /// For which sign-ups a link has come since somebody looked.
    pub(crate) new: Vec<u8>,
}

impl Mailbox {
    /// The link that a person follows who has so many of them.
    pub(crate) fn link(&self, sign_up: u8, newest: bool) -> Option<&Letter> {
        let mut all = self
            .letters
            .iter()
            .filter(|letter| letter.sign_up == sign_up && letter.link.is_some());
        if newest { all.next_back() } else { all.next() }
    }
}

impl Inner {
    /// Delivers a mail, at once.
    pub(crate) fn take_mail(&mut self, sign_up: u8, to: &EmailAddress, mail: &Mail) -> &'static str {
        let link = mail.text.split_once("/verify#").and_then(|(_, after)| {
            let token = after.split_whitespace().next()?;
            token.parse().ok()
        });
        let letter = Letter {
            at: self.now,
            sign_up,
            user: self.running.user,
            to: to.clone(),
            link,
        };
        self.mailed(&letter);
        let has_link = letter.link.is_some();
        self.mailbox.letters.push(letter);
        if has_link {
            self.mailbox.new.push(sign_up);
            self.note(Some(sign_up), What::Mail("a mail with a link arrives"));
            "sent with a link"
        } else {
            self.note(Some(sign_up), What::Mail("a notice without a link arrives"));
            "sent without a link"
        }
    }
}
