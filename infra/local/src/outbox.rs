//! The outbox: mails and text messages are stored here instead of being sent.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::values::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::journal::{self, JournalError, JournalFile};

/// How a message reaches its recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Mail,
    Sms,
}

/// A mail, or a text message.
///
/// `Debug` prints its number only: the text holds a link or a code that works for everybody.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The number, from 1.
    pub number: usize,
    /// Older versions stored mails only.
    #[serde(default)]
    pub channel: Channel,
    /// The sender's id, by which a duplicate is recognised. Older versions stored none.
    pub id: Option<String>,
    pub at: Timestamp,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mail")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl Mail {
    /// The user whose sign-up sent it.
    pub(crate) fn user(&self) -> Option<&str> {
        // The id ends with the number of the attempt.
        let (user, _) = self.id.as_deref()?.rsplit_once('-')?;
        Some(user)
    }

    /// The code: a paragraph of six digits, or the first word of a text message.
    pub(crate) fn code(&self) -> Option<&str> {
        let is_code = |text: &&str| text.len() == 6 && text.bytes().all(|digit| digit.is_ascii_digit());
        match self.channel {
            Channel::Mail => self.text.lines().map(str::trim).find(is_code),
            Channel::Sms => self.text.split_whitespace().next().filter(is_code),
        }
    }

    /// The link to the page that shows what it confirms.
    pub(crate) fn link(&self) -> Option<&str> {
        self.text
            .split_whitespace()
            .find(|word| word.starts_with("http") && word.contains("/verify#"))
    }
}

/// All stored mails, oldest first. Clones share them.
#[derive(Debug, Clone)]
pub struct Outbox {
    stored: Arc<Mutex<Stored>>,
    journal: JournalFile,
}

#[derive(Debug, Default)]
struct Stored {
    mails: Vec<Arc<Mail>>,
    /// The mails by the ids of their senders.
    by_id: HashMap<String, Arc<Mail>>,
    /// The newest mail of each user.
    by_user: HashMap<String, Arc<Mail>>,
    /// Who waits for a user's first mail.
    waiting: HashMap<String, Vec<oneshot::Sender<Arc<Mail>>>>,
}

impl Stored {
    fn push(&mut self, mail: Arc<Mail>) {
        if let Some(id) = &mail.id {
            self.by_id.insert(id.clone(), Arc::clone(&mail));
        }
        if let Some(user) = mail.user().filter(|_| mail.channel == Channel::Mail) {
            for waiting in self.waiting.remove(user).into_iter().flatten() {
                // The other side may have stopped waiting.
                let _ = waiting.send(Arc::clone(&mail));
            }
            self.by_user.insert(user.to_owned(), Arc::clone(&mail));
        }
        self.mails.push(mail);
    }
}

impl Outbox {
    pub(crate) fn open(journal: JournalFile) -> Result<Self, JournalError> {
        let mut stored = Stored::default();
        for mail in journal.read("mails")? {
            stored.push(Arc::new(mail));
        }
        Ok(Self {
            stored: Arc::new(Mutex::new(stored)),
            journal,
        })
    }

    /// Numbers and stores a mail. When this returns, the mail is in the journal.
    ///
    /// A task that a crash interrupted runs again and sends its mail again, with the same id. Unlike SES, the outbox then
    /// returns the mail that it has.
    pub(crate) fn store(&self, mail: Mail) -> Result<Arc<Mail>, JournalError> {
        let mut stored = self.lock();
        if let Some(known) = mail.id.as_ref().and_then(|id| stored.by_id.get(id)) {
            return Ok(Arc::clone(known));
        }
        let mail = Arc::new(Mail {
            number: stored.mails.last().map_or(0, |last| last.number) + 1,
            ..mail
        });
        let row = (mail.number, mail.at.epoch_millis(), journal::json(&mail));
        self.journal.write("INSERT INTO mails VALUES (?1, ?2, ?3)", row)?;
        stored.push(Arc::clone(&mail));
        Ok(mail)
    }

    /// All mails, oldest first.
    pub fn all(&self) -> Vec<Arc<Mail>> {
        self.lock().mails.clone()
    }

    pub fn after(&self, number: usize) -> Vec<Arc<Mail>> {
        let stored = self.lock();
        let first = stored.mails.partition_point(|mail| mail.number <= number);
        stored.mails.iter().skip(first).cloned().collect()
    }

    /// The newest mail of a user's sign-up; if there is none yet, the first, once it is there.
    pub async fn mail_of(&self, user: &UserId) -> Arc<Mail> {
        loop {
            let arrival = {
                let mut stored = self.lock();
                if let Some(mail) = stored.by_user.get(user.as_str()) {
                    return Arc::clone(mail);
                }
                let (sender, arrival) = oneshot::channel();
                stored
                    .waiting
                    .entry(user.as_str().to_owned())
                    .or_default()
                    .push(sender);
                arrival
            };
            if let Ok(mail) = arrival.await {
                return mail;
            }
        }
    }

    pub fn get(&self, number: usize) -> Option<Arc<Mail>> {
        let stored = self.lock();
        let index = stored
            .mails
            .binary_search_by_key(&number, |mail| mail.number)
            .ok()?;
        stored.mails.get(index).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Stored> {
        // A mail that a panic left out of the index is only not recognised as a duplicate.
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str) -> Mail {
        Mail {
            number: 0,
            channel: Channel::Mail,
            id: None,
            at: Timestamp::now(),
            to: to.to_owned(),
            subject: String::new(),
            text: "canary".to_owned(),
            html: String::new(),
        }
    }

    #[test]
    fn mails_are_numbered_from_one() {
        let outbox = Outbox::open(JournalFile::in_memory()).unwrap();

        outbox.store(mail("a@example.org")).unwrap();
        outbox.store(mail("b@example.org")).unwrap();

        assert_eq!(outbox.get(2).unwrap().to, "b@example.org");
        assert_eq!(outbox.after(1).len(), 1);
        assert!(outbox.get(0).is_none() && outbox.get(3).is_none());
    }

    #[test]
    fn numbering_continues_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let outbox = || Outbox::open(JournalFile::open(directory.path()).unwrap()).unwrap();

        outbox().store(mail("a@example.org")).unwrap();
        let again = outbox();
        again.store(mail("b@example.org")).unwrap();

        assert_eq!(again.get(1).unwrap().to, "a@example.org");
        assert_eq!(again.after(1)[0].to, "b@example.org");
    }

    #[test]
    fn a_mail_with_a_known_id_is_not_stored_again() {
        let directory = tempfile::tempdir().unwrap();
        let outbox = || Outbox::open(JournalFile::open(directory.path()).unwrap()).unwrap();
        let known = |text: &str| Mail {
            id: Some("user-0".to_owned()),
            text: text.to_owned(),
            ..mail("a@example.org")
        };

        outbox().store(known("first")).unwrap();
        let again = outbox();
        let stored = again.store(known("second")).unwrap();
        again.store(mail("a@example.org")).unwrap();

        assert_eq!((stored.number, stored.text.as_str()), (1, "first"));
        assert_eq!(again.all().len(), 2);
    }

    #[tokio::test]
    async fn a_mail_is_given_to_who_waits_for_it_and_to_who_comes_later() {
        let outbox = Outbox::open(JournalFile::in_memory()).unwrap();
        let user: UserId = "a".repeat(32).parse().unwrap();
        let of = |user: &str| Mail {
            id: Some(format!("{user}-0")),
            ..mail("a@example.org")
        };

        let (first, stored) = tokio::join!(outbox.mail_of(&user), async {
            outbox.store(of("another")).unwrap();
            outbox.store(of(user.as_str())).unwrap()
        });

        assert_eq!(first.number, stored.number);
        assert_eq!(outbox.mail_of(&user).await.number, stored.number);
    }

    #[test]
    fn a_mail_names_its_user_code_and_link() {
        let mail = Mail {
            id: Some("0123abcd-2".to_owned()),
            text: "Hello,\n\n1234567\n\n040207\n\nOr:\n\nhttp://127.0.0.1:3000/verify#token\n".to_owned(),
            ..mail("ada@example.org")
        };

        assert_eq!(mail.user(), Some("0123abcd"));
        assert_eq!(mail.code(), Some("040207"));
        assert_eq!(mail.link(), Some("http://127.0.0.1:3000/verify#token"));
        let sms = Mail {
            channel: Channel::Sms,
            text: "040207 is your code.".to_owned(),
            ..mail
        };
        assert_eq!(sms.code(), Some("040207"));
    }

    #[test]
    fn debug_hides_recipient_and_text() {
        let debug = format!("{:?}", mail("ada@example.org"));

        assert!(!debug.contains("ada@") && !debug.contains("canary"), "{debug}");
    }
}
