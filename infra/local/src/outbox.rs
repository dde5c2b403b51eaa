//! Where mails go instead of out.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::values::{Cause, Timestamp};
use serde::{Deserialize, Serialize};

use crate::journal::{Journal, JournalError};

/// A mail that was sent.
///
/// Its `Debug` shows nothing of it: the text holds a link that whoever has it can follow.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// Its number, from 1.
    pub number: usize,
    /// What its sender knows it by; absent where older suites kept it.
    pub id: Option<String>,
    /// When it was sent.
    pub at: Timestamp,
    /// Whom it went to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The same as HTML.
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
    /// The recipient as it may be shown: `a…@example.org`.
    pub fn masked_recipient(&self) -> String {
        let (local, domain) = self.to.rsplit_once('@').unwrap_or((&self.to, ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}…@{domain}")
    }
}

/// All mails that are kept, oldest first. A clone shows the same mails.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    mails: Arc<Mutex<Vec<Arc<Mail>>>>,
    /// Nothing for an outbox in memory.
    journal: Option<Journal>,
}

impl Outbox {
    /// The outbox whose mails the journal keeps.
    pub(crate) fn kept_in(journal: Journal) -> Result<Self, JournalError> {
        let mails = journal.mails()?.into_iter().map(Arc::new).collect();
        Ok(Self {
            mails: Arc::new(Mutex::new(mails)),
            journal: Some(journal),
        })
    }

    /// Takes a mail in and gives it its number. When this returns, the mail is kept.
    ///
    /// A task that was under way when the suite was killed runs again and mails again, under the same id. Unlike SES, the
    /// outbox takes that for the mail that it has.
    pub(crate) fn put(&self, mail: Mail) -> Result<Arc<Mail>, Cause> {
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
        if let Some(journal) = &self.journal {
            journal.keep_mail(&mail)?;
        }
        mails.push(Arc::clone(&mail));
        Ok(mail)
    }

    /// All mails.
    pub fn all(&self) -> Vec<Arc<Mail>> {
        self.lock().clone()
    }

    /// All mails after the one of this number.
    pub fn after(&self, number: usize) -> Vec<Arc<Mail>> {
        let mails = self.lock();
        let first = mails.partition_point(|mail| mail.number <= number);
        mails.iter().skip(first).cloned().collect()
    }

    /// The mail of this number.
    pub fn get(&self, number: usize) -> Option<Arc<Mail>> {
        let mails = self.lock();
        let place = mails.binary_search_by_key(&number, |mail| mail.number).ok()?;
        mails.get(place).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Mail>>> {
        // A push is whole or not there at all.
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
        let outbox = Outbox::default();

        outbox.put(mail("a@example.org")).unwrap();
        outbox.put(mail("b@example.org")).unwrap();

        assert_eq!(outbox.get(2).unwrap().to, "b@example.org");
        assert_eq!(outbox.after(1).len(), 1);
        assert!(outbox.get(0).is_none() && outbox.get(3).is_none());
    }

    #[test]
    fn numbers_go_on_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let outbox = || Outbox::kept_in(Journal::open(directory.path()).unwrap()).unwrap();

        outbox().put(mail("a@example.org")).unwrap();
        let again = outbox();
        again.put(mail("b@example.org")).unwrap();

        assert_eq!(again.get(1).unwrap().to, "a@example.org");
        assert_eq!(again.after(1)[0].to, "b@example.org");
    }

    #[test]
    fn a_mail_that_comes_again_is_the_one_that_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let outbox = || Outbox::kept_in(Journal::open(directory.path()).unwrap()).unwrap();
        let known = |text: &str| Mail {
            id: Some("user-0".to_owned()),
            text: text.to_owned(),
            ..mail("a@example.org")
        };

        outbox().put(known("first")).unwrap();
        let again = outbox();
        let answered = again.put(known("second")).unwrap();
        again.put(mail("a@example.org")).unwrap();

        assert_eq!((answered.number, answered.text.as_str()), (1, "first"));
        assert_eq!(again.all().len(), 2);
    }

    #[test]
    fn a_recipient_is_shown_by_its_first_letter_and_domain() {
        assert_eq!(mail("ada@example.org").masked_recipient(), "a…@example.org");
        assert_eq!(mail("ζωή@example.org").masked_recipient(), "ζ…@example.org");
    }

    #[test]
    fn debug_shows_nothing_of_a_mail() {
        let debug = format!("{:?}", mail("ada@example.org"));

        assert!(!debug.contains("ada@") && !debug.contains("canary"), "{debug}");
    }
}
