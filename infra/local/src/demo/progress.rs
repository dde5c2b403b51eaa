//! How far a demo is, on the error output.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a line is written where there is no terminal.
const NOW_AND_THEN: Duration = Duration::from_secs(5);

/// A bar on a terminal; elsewhere a line now and then.
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
    pub(super) fn new(total: usize) -> Self {
        if !io::stderr().is_terminal() {
            return Self::Lines {
                done: AtomicUsize::new(0),
                total,
                last: Mutex::new(Instant::now()),
            };
        }
        let bar = ProgressBar::new(total as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} sign-ups, {elapsed}") {
            bar.set_style(style);
        }
        Self::Bar(bar)
    }

    /// One more user is done.
    pub(super) fn one_more(&self) {
        match self {
            Self::Bar(bar) => bar.inc(1),
            Self::Lines { done, total, last } => {
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                let Ok(mut last) = last.lock() else { return };
                if last.elapsed() >= NOW_AND_THEN {
                    *last = Instant::now();
                    // Progress that nobody reads is no failure.
                    let _ = writeln!(io::stderr(), "{done} of {total} sign-ups");
                }
            }
        }
    }

    /// All are done.
    pub(super) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
