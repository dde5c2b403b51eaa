//! The handle to the executions of a driver: the API of Step Functions, over either clock.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::journal::{Record, RecordLog};
use crate::{
    Description, EpochMillis, ExecutionArn, HistoryEvent, Machine, RequestError, StateMachines,
    TaskEventError, TaskToken,
};

/// A source of the time: [virtual](crate::virtual_time::VirtualClock), or [real](crate::wall_clock::MonotonicClock).
pub trait Clock {
    fn now(&self) -> EpochMillis;
}

/// Reaches the executions of a driver from anywhere: from a test, from a server, or from a task while it runs. A clone
/// reaches the same executions.
#[derive(Clone)]
pub struct Handle<C> {
    pub(crate) clock: C,
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    state: Mutex<DriverState>,
    /// Wakes the driver after a change.
    pub(crate) changed: Notify,
}

pub(crate) struct DriverState {
    pub(crate) service: StateMachines,
    pub(crate) journal: JournalState,
    /// The calls that wait for the end of an execution.
    pub(crate) waiters: HashMap<ExecutionArn, Vec<oneshot::Sender<()>>>,
    pub(crate) task: DriverTask,
}

pub(crate) enum JournalState {
    Off,
    On(Box<dyn RecordLog>),
    /// The journal failed; executions have unrecorded changes, so all requests are rejected.
    Failed,
}

/// The tokio task that drives executions in real time.
pub(crate) enum DriverTask {
    Idle,
    Running(JoinHandle<()>),
    Closed {
        /// How long running tasks may go on.
        grace: Duration,
    },
}

/// An error with a variant for a failed journal.
pub(crate) trait JournalFailure {
    const JOURNAL_FAILED: Self;
}

impl JournalFailure for RequestError {
    const JOURNAL_FAILED: Self = Self::JournalFailed;
}

impl JournalFailure for TaskEventError {
    const JOURNAL_FAILED: Self = Self::JournalFailed;
}

impl DriverState {
    /// Appends the pending records to the journal. Returns whether the journal works.
    pub(crate) fn append_records(&mut self) -> bool {
        if let JournalState::On(log) = &mut self.journal {
            let records: Vec<Record> = std::iter::from_fn(|| self.service.poll_record()).collect();
            // The log itself reports why it failed.
            if !records.is_empty() && log.append(&records).is_err() {
                self.journal = JournalState::Failed;
            }
        }
        !self.journal_failed()
    }

    pub(crate) fn journal_failed(&self) -> bool {
        matches!(self.journal, JournalState::Failed)
    }
}

impl<C: Clock> Handle<C> {
    pub(crate) fn over(clock: C, service: StateMachines, journal: JournalState) -> Self {
        let state = DriverState {
            service,
            journal,
            waiters: HashMap::new(),
            task: DriverTask::Idle,
        };
        Self {
            clock,
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                changed: Notify::new(),
            }),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, DriverState> {
        // A panic elsewhere leaves no change half done: each call changes the service as a whole.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes executions, appends the records of that to the journal, and wakes the driver.
    pub(crate) fn change<T, E: JournalFailure>(
        &self,
        change: impl FnOnce(&mut StateMachines, EpochMillis) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut state = self.lock();
        if state.journal_failed() {
            return Err(E::JOURNAL_FAILED);
        }
        // Read under the lock, so that records are in the order of their times.
        let now = self.now();
        let result = change(&mut state.service, now);
        let is_appended = state.append_records();
        drop(state);
        self.shared.changed.notify_one();
        if is_appended {
            result
        } else {
            Err(E::JOURNAL_FAILED)
        }
    }

    pub fn now(&self) -> EpochMillis {
        self.clock.now()
    }
}

/// The API of Step Functions: the methods of the same names of [`StateMachines`], at the time of the clock.
#[expect(
    clippy::missing_errors_doc,
    reason = "those of the methods of `StateMachines`, and a failed journal"
)]
impl<C: Clock> Handle<C> {
    pub fn start_execution(
        &self,
        machine: &str,
        name: &str,
        input: Value,
    ) -> Result<ExecutionArn, RequestError> {
        self.change(|service, now| service.start_execution(machine, name, input, now))
    }

    pub fn stop_execution(
        &self,
        arn: &ExecutionArn,
        error: Option<&str>,
        cause: Option<&str>,
    ) -> Result<(), RequestError> {
        self.change(|service, now| service.stop_execution(arn, now, error, cause))
    }

    pub fn redrive_execution(&self, arn: &ExecutionArn) -> Result<(), RequestError> {
        self.change(|service, now| service.redrive_execution(arn, now))
    }

    pub fn send_task_success(&self, token: &TaskToken, output: Value) -> Result<(), TaskEventError> {
        self.change(|service, now| service.send_task_success(token, output, now))
    }

    pub fn send_task_failure(
        &self,
        token: &TaskToken,
        error: &str,
        cause: &str,
    ) -> Result<(), TaskEventError> {
        self.change(|service, now| service.send_task_failure(token, error, cause, now))
    }

    pub fn send_task_heartbeat(&self, token: &TaskToken) -> Result<(), TaskEventError> {
        self.change(|service, now| service.send_task_heartbeat(token, now))
    }

    pub fn describe(&self, arn: &ExecutionArn) -> Result<Description, RequestError> {
        self.lock().service.describe(arn)
    }

    pub fn list(&self, machine: Option<&str>) -> Vec<Description> {
        self.lock().service.list(machine)
    }

    pub fn history(&self, arn: &ExecutionArn) -> Result<Vec<HistoryEvent>, RequestError> {
        self.lock().service.history(arn).map(<[HistoryEvent]>::to_vec)
    }

    /// The machine that an execution was started with.
    pub fn machine(&self, arn: &ExecutionArn) -> Result<Machine, RequestError> {
        let state = self.lock();
        let execution = state.service.execution(arn)?;
        Ok(execution.machine().clone())
    }
}

impl<C: Clock> fmt::Debug for Handle<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Handle")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}
