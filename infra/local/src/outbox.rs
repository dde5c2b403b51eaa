//! The outbox: mails are stored here instead of being sent.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::values::Timestamp;
use serde::{Deserialize, Serialize};

use crate::journal::{self, JournalError, JournalFile};

/// A mail.
///
/// `Debug` prints its number only: the text holds a link that works for everybody.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The number, from 1.
    pub number: usize,
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

    /// The code: a paragraph of six digits.
    pub(crate) fn code(&self) -> Option<&str> {
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|digit| digit.is_ascii_digit());
        self.text.lines().map(str::trim).find(is_code)
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
    mails: Arc<Mutex<Vec<Arc<Mail>>>>,
    journal: JournalFile,
}

impl Outbox {
    pub(crate) fn open(journal: JournalFile) -> Result<Self, JournalError> {
        let mails = journal.read("mails")?.into_iter().map(Arc::new).collect();
        Ok(Self {
            mails: Arc::new(Mutex::new(mails)),
            journal,
        })
    }

    /// Numbers and stores a mail. When this returns, the mail is in the journal.
    ///
    /// A task that a crash interrupted runs again and sends its mail again, with the same id. Unlike SES, the outbox then
    /// returns the mail that it has.
    pub(crate) fn store(&self, mail: Mail) -> Result<Arc<Mail>, JournalError> {
        let mut mails = self.lock();
        let known = mails
            .iter()
            .find(|known| known.id.is_some() && known.id == mail.id);
        if let Some(known) = known {
            return Ok(Arc::clone(known));
        }
        let mail = Arc::new(Mail {
            number: mails.last().map_or(0, |last| last.number) + 1,
            ..mail
        });
        let row = (mail.number, mail.at.epoch_millis(), journal::json(&mail));
        self.journal.write("INSERT INTO mails VALUES (?1, ?2, ?3)", row)?;
        mails.push(Arc::clone(&mail));
        Ok(mail)
    }

    /// All mails, oldest first.
    pub fn all(&self) -> Vec<Arc<Mail>> {
        self.lock().clone()
    }

    pub fn after(&self, number: usize) -> Vec<Arc<Mail>> {
        let mails = self.lock();
        let first = mails.partition_point(|mail| mail.number <= number);
        mails.iter().skip(first).cloned().collect()
    }

    pub fn get(&self, number: usize) -> Option<Arc<Mail>> {
        let mails = self.lock();
        let index = mails.binary_search_by_key(&number, |mail| mail.number).ok()?;
        mails.get(index).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Mail>>> {
        // A panic cannot leave a push half done.
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str) -> Mail {
        Mail {
            number: 0,
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
    }

    #[test]
    fn debug_hides_recipient_and_text() {
        let debug = format!("{:?}", mail("ada@example.org"));

        assert!(!debug.contains("ada@") && !debug.contains("canary"), "{debug}");
    }
}
