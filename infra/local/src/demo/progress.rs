//! The demo's progress, on standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The interval between lines if there is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// A progress bar on a terminal, lines elsewhere.
#[derive(Debug)]
pub(super) enum Progress {
    Bar(ProgressBar),
    Lines {
        done: AtomicUsize,
        total: usize,
        last: Mutex<Instant>,
    },
}

impl Progress {
    #[expect(clippy::expect_used, reason = "the template is a constant")]
    pub(super) fn new(total: usize) -> Self {
        if !io::stderr().is_terminal() {
            return Self::Lines {
                done: AtomicUsize::new(0),
                total,
                last: Mutex::new(Instant::now()),
            };
        }
        let bar = ProgressBar::new(total as u64);
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} sign-ups, {elapsed}");
        bar.set_style(style.expect("a valid template"));
        Self::Bar(bar)
    }

    pub(super) fn increment(&self) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Lines { done, total, last } => {
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.elapsed() >= LINE_INTERVAL {
                    *last = Instant::now();
                    // A closed standard error is ignored.
                    let _ = writeln!(io::stderr(), "{done} of {total} sign-ups");
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
