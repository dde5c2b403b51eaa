//! How two runs of one execution are compared.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{EpochMillis, Execution};

/// Where an execution stood: the length of its history, and a digest of it and of the next timer.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) events: usize,
    digest: u64,
}

impl Mark {
    /// Where the execution stands now, given where it stood: only the events since then are read.
    pub(crate) fn next(self, execution: &Execution) -> Self {
        let history = execution.history();
        let mut hash = Sha256::new();
        hash.update(self.digest.to_be_bytes());
        for event in history.get(self.events..).unwrap_or_default() {
            // Every event can be written as JSON.
            hash.update(serde_json::to_vec(event).unwrap_or_default());
        }
        let due = execution.next_timer().map_or(i64::MAX, EpochMillis::as_millis);
        hash.update(due.to_be_bytes());
        let first = hash.finalize().into_iter().take(8);
        Self {
            events: history.len(),
            digest: first.fold(0, |number, byte| (number << 8) | u64::from(byte)),
        }
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} events, {:016x}", self.events, self.digest)
    }
}
