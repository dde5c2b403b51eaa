//! The journal file: durable storage for executions, mails and received webhooks.
//!
//! It is a `SQLite` database of its own in the data directory. Every write reaches the operating system before the request
//! or the task that caused it ends, so that it survives a crash of the process.
//!
//! This module knows the file and its schema. The types that are stored belong to [`crate::outbox`], [`crate::webhooks`]
//! and the simulator.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::values::Timestamp;
use rusqlite::{Connection, Params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use simulator::journal::FORMAT;

use crate::private_file;

mod executions;

/// The file's name in the data directory.
const FILE: &str = "journal.sqlite";

/// The number of ended executions, mails and webhooks that a restart keeps. Each ended execution is replayed, which takes about
/// a millisecond in a debug build.
const KEPT_AT_RESTART: u32 = 500;

/// The minimum age of pruned mails and webhooks, in milliseconds: 48 hours, longer than any link is valid.
const RETENTION: i64 = 48 * 60 * 60 * 1000;

/// The tables. A change to them or to the JSON in them needs a new [`VERSION`].
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

/// The version of the schema; the higher digits are the version of the simulator's records.
const VERSION: u32 = FORMAT * 1000 + 1;

/// The journal file of a data directory. Clones share the connection.
#[derive(Debug, Clone)]
pub(crate) struct JournalFile {
    connection: Arc<Mutex<Connection>>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("the journal cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    #[error("the journal cannot be read or written: {0}")]
    Engine(#[from] rusqlite::Error),
    #[error("the journal has version {found}, and this program writes version {VERSION}")]
    Version { found: u32 },
    #[error("a row of {table} cannot be parsed")]
    Damaged { table: &'static str },
}

impl JournalFile {
    /// Opens the directory's journal; creates it if there is none.
    pub(crate) fn open(directory: &Path) -> Result<Self, JournalError> {
        let path = path(directory);
        private_file::create(&path)?;
        Self::set_up(Connection::open(&path)?)
    }

    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self::set_up(Connection::open_in_memory().unwrap()).unwrap()
    }

    fn set_up(mut connection: Connection) -> Result<Self, JournalError> {
        // The file of another version is left unchanged.
        let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if ![0, VERSION].contains(&found) {
            return Err(JournalError::Version { found });
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // Writes survive a crash of the process; a power failure may lose the last ones.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        if found == 0 {
            let transaction = connection.transaction()?;
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()?;
        }
        prune(&mut connection)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// All values of a table of JSON rows, oldest first.
    pub(crate) fn read<T: DeserializeOwned>(&self, table: &'static str) -> Result<Vec<T>, JournalError> {
        let connection = self.lock();
        let mut select = connection.prepare(&format!("SELECT json FROM {table} ORDER BY number"))?;
        let rows = select.query_map((), |row| row.get::<_, String>(0))?;
        rows.map(|row| serde_json::from_str(&row?).map_err(|_| JournalError::Damaged { table }))
            .collect()
    }

    /// Runs a statement that writes one row.
    pub(crate) fn write(&self, statement: &str, row: impl Params) -> Result<(), JournalError> {
        let connection = self.lock();
        let written = connection
            .prepare_cached(statement)
            .and_then(|mut statement| statement.execute(row));
        written.map(|_| ()).map_err(logged)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic interrupted was rolled back when it was dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Deletes the steps of all but the newest ended executions, whose names stay, and old mails and webhooks.
fn prune(connection: &mut Connection) -> Result<(), JournalError> {
    let transaction = connection.transaction()?;
    transaction.execute(
        "DELETE FROM steps WHERE execution IN
            (SELECT id FROM executions WHERE NOT is_running ORDER BY id DESC LIMIT -1 OFFSET ?1)",
        [KEPT_AT_RESTART],
    )?;
    let oldest = Timestamp::now().epoch_millis() - RETENTION;
    for table in ["mails", "webhooks"] {
        let statement =
            format!("DELETE FROM {table} WHERE at < ?1 AND number <= (SELECT max(number) FROM {table}) - ?2");
        transaction.execute(&statement, (oldest, KEPT_AT_RESTART))?;
    }
    transaction.commit()?;
    Ok(())
}

pub(crate) fn path(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

#[expect(clippy::expect_used, reason = "the types are ours, and have string keys only")]
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("values of the journal can be serialized as JSON")
}

/// Logs a failed write: callers only report that the write failed.
fn logged(error: rusqlite::Error) -> JournalError {
    tracing::error!(%error, "the journal cannot be written");
    error.into()
}

#[cfg(test)]
mod tests;
