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
    Description, EpochMillis, ExecutionArn, HistoryEvent, RequestError, StateMachines, TaskEventError,
    TaskToken,
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
    driven: Mutex<Driven>,
    /// Wakes the driver after a change.
    pub(crate) changed: Notify,
}

/// The state that a driver and its handles share.
pub(crate) struct Driven {
    pub(crate) service: StateMachines,
    pub(crate) recording: Recording,
    /// Those who wait for the end of an execution.
    pub(crate) waiters: HashMap<ExecutionArn, Vec<oneshot::Sender<()>>>,
    pub(crate) pump: Pump,
}

pub(crate) enum Recording {
    Off,
    On(Box<dyn RecordLog>),
    /// The executions are ahead of the journal, and nothing of that may be seen.
    Failed,
}

/// The task that drives executions in real time.
pub(crate) enum Pump {
    Idle,
    Running(JoinHandle<()>),
    Closed {
        /// How long tasks that run may go on.
        grace: Duration,
    },
}

/// An error that a failed journal answers with.
pub(crate) trait Refusal {
    const JOURNAL_FAILED: Self;
}

impl Refusal for RequestError {
    const JOURNAL_FAILED: Self = Self::JournalFailed;
}

impl Refusal for TaskEventError {
    const JOURNAL_FAILED: Self = Self::JournalFailed;
}

impl Driven {
    /// Appends the pending records to the journal. Says whether they are recorded.
    pub(crate) fn record(&mut self) -> bool {
        if let Recording::On(log) = &mut self.recording {
            let records: Vec<Record> = std::iter::from_fn(|| self.service.poll_record()).collect();
            // The log itself reports why it failed.
            if !records.is_empty() && log.append(&records).is_err() {
                self.recording = Recording::Failed;
            }
        }
        !self.is_stuck()
    }

    pub(crate) fn is_stuck(&self) -> bool {
        matches!(self.recording, Recording::Failed)
    }
}

impl<C: Clock> Handle<C> {
    pub(crate) fn over(clock: C, service: StateMachines, recording: Recording) -> Self {
        let driven = Driven {
            service,
            recording,
            waiters: HashMap::new(),
            pump: Pump::Idle,
        };
        Self {
            clock,
            shared: Arc::new(Shared {
                driven: Mutex::new(driven),
                changed: Notify::new(),
            }),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Driven> {
        // A panic elsewhere leaves nothing half done: each call changes the service as a whole.
        self.shared.driven.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes executions, records that, and wakes the driver.
    pub(crate) fn change<T, E: Refusal>(
        &self,
        change: impl FnOnce(&mut StateMachines, EpochMillis) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut driven = self.lock();
        if driven.is_stuck() {
            return Err(E::JOURNAL_FAILED);
        }
        // Read under the lock: what is recorded later has happened later.
        let now = self.now();
        let result = change(&mut driven.service, now);
        let is_recorded = driven.record();
        drop(driven);
        self.shared.changed.notify_one();
        if is_recorded {
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
}

impl<C: Clock> fmt::Debug for Handle<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Handle")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}
