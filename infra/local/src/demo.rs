//! The demo: runs users through the whole sign-up, and checks the results.
//!
//! It uses the local server from outside: over HTTP, and by the links of the mails. Executions and table are then compared
//! with the responses.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use client::{Client, InvalidApiUrl, SetupError};
use contracts::table::PK;
use contracts::values::Cause;
use futures::StreamExt;
use kit::aws::CallFault;
use kit::aws::dynamodb::{Item, string};

use crate::server::{LocalServer, Settings, StartupError};

mod check;
mod progress;
mod report;
mod user;
pub mod users;

use progress::Progress;
use user::SimulatedUser;
use users::UserLine;

#[derive(Debug)]
struct DemoResult {
    lines: Vec<user::LineResult>,
    elapsed: Duration,
    mails: usize,
    webhooks: usize,
    inconsistencies: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("no temporary directory can be created: {0}; set TMPDIR to a writable directory")]
    NoDirectory(#[source] std::io::Error),
    #[error(transparent)]
    Start(#[from] StartupError),
    #[error("the local server's URL: {0}")]
    Url(#[from] InvalidApiUrl),
    #[error(transparent)]
    Client(#[from] SetupError),
}

/// Signs the users up, `concurrency` of them at once, and prints the report. Returns whether there was no failure.
///
/// # Errors
///
/// If the local server does not start.
pub async fn run(users: Vec<UserLine>, concurrency: usize) -> Result<bool, DemoError> {
    let directory = tempfile::tempdir().map_err(DemoError::NoDirectory)?;
    let server = LocalServer::start(Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: PathBuf::from(directory.path()),
        dynamodb_port: 0,
        webhook_url: None,
        contacts: workflows::Contacts::default(),
    })
    .await?;
    let client = Client::new(server.url().parse()?)?;
    let run = sign_up(&server, client, users, concurrency).await;
    report::print(&run);
    server.stop().await;
    Ok(run.is_success())
}

async fn sign_up(
    server: &LocalServer,
    client: Client,
    users: Vec<UserLine>,
    concurrency: usize,
) -> DemoResult {
    let simulated_user = SimulatedUser::new(server, client);
    let progress = Progress::new(users.len());
    let start = Instant::now();
    let mut lines: Vec<_> = futures::stream::iter(users)
        .map(async |line| {
            let result = simulated_user.run(line).await;
            progress.increment();
            result
        })
        .buffer_unordered(concurrency)
        .collect()
        .await;
    let elapsed = start.elapsed();
    progress.finish();
    lines.sort_by_key(|line| line.number);
    let inconsistencies = check::inconsistencies(server, &lines).await;
    DemoResult {
        elapsed,
        mails: server.outbox().all().len(),
        webhooks: server.webhooks().all().len(),
        inconsistencies,
        lines,
    }
}

impl DemoResult {
    /// Whether no line was accepted, so that nothing was tested.
    fn nobody_signed_up(&self) -> bool {
        let rejected = |line: &user::LineResult| matches!(line.result, user::SignUpResult::Rejected(_));
        self.lines.iter().all(rejected)
    }

    fn is_success(&self) -> bool {
        let failed = |line: &user::LineResult| matches!(line.result, user::SignUpResult::Failed { .. });
        self.inconsistencies.is_empty() && !self.lines.iter().any(failed) && !self.nobody_signed_up()
    }
}

async fn item(server: &LocalServer, key: String) -> Result<Option<Item>, Cause> {
    let response = server
        .dynamodb()
        .get_item()
        .table_name(server.table())
        .key(PK, string(key))
        .consistent_read(true)
        .send()
        .await
        .map_err(|error| CallFault::of("GetItem", &error))?;
    Ok(response.item)
}
