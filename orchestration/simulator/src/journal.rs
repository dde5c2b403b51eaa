//! Event sourcing: a log of records from which executions are restored after a crash.
//!
//! An execution follows from its start and its inputs, so those are recorded: the definition, the start with its seed,
//! and each task event, timer, stop and redrive with its time.
//! [`StateMachines::restore`](crate::StateMachines::restore) is a deterministic replay of them, which compares a
//! fingerprint after each with the recorded one. Tokens, timers and retries are the same as before, since they follow
//! from the same seed.
//!
//! Nothing is stored here: [`StateMachines`](crate::StateMachines) produces [`Record`]s, and its driver, such as
//! [`WallClock`](crate::wall_clock::WallClock), appends them to a [`RecordLog`] before anything that follows from them is
//! visible: a write-ahead log. Calls without a result are made again, so tasks run at least once.
//!
//! ```
//! use serde_json::json;
//! use simulator::journal::Record;
//! use simulator::{EpochMillis, Machine, StateMachines, WorkflowType};
//!
//! let nap = Machine::from_json(
//!     r#"{"QueryLanguage": "JSONata", "StartAt": "Nap", "States": {
//!         "Nap": {"Type": "Wait", "Seconds": 60, "End": true}}}"#,
//! )?;
//! let mut service = StateMachines::new(7);
//! service.restore([], EpochMillis::new(0))?;
//! service.register("nap", WorkflowType::Standard, nap);
//! let arn = service.start_execution("nap", "first", json!({}), EpochMillis::new(0))?;
//! let records: Vec<Record> = std::iter::from_fn(|| service.poll_record()).collect();
//!
//! let mut restored = StateMachines::new(8);
//! restored.restore(records, EpochMillis::new(10_000))?;
//! assert_eq!(restored.next_timer(), Some(EpochMillis::new(60_000)));
//! assert_eq!(restored.history(&arn)?, service.history(&arn)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::{DefinitionError, ExecutionArn};

mod fingerprint;
mod transition;

pub(crate) use fingerprint::Fingerprint;
pub(crate) use transition::{Nesting, Started, Transition, Trigger};

/// The version of the format of a [`Record`]. To be stored with the records: only those of this version can be restored.
pub const FORMAT: u32 = 1;

/// One entry of the log.
///
/// Its `Debug` shows no payload.
#[derive(Clone, PartialEq, Eq)]
pub enum Record {
    /// A definition that executions refer to from now on.
    Definition {
        /// Its SHA-256, in hexadecimal.
        digest: String,
        json: Arc<str>,
    },
    /// A transition of an execution.
    Transition {
        arn: ExecutionArn,
        /// Whether it still runs afterwards.
        is_running: bool,
        /// The transition, as JSON. It holds payloads and the tokens of callbacks.
        json: String,
    },
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Definition { digest, .. } => formatter
                .debug_struct("Definition")
                .field("digest", digest)
                .finish_non_exhaustive(),
            Self::Transition { arn, is_running, .. } => formatter
                .debug_struct("Transition")
                .field("arn", arn)
                .field("is_running", is_running)
                .finish_non_exhaustive(),
        }
    }
}

pub trait RecordLog: Send {
    /// Appends all of the records or none of them, durably: when this returns, they survive a crash.
    ///
    /// # Errors
    ///
    /// If they cannot be appended. Nothing that follows from them is done then.
    fn append(&mut self, records: &[Record]) -> Result<(), Box<dyn Error + Send + Sync>>;
}

#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RestoreError {
    #[error(
        "definition {digest} cannot be run any more; the simulator has changed since it was recorded: {source}"
    )]
    Definition { digest: String, source: DefinitionError },
    #[error("the definition of execution `{arn}` is missing")]
    DefinitionMissing { arn: ExecutionArn },
    /// A transition cannot be parsed, or is out of order.
    #[error(
        "transition {number} of execution `{arn}` is not valid; the journal is damaged or of another version"
    )]
    Unreadable { arn: ExecutionArn, number: usize },
    #[error(
        "the replay of execution `{arn}` diverges at transition {number}; the simulator has changed since it was recorded"
    )]
    Diverged { arn: ExecutionArn, number: usize },
}
