//! Signs users up from beginning to end, and checks what came of it.
//!
//! It is the suite's own user: it speaks HTTP like a client, waits for the mails and follows their links as the
//! page does. Only then does it look inside, into executions and table, to see whether they agree.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use contracts::values::Cause;
use futures::StreamExt;

use crate::suite::{Settings, StartError, Suite};

mod check;
mod client;
mod drive;
mod postbox;
mod progress;
mod report;
pub mod users;

use client::Client;
use drive::Driver;
use progress::Progress;
use users::Line;

/// What became of all users.
#[derive(Debug)]
struct Run {
    lines: Vec<drive::Driven>,
    elapsed: Duration,
    mails: usize,
    webhooks: usize,
    problems: Vec<String>,
}

/// Why a demo does not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is no place for its data.
    #[error("no temporary directory can be made: {0}; set TMPDIR to a directory that can be written")]
    NoDirectory(#[source] std::io::Error),
    /// The suite does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// HTTP cannot be spoken.
    #[error("no HTTP client can be made: {0}")]
    Client(#[source] Cause),
}

/// Signs the users up, `concurrency` of them at once, and prints what came of it. Says whether all went well.
///
/// # Errors
///
/// If nothing could be started.
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

async fn sign_up(suite: &Suite, client: Client, users: Vec<Line>, concurrency: usize) -> Run {
    let driver = Driver::new(suite, client);
    let progress = Progress::new(users.len());
    let start = Instant::now();
    let mut lines: Vec<_> = futures::stream::iter(users)
        .map(async |line| {
            let end = driver.drive(line).await;
            progress.one_more();
            end
        })
        .buffer_unordered(concurrency)
        .collect()
        .await;
    let elapsed = start.elapsed();
    progress.finish();
    lines.sort_by_key(|driven| driven.line);
    let problems = check::problems(suite, &lines).await;
    Run {
        elapsed,
        mails: suite.outbox().all().len(),
        webhooks: suite.webhooks().all().len(),
        problems,
        lines,
    }
}

impl Run {
    /// Whether no line was accepted: then nothing was shown, whatever else is right.
    fn nobody_signed_up(&self) -> bool {
        let refused = |driven: &drive::Driven| matches!(driven.end, drive::End::Refused(_));
        self.lines.iter().all(refused)
    }

    fn is_good(&self) -> bool {
        let failed = |driven: &drive::Driven| matches!(driven.end, drive::End::Failed { .. });
        self.problems.is_empty() && !self.lines.iter().any(failed) && !self.nobody_signed_up()
    }
}
