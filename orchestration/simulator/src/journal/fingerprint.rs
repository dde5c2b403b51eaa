//! Fingerprints of executions, which a deterministic replay is compared by.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::invariant::Invariant;
use crate::{EpochMillis, Execution};

/// The length of an execution's history, and a digest of the history and of the next timer.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    pub(crate) events: usize,
    digest: u64,
}

impl Fingerprint {
    /// The fingerprint of the execution now; only the events since this one are read.
    pub(crate) fn next(self, execution: &Execution) -> Self {
        let history = execution.history();
        let mut hash = Sha256::new();
        hash.update(self.digest.to_be_bytes());
        for event in history.iter().skip(self.events) {
            hash.update(serde_json::to_vec(event).expect_invariant("every event can be written as JSON"));
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

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} events, {:016x}", self.events, self.digest)
    }
}
