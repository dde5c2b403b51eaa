//! What has to survive the process beside the table: executions, mails and received webhooks.
//!
//! It is a database of its own in the data directory. What is kept is in the hands of the operating system before
//! anybody is answered, so that it survives the end of the process, whichever way that comes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contracts::values::{Cause, Timestamp};
use rusqlite::Connection;
use simulator::ExecutionArn;
use simulator::journal::{FORMAT, Record};

use crate::outbox::Outbox;
use crate::private_file;
use crate::webhooks::Received;

mod executions;
mod traffic;

/// The file's name in the data directory.
pub(crate) const FILE: &str = "journal.sqlite";

/// How many of what is over are kept beyond a restart: executions that have ended, mails and webhooks. Each ended
/// execution happens again at the start, which takes about a millisecond in a build for debugging.
const MOST: u32 = 500;

/// How long mails and webhooks are kept, however many there are: longer than a link is good for.
const AT_LEAST: Duration = Duration::from_hours(48);

/// The tables. A change of them or of what they hold is another version.
const SCHEMA: &str = "
    CREATE TABLE definitions (digest TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE executions (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, is_running INTEGER NOT NULL) STRICT;
    CREATE TABLE steps (number INTEGER PRIMARY KEY, execution INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
    CREATE INDEX steps_of_an_execution ON steps (execution);
    CREATE TABLE mails (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
    CREATE TABLE webhooks (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, is_valid INTEGER NOT NULL, at INTEGER NOT NULL,
        json TEXT NOT NULL, UNIQUE (id, is_valid)
    ) STRICT;
";

/// The version of the tables and, in the higher digits, of the records in them.
const VERSION: u32 = FORMAT * 1000 + 1;

/// What one data directory's journal has kept, and what is to keep the rest.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) journal: Journal,
    /// Of executions, in the order in which it was kept.
    pub(crate) records: Vec<Record>,
    /// The executions of which only the name is left.
    pub(crate) retired: Vec<ExecutionArn>,
    pub(crate) outbox: Outbox,
    /// All received webhooks.
    pub(crate) received: Vec<Received>,
}

impl Kept {
    /// What the directory's journal has kept.
    pub(crate) fn of(directory: &Path) -> Result<Self, JournalError> {
        let journal = Journal::open(directory)?;
        Ok(Self {
            records: journal.records()?,
            retired: journal.retired()?,
            outbox: Outbox::kept_in(journal.clone())?,
            received: journal.webhooks()?,
            journal,
        })
    }
}

/// The journal of one data directory. A clone writes into the same.
#[derive(Clone)]
pub(crate) struct Journal {
    connection: Arc<Mutex<Connection>>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Journal").finish_non_exhaustive()
    }
}

/// The journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("it cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    #[error("it cannot be read or written: {0}")]
    Engine(#[from] rusqlite::Error),
    #[error("it is of version {found}, and this suite writes version {VERSION}")]
    Version { found: u32 },
    #[error("a line of {table} cannot be read")]
    Damaged { table: &'static str },
}

impl Journal {
    /// Opens the directory's journal, and makes one if there is none.
    pub(crate) fn open(directory: &Path) -> Result<Self, JournalError> {
        let path = path(directory);
        private_file::make(&path)?;
        let mut connection = Connection::open(&path)?;
        // Another version's file is left as it is.
        let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if ![0, VERSION].contains(&found) {
            return Err(JournalError::Version { found });
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // What is written survives the process; a disk that loses power may lose the last moments.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        if found == 0 {
            let transaction = connection.transaction()?;
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()?;
        }
        let journal = Self {
            connection: Arc::new(Mutex::new(connection)),
        };
        journal.forget(Timestamp::now())?;
        Ok(journal)
    }

    /// Forgets the oldest of what is over, but not the names of executions.
    fn forget(&self, now: Timestamp) -> Result<(), JournalError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute(
            "DELETE FROM steps WHERE execution IN
                (SELECT id FROM executions WHERE NOT is_running ORDER BY id DESC LIMIT -1 OFFSET ?1)",
            [MOST],
        )?;
        let age = i64::try_from(AT_LEAST.as_millis()).unwrap_or(i64::MAX);
        for table in ["mails", "webhooks"] {
            let statement = format!(
                "DELETE FROM {table} WHERE at < ?1 AND number <= (SELECT max(number) FROM {table}) - ?2"
            );
            transaction.execute(&statement, (now.epoch_millis() - age, MOST))?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic left half done was rolled back when it was dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the directory's journal is.
pub(crate) fn path(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

/// Tells the log, since whoever is answered learns only that it did not work.
fn told(error: impl Into<Cause>) -> Cause {
    let error = error.into();
    tracing::error!(%error, "the journal failed");
    error
}

#[cfg(test)]
mod tests;
