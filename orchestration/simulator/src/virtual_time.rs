//! The driver in virtual time, for tests: time passes only when nothing else is left to do.
//!
//! A wait of a day takes no time, and everything happens in one deterministic order: tasks run one after another, in the
//! order in which their states were entered.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::handle::{self, Clock, JournalState};
use crate::{
    Command, EpochMillis, ExecutionArn, StateMachines, TaskEvent, TaskFailure, TaskId, TaskOutcome,
    TaskRunner,
};

/// A clock that the driver sets and anybody can read.
#[derive(Debug, Clone)]
pub struct VirtualClock(Arc<AtomicI64>);

impl VirtualClock {
    pub fn new(start: EpochMillis) -> Self {
        Self(Arc::new(AtomicI64::new(start.as_millis())))
    }

    pub fn now(&self) -> EpochMillis {
        EpochMillis::new(self.0.load(Ordering::SeqCst))
    }

    fn set(&self, now: EpochMillis) {
        self.0.fetch_max(now.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> EpochMillis {
        self.now()
    }
}

/// A handle to executions in virtual time.
pub type Handle = handle::Handle<VirtualClock>;

impl Handle {
    /// A handle to executions that a driver made of it will run; see [`VirtualTime::of`].
    pub fn new(service: StateMachines, clock: VirtualClock) -> Self {
        Self::over(clock, service, JournalState::Off)
    }

    pub fn clock(&self) -> &VirtualClock {
        &self.clock
    }
}

/// The result of a task that has been run, until it is due.
#[derive(Debug)]
struct PendingResult {
    arn: ExecutionArn,
    id: TaskId,
    result: Result<Value, TaskFailure>,
}

/// Drives [`StateMachines`] in virtual time.
///
/// ```
/// # fn block_on<T>(future: impl Future<Output = T>) -> T {
/// #     tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
/// # }
/// # block_on(async {
/// use serde_json::{Value, json};
/// use simulator::virtual_time::VirtualTime;
/// use simulator::{EpochMillis, Machine, StateMachines, TaskCall, TaskFailure, WorkflowType, runner};
///
/// let machine = Machine::from_json(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Day", "States": {
///         "Day": {"Type": "Wait", "Seconds": 86400, "Next": "Ask"},
///         "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:ask", "End": true}}}"#,
/// )?;
/// let mut machines = StateMachines::new(0);
/// machines.register("daily", WorkflowType::Standard, machine);
/// let ask = runner::from_fn(async |_: TaskCall| Ok::<Value, TaskFailure>(json!(42)));
/// let mut time = VirtualTime::new(machines, EpochMillis::new(0), ask);
///
/// let arn = time.handle().start_execution("daily", "first", json!({}))?;
/// time.run_to_end().await;
///
/// assert_eq!(time.handle().describe(&arn)?.status.output(), Some(&json!(42)));
/// assert_eq!(time.handle().now(), EpochMillis::new(86_400_000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct VirtualTime<R> {
    handle: Handle,
    runner: R,
    results: BTreeMap<(EpochMillis, u64), PendingResult>,
    scheduled: u64,
}

impl<R> fmt::Debug for VirtualTime<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VirtualTime")
            .field("now", &self.handle.now())
            .field("results", &self.results.len())
            .finish_non_exhaustive()
    }
}

impl<R: TaskRunner> VirtualTime<R> {
    pub fn new(service: StateMachines, start: EpochMillis, runner: R) -> Self {
        Self::of(Handle::new(service, VirtualClock::new(start)), runner)
    }

    /// Drives the executions of a handle that exists already, because the runner of the tasks holds one, too.
    pub fn of(handle: Handle, runner: R) -> Self {
        Self {
            handle,
            runner,
            results: BTreeMap::new(),
            scheduled: 0,
        }
    }

    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    pub fn runner(&self) -> &R {
        &self.runner
    }

    /// Runs everything that can happen without time passing.
    pub async fn run_until_idle(&mut self) {
        loop {
            let now = self.handle.now();
            self.apply_results(now);
            // The lock is not held while a task runs: the task may use a handle of its own.
            let command = {
                let service = &mut self.handle.lock().service;
                service.advance(now);
                service.poll_command()
            };
            match command {
                Some((arn, Command::RunTask(call))) => {
                    let id = call.id;
                    let outcome = self.runner.run_timed(call).await;
                    self.schedule_result(arn, id, outcome);
                }
                Some((arn, Command::CancelTask { id })) => {
                    self.results
                        .retain(|_, result| result.id != id || result.arn != arn);
                }
                None if self.next_result().is_some_and(|due| due <= now) => {}
                None => break,
            }
        }
        while self.handle.lock().service.poll_ended().is_some() {}
    }

    /// Advances the time to `time`, and runs everything that is due on the way.
    pub async fn advance_to(&mut self, time: EpochMillis) {
        self.run_until_idle().await;
        while let Some(due) = self.next_due().filter(|due| *due <= time) {
            self.handle.clock.set(due);
            self.run_until_idle().await;
        }
        self.handle.clock.set(time);
    }

    pub async fn advance_by(&mut self, duration: Duration) {
        let time = self.handle.now().saturating_add(duration);
        self.advance_to(time).await;
    }

    /// Jumps from one due time to the next until there is none: every execution has ended, or waits for a
    /// token and for nothing else.
    pub async fn run_to_end(&mut self) {
        self.run_until_idle().await;
        while let Some(due) = self.next_due() {
            self.handle.clock.set(due);
            self.run_until_idle().await;
        }
    }

    /// The time of the next timer or result.
    pub fn next_due(&self) -> Option<EpochMillis> {
        let timer = self.handle.lock().service.next_timer();
        match (timer, self.next_result()) {
            (Some(timer), Some(result)) => Some(timer.min(result)),
            (timer, result) => timer.or(result),
        }
    }

    fn next_result(&self) -> Option<EpochMillis> {
        self.results.first_key_value().map(|((due, _), _)| *due)
    }

    fn schedule_result(&mut self, arn: ExecutionArn, id: TaskId, outcome: TaskOutcome) {
        let due = self.handle.now().saturating_add(outcome.took);
        self.scheduled += 1;
        self.results.insert(
            (due, self.scheduled),
            PendingResult {
                arn,
                id,
                result: outcome.result,
            },
        );
    }

    /// Applies the results that are due. A late one is rejected and dropped, as on AWS.
    fn apply_results(&mut self, now: EpochMillis) {
        while let Some(entry) = self.results.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let PendingResult { arn, id, result } = entry.remove();
            let event = match result {
                Ok(output) => TaskEvent::Succeeded { id, output },
                Err(TaskFailure { error, cause }) => TaskEvent::Failed { id, error, cause },
            };
            let _ = self.handle.lock().service.handle(&arn, now, event);
        }
    }
}
