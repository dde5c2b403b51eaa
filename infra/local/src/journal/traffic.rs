//! Mails and received webhooks.

use contracts::values::Cause;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Journal, JournalError, told};
use crate::outbox::Mail;
use crate::webhooks::Received;

impl Journal {
    /// All mails, oldest first.
    pub(crate) fn mails(&self) -> Result<Vec<Mail>, JournalError> {
        self.read("mails")
    }

    /// All received webhooks, in the order in which their ids came first.
    pub(super) fn webhooks(&self) -> Result<Vec<Received>, JournalError> {
        self.read("webhooks")
    }

    /// Keeps a mail.
    pub(crate) fn keep_mail(&self, mail: &Mail) -> Result<(), Cause> {
        let json = written(mail)?;
        let number = i64::try_from(mail.number).map_err(told)?;
        let connection = self.lock();
        let mut insert = connection
            .prepare_cached("INSERT INTO mails VALUES (?1, ?2, ?3)")
            .map_err(told)?;
        let inserted = insert.execute((number, mail.at.epoch_millis(), json));
        inserted.map(|_| ()).map_err(told)
    }

    /// Keeps what is known of a delivery, in the place of what was known before.
    pub(crate) fn keep_webhook(&self, received: &Received) -> Result<(), Cause> {
        let json = written(received)?;
        let connection = self.lock();
        let mut insert = connection
            .prepare_cached(
                "INSERT INTO webhooks (id, is_valid, at, json) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (id, is_valid) DO UPDATE SET at = excluded.at, json = excluded.json",
            )
            .map_err(told)?;
        let at = received.last_at.epoch_millis();
        let inserted = insert.execute((&received.id, received.valid, at, json));
        inserted.map(|_| ()).map_err(told)
    }

    fn read<T: DeserializeOwned>(&self, table: &'static str) -> Result<Vec<T>, JournalError> {
        let connection = self.lock();
        let mut select = connection.prepare(&format!("SELECT json FROM {table} ORDER BY number"))?;
        let lines = select.query_map((), |row| row.get::<_, String>(0))?;
        lines
            .map(|line| serde_json::from_str(&line?).map_err(|_| JournalError::Damaged { table }))
            .collect()
    }
}

fn written(thing: &impl Serialize) -> Result<String, Cause> {
    serde_json::to_string(thing).map_err(told)
}
