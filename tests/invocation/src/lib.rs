//! Snapshot tests of the functions' binaries.
//!
//! A process of the binary gets one event of the function's `events/` from a stub of the Runtime API, with stubs of the AWS
//! services on loopback. Its output is compared with the file of the same name in `snapshots/`.
//!
//! `INVOCATION_BINARIES` is the absolute path of a folder with binaries to test instead of cargo's, and `INVOCATION_RUNNER` a
//! command that runs them, such as `qemu-aarch64-static -L /usr/aarch64-linux-gnu`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test helpers panic on unexpected results"
)]

mod external;
mod mask;
mod runtime;
mod store;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};

/// The timeout of a process, from its start to its output.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A function's binary, its settings and its table.
#[derive(Debug)]
pub struct Lambda {
    binary: &'static str,
    folder: PathBuf,
    settings: Vec<(&'static str, &'static str)>,
    items: Vec<Value>,
}

impl Lambda {
    /// The binary of the function in this folder, with no setting but `TABLE_NAME`, and an empty table.
    pub fn new(binary: &'static str, folder: &str) -> Self {
        Self {
            binary,
            folder: folder.into(),
            settings: vec![("TABLE_NAME", store::TABLE)],
            items: Vec::new(),
        }
    }

    /// Adds a setting. `{external}` in it is replaced by the address of the stubs.
    pub fn with_setting(mut self, name: &'static str, value: &'static str) -> Self {
        self.settings.push((name, value));
        self
    }

    /// Adds an item to the table before each event, in DynamoDB's JSON.
    pub fn with_item(mut self, item: Value) -> Self {
        self.items.push(item);
        self
    }

    /// Invokes the binary with each event of the folder, and compares the outputs with the snapshots.
    ///
    /// With `INSTA_UPDATE=always` in the environment, it updates the snapshots.
    ///
    /// # Panics
    ///
    /// If an output differs from its snapshot, or a snapshot has no event.
    pub async fn assert_snapshots(&self) {
        let events = self.names("events", "json");
        for name in &events {
            let event = fs::read_to_string(self.folder.join(format!("events/{name}.json"))).unwrap();
            let output = mask::differing(&self.invoke(&event).await, &event);

            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(self.folder.join("snapshots"));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_json_snapshot!(name.as_str(), output));
        }
        let snapshots = self.names("snapshots", "snap");
        let stale: Vec<_> = snapshots.difference(&events).collect();
        assert!(stale.is_empty(), "snapshots without an event: {stale:?}");
    }

    /// The binary's post to the Runtime API for this event: `response` or `error`, with its body.
    ///
    /// # Panics
    ///
    /// If the process ends without an output, or exceeds the timeout.
    pub async fn invoke(&self, event: &str) -> Value {
        let store = store::start(&self.items).await;
        let external = external::start().await;
        let (runtime, result) = runtime::start(event.to_owned()).await;
        let settings = self
            .settings
            .iter()
            .map(|(name, value)| (name, value.replace("{external}", &external)));
        let mut process = self
            .command()
            .env_clear()
            .envs(settings)
            .env("AWS_LAMBDA_RUNTIME_API", runtime)
            .env("AWS_ENDPOINT_URL_DYNAMODB", store)
            .env("AWS_ENDPOINT_URL", &external)
            .envs(PLATFORM)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();

        let outcome = tokio::select! {
            output = result => Ok(output.unwrap()),
            ended = process.wait() => Err(format!("ended with {}", ended.as_ref().map(ExitStatus::to_string).unwrap())),
            () = tokio::time::sleep(TIMEOUT) => Err("timed out".to_owned()),
        };
        match outcome {
            Ok(output) => output,
            Err(reason) => panic!("{} {reason}:\n{}", self.binary, log_of(process).await),
        }
    }

    /// The command that runs the binary.
    fn command(&self) -> Command {
        let built = Path::new(self.binary);
        let binary = match env::var_os("INVOCATION_BINARIES") {
            Some(folder) => Path::new(&folder).join(built.file_name().unwrap()),
            None => built.to_owned(),
        };
        let runner = env::var("INVOCATION_RUNNER").unwrap_or_default();
        let mut words = runner.split_whitespace();
        match words.next() {
            Some(program) => {
                let mut command = Command::new(program);
                command.args(words).arg(binary);
                command
            }
            None => Command::new(binary),
        }
    }

    /// The names of the files with this extension, without subfolders.
    fn names(&self, folder: &str, extension: &str) -> BTreeSet<String> {
        let Ok(files) = fs::read_dir(self.folder.join(folder)) else {
            return BTreeSet::new();
        };
        files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .map(|path| stem(&path).to_owned())
            .collect()
    }
}

/// Lambda's own environment variables, with made-up credentials.
///
/// Source: [Defined runtime environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime).
const PLATFORM: [(&str, &str); 6] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "function"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_ACCESS_KEY_ID", "nobody"),
    ("AWS_SECRET_ACCESS_KEY", "nobody"),
];

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// What the process has written to stdout and stderr.
async fn log_of(mut process: Child) -> String {
    let _ = process.kill().await;
    let mut log = String::new();
    let _ = process.stdout.take().unwrap().read_to_string(&mut log).await;
    let _ = process.stderr.take().unwrap().read_to_string(&mut log).await;
    log
}
