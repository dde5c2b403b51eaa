//! Answers from standard input.

use std::io;
use std::thread;

use tokio::sync::mpsc;

/// The lines of standard input.
///
/// A thread reads them, since such a read cannot be cancelled. It ends with the process.
pub(crate) struct Questions {
    lines: mpsc::Receiver<String>,
}

impl Questions {
    /// Starts to read.
    pub(crate) fn open() -> Self {
        let (sender, lines) = mpsc::channel(1);
        thread::spawn(move || {
            // An unreadable input has ended.
            for line in io::stdin().lines().map_while(Result::ok) {
                if sender.blocking_send(line).is_err() {
                    break;
                }
            }
        });
        Self { lines }
    }

    /// The next line without surrounding white space; `None` at the end of the input.
    pub(crate) async fn answer(&mut self) -> Option<String> {
        let line = self.lines.recv().await?;
        Some(line.trim().to_owned())
    }
}
