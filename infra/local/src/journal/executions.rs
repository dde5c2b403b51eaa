//! Executions: the simulator's records, appended as they happen and replayed at the next start.

use std::error::Error;

use simulator::ExecutionArn;
use simulator::journal::{self, Record};

use super::{JournalError, JournalFile, logged};

impl JournalFile {
    /// All records, in the order in which they were appended; definitions come first.
    pub(crate) fn records(&self) -> Result<Vec<Record>, JournalError> {
        let connection = self.lock();
        let mut select = connection.prepare("SELECT digest, json FROM definitions")?;
        let definitions = select.query_map((), |row| {
            Ok(Record::Definition {
                digest: row.get(0)?,
                json: row.get::<_, String>(1)?.into(),
            })
        })?;
        let mut records = definitions.collect::<Result<Vec<_>, _>>()?;
        let mut select = connection.prepare(
            "SELECT arn, is_running, json FROM steps JOIN executions ON id = execution ORDER BY number",
        )?;
        let steps = select.query_map((), |row| {
            Ok(Record::Transition {
                arn: row.get::<_, String>(0)?.as_str().into(),
                is_running: row.get(1)?,
                json: row.get(2)?,
            })
        })?;
        for step in steps {
            records.push(step?);
        }
        Ok(records)
    }

    /// The executions whose steps were pruned; only their names are left.
    pub(crate) fn retired(&self) -> Result<Vec<ExecutionArn>, JournalError> {
        let connection = self.lock();
        let mut select =
            connection.prepare("SELECT arn FROM executions WHERE id NOT IN (SELECT execution FROM steps)")?;
        let names = select.query_map((), |row| Ok(row.get::<_, String>(0)?.as_str().into()))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    fn append_all(&self, records: &[Record]) -> Result<(), rusqlite::Error> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        for record in records {
            match record {
                Record::Definition { digest, json } => {
                    let mut insert =
                        transaction.prepare_cached("INSERT OR IGNORE INTO definitions VALUES (?1, ?2)")?;
                    insert.execute((digest, json))?;
                }
                Record::Transition {
                    arn,
                    is_running,
                    json,
                } => {
                    let mut name = transaction.prepare_cached(
                        "INSERT INTO executions (arn, is_running) VALUES (?1, ?2)
                            ON CONFLICT (arn) DO UPDATE SET is_running = excluded.is_running RETURNING id",
                    )?;
                    let id: i64 = name.query_row((arn.as_str(), is_running), |row| row.get(0))?;
                    let mut insert =
                        transaction.prepare_cached("INSERT INTO steps (execution, json) VALUES (?1, ?2)")?;
                    insert.execute((id, json))?;
                }
            }
        }
        transaction.commit()
    }
}

impl journal::RecordLog for JournalFile {
    fn append(&mut self, records: &[Record]) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.append_all(records).map_err(logged)?)
    }
}
