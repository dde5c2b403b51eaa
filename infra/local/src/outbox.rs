//! Where mails go instead of out.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::values::Timestamp;
use serde::Serialize;

/// A mail that was sent.
///
/// Its `Debug` shows nothing of it: the text holds a link that whoever has it can follow.
#[derive(Clone, Serialize)]
pub struct Mail {
    /// Its number, from 1.
    pub number: usize,
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

/// All mails that were sent since the start, oldest first. A clone shows the same mails.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    mails: Arc<Mutex<Vec<Arc<Mail>>>>,
}

impl Outbox {
    /// Takes a mail in and gives it its number.
    pub(crate) fn put(&self, mail: Mail) -> Arc<Mail> {
        let mut mails = self.lock();
        let mail = Arc::new(Mail {
            number: mails.len() + 1,
            ..mail
        });
        mails.push(Arc::clone(&mail));
        mail
    }

    /// All mails.
    pub fn all(&self) -> Vec<Arc<Mail>> {
        self.lock().clone()
    }

    /// All mails after the first `known` ones.
    pub fn after(&self, known: usize) -> Vec<Arc<Mail>> {
        self.lock().iter().skip(known).cloned().collect()
    }

    /// The mail of this number.
    pub fn get(&self, number: usize) -> Option<Arc<Mail>> {
        self.lock().get(number.checked_sub(1)?).cloned()
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

        outbox.put(mail("a@example.org"));
        outbox.put(mail("b@example.org"));

        assert_eq!(outbox.get(2).unwrap().to, "b@example.org");
        assert_eq!(outbox.after(1).len(), 1);
        assert!(outbox.get(0).is_none() && outbox.get(3).is_none());
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
