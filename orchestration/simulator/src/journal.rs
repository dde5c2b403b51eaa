//! What has to be kept so that executions survive the process that runs them.
//!
//! An execution follows from its start and from what happened to it, so that is what is kept: the definition, the
//! start with its seed, and each event with its time. [`StateMachines::restore`](crate::StateMachines::restore) lets
//! all of it happen again, and compares what comes of it with what came of it then. Tokens, timers and retries are
//! the same as before, since they follow from the same seed.
//!
//! Nothing is stored here: [`StateMachines`](crate::StateMachines) hands out [`Record`]s, and whoever drives it gives
//! them to a [`Journal`] before anybody sees what follows from them. [`WallClock`](crate::wall_clock::WallClock)
//! does.
//!
//! ```
//! use serde_json::json;
//! use simulator::journal::Record;
//! use simulator::{EpochMillis, Kind, Machine, StateMachines};
//!
//! let nap = Machine::from_json(
//!     r#"{"QueryLanguage": "JSONata", "StartAt": "Nap", "States": {
//!         "Nap": {"Type": "Wait", "Seconds": 60, "End": true}}}"#,
//! )?;
//! let mut service = StateMachines::new(7);
//! service.restore([], EpochMillis::new(0))?;
//! service.register("nap", Kind::Standard, nap);
//! let arn = service.start_execution("nap", "first", json!({}), EpochMillis::new(0))?;
//! let kept: Vec<Record> = std::iter::from_fn(|| service.poll_record()).collect();
//!
//! let mut restored = StateMachines::new(8);
//! restored.restore(kept, EpochMillis::new(10_000))?;
//! assert_eq!(restored.next_timer(), Some(EpochMillis::new(60_000)));
//! assert_eq!(restored.history(&arn)?, service.history(&arn)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::{DefinitionError, ExecutionArn};

mod mark;
mod step;

pub(crate) use mark::Mark;
pub(crate) use step::{Happened, Nesting, Started, Step};

/// The version of what a [`Record`] holds. Whoever stores records stores it with them, and gives back only those of
/// this version.
pub const FORMAT: u32 = 1;

/// One thing to keep, in the order in which it was handed out.
///
/// Its `Debug` shows no payload.
#[derive(Clone, PartialEq, Eq)]
pub enum Record {
    /// A definition that executions refer to from now on.
    Definition {
        /// Its SHA-256, in hexadecimal.
        digest: String,
        /// The definition.
        json: Arc<str>,
    },
    /// Something that happened to an execution.
    Step {
        /// Which execution.
        arn: ExecutionArn,
        /// Whether it goes on after this.
        is_running: bool,
        /// What happened, as JSON. It holds payloads and the tokens of callbacks.
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
            Self::Step { arn, is_running, .. } => formatter
                .debug_struct("Step")
                .field("arn", arn)
                .field("is_running", is_running)
                .finish_non_exhaustive(),
        }
    }
}

/// Where records are kept.
pub trait Journal: Send {
    /// Keeps all of the records or none of them. When this returns, they survive the process.
    ///
    /// # Errors
    ///
    /// If they cannot be kept. Nothing that follows from them is done then.
    fn append(&mut self, records: &[Record]) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// Why records do not become executions.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// A definition cannot run here any more.
    #[error("definition {digest} cannot run here: {source}")]
    Definition {
        /// The definition's digest.
        digest: String,
        /// Why not.
        #[source]
        source: DefinitionError,
    },
    /// A definition was not kept.
    #[error("the definition of execution `{arn}` is missing")]
    DefinitionMissing {
        /// The execution.
        arn: ExecutionArn,
    },
    /// A step cannot be read, or does not belong where it stands.
    #[error("step {number} of execution `{arn}` cannot be read")]
    Unreadable {
        /// The execution.
        arn: ExecutionArn,
        /// The step's number within it, from 1.
        number: usize,
    },
    /// A step leads to something else than it did when it was kept.
    #[error("step {number} of execution `{arn}` does not lead to what it led to when it was kept")]
    Diverged {
        /// The execution.
        arn: ExecutionArn,
        /// The step's number within it, from 1.
        number: usize,
    },
}
