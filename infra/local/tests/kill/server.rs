//! The local server as a child process.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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

    /// Waits for the start and returns the URL.
    pub(crate) fn url(&mut self) -> String {
        let mut lines = BufReader::new(self.process.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.unwrap().trim().strip_prefix("API")?.trim().to_owned()));
        url.unwrap_or_else(|| {
            panic!(
                "the local server does not start: {}",
                fs::read_to_string(&self.log).unwrap()
            )
        })
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
