//! The demo: signs users up from the request to the verified account, and checks the results.
//!
//! It uses the suite from outside: over HTTP, and by the links of the mails. Executions and table are then compared with what
//! it saw.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use contracts::table::PK;
use contracts::values::Cause;
use futures::StreamExt;
use kit::aws::CallFault;
use kit::aws::dynamodb::{Item, string};

use crate::suite::{Settings, StartError, Suite};

mod check;
mod client;
mod driver;
mod mailboxes;
mod progress;
mod report;
pub mod users;

use client::Client;
use driver::Driver;
use progress::Progress;
use users::Line;

#[derive(Debug)]
struct DemoResult {
    lines: Vec<driver::LineResult>,
    elapsed: Duration,
    mails: usize,
    webhooks: usize,
    problems: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("no temporary directory can be created: {0}; set TMPDIR to a writable directory")]
    NoDirectory(#[source] std::io::Error),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the HTTP client cannot be created: {0}")]
    Client(#[source] Cause),
}

/// Signs the users up, `concurrency` of them at once, and prints the report. Returns whether there was no failure.
///
/// # Errors
///
/// If the suite does not start.
pub async fn run(users: Vec<Line>, concurrency: usize) -> Result<bool, DemoError> {
    let directory = tempfile::tempdir().map_err(DemoError::NoDirectory)?;
    let suite = Suite::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: PathBuf::from(directory.path()),
        dynamodb_port: 0,
    })
    .await?;
    let client = Client::new(suite.url()).map_err(DemoError::Client)?;
    let run = sign_up(&suite, client, users, concurrency).await;
    report::print(&run);
    suite.stop().await;
    Ok(run.is_good())
}

async fn sign_up(suite: &Suite, client: Client, users: Vec<Line>, concurrency: usize) -> DemoResult {
    let driver = Driver::new(suite, client);
    let progress = Progress::new(users.len());
    let start = Instant::now();
    let mut lines: Vec<_> = futures::stream::iter(users)
        .map(async |line| {
            let result = driver.drive(line).await;
            progress.increment();
            result
        })
        .buffer_unordered(concurrency)
        .collect()
        .await;
    let elapsed = start.elapsed();
    progress.finish();
    lines.sort_by_key(|line| line.number);
    let problems = check::problems(suite, &lines).await;
    DemoResult {
        elapsed,
        mails: suite.outbox().all().len(),
        webhooks: suite.webhooks().all().len(),
        problems,
        lines,
    }
}

impl DemoResult {
    /// Whether no line was accepted, so that nothing was tested.
    fn nobody_signed_up(&self) -> bool {
        let refused = |line: &driver::LineResult| matches!(line.result, driver::SignUpResult::Refused(_));
        self.lines.iter().all(refused)
    }

    fn is_good(&self) -> bool {
        let failed = |line: &driver::LineResult| matches!(line.result, driver::SignUpResult::Failed { .. });
        self.problems.is_empty() && !self.lines.iter().any(failed) && !self.nobody_signed_up()
    }
}

async fn item(suite: &Suite, key: String) -> Result<Option<Item>, Cause> {
    let answer = suite
        .store()
        .get_item()
        .table_name(suite.table())
        .key(PK, string(key))
        .consistent_read(true)
        .send()
        .await
        .map_err(|error| CallFault::of("GetItem", &error))?;
    Ok(answer.item)
}
