//! The local server as a child process.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where a local server is.
#[derive(Clone, Default)]
pub(crate) struct Addresses {
    pub(crate) api: String,
    /// With the secret of the start.
    pub(crate) console: String,
}

/// A process that is killed when this is dropped.
pub(crate) struct Server {
    process: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a process on the data in `directory`.
    pub(crate) fn spawn(directory: &Path) -> Self {
        let log = directory.join("log");
        let mut options = OpenOptions::new();
        let errors = options.create(true).append(true).open(&log).unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_local"))
            .env_remove("RUST_LOG")
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(directory.join("data"))
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn();
        Self {
            process: process.unwrap(),
            log,
        }
    }

    /// Waits for the start and returns the addresses.
    pub(crate) fn addresses(&mut self) -> Addresses {
        let lines = BufReader::new(self.process.stdout.take().unwrap()).lines();
        let mut lines = lines.map(|line| line.unwrap().trim().to_owned());
        let mut address =
            |name: &str| lines.find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
        match (address("API"), address("Console")) {
            (Some(api), Some(console)) => Addresses { api, console },
            _ => panic!(
                "the local server does not start: {}",
                fs::read_to_string(&self.log).unwrap()
            ),
        }
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        // The process may have exited already.
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
