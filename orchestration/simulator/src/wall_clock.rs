//! The driver in real time, on tokio: for a local server.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::handle::{Clock, DriverState, DriverTask, Handle, JournalState};
use crate::journal::{Record, RecordLog, RestoreError};
use crate::{
    Command, Description, EpochMillis, ExecutionArn, RequestError, StateMachines, TaskCall, TaskEvent,
    TaskFailure, TaskRunner,
};

/// The system's time at the start, and from then on the runtime's clock, which cannot be set back.
#[derive(Debug, Clone, Copy)]
pub struct MonotonicClock {
    start: EpochMillis,
    origin: Instant,
}

impl MonotonicClock {
    fn starting(start: EpochMillis) -> Self {
        let origin = Instant::now();
        Self { start, origin }
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> EpochMillis {
        self.start.saturating_add(self.origin.elapsed())
    }
}

/// Runs executions in real time. It is a [`Handle`] to them as well, so a clone reaches the same executions.
///
/// Tasks run side by side on the runtime. One that exceeds its `TimeoutSeconds` fails with
/// `States.Timeout`; like a Lambda function it goes on, and its late result is ignored.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use serde_json::{Value, json};
/// use simulator::wall_clock::WallClock;
/// use simulator::{Machine, StateMachines, TaskCall, TaskFailure, WorkflowType, runner};
///
/// let machine = Machine::from_json(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {
///         "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:ask", "End": true}}}"#,
/// )?;
/// let mut machines = StateMachines::new(0);
/// machines.register("ask", WorkflowType::Standard, machine);
/// let clock = WallClock::new(machines);
/// clock.spawn(runner::from_fn(async |_: TaskCall| Ok::<Value, TaskFailure>(json!(42))));
///
/// let arn = clock.start_execution("ask", "first", json!({}))?;
/// assert_eq!(clock.wait(&arn).await?.status.output(), Some(&json!(42)));
/// clock.shutdown().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub type WallClock = Handle<MonotonicClock>;

impl WallClock {
    /// A driver of these machines. Nothing runs until [`WallClock::spawn`]; before that, the runner of the tasks can be
    /// given a clone.
    pub fn new(service: StateMachines) -> Self {
        Self::over(MonotonicClock::starting(system_now()), service, JournalState::Off)
    }

    /// The same with a journal: executions are restored from the records, and every change is recorded before its
    /// request returns, and before anything follows from it. See [`journal`](crate::journal).
    ///
    /// Once the journal has failed, every request that would change an execution is rejected, and no task is run any more.
    /// After a restart, executions go on from the last record.
    ///
    /// # Errors
    ///
    /// As [`StateMachines::restore`].
    pub fn journalled(
        mut service: StateMachines,
        records: impl IntoIterator<Item = Record>,
        log: impl RecordLog + 'static,
    ) -> Result<Self, RestoreError> {
        let now = system_now();
        service.restore(records, now)?;
        let journal = JournalState::On(Box::new(log));
        Ok(Self::over(MonotonicClock::starting(now), service, journal))
    }

    /// Starts to run tasks, on the runtime that this is called in. A second call does nothing.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn spawn<R: TaskRunner + 'static>(&self, runner: R) {
        let mut state = self.lock();
        if matches!(state.task, DriverTask::Idle) {
            let task = tokio::spawn(self.clone().drive(Arc::new(runner)));
            state.task = DriverTask::Running(task);
        }
    }

    /// Aborts all tasks and stops. Executions stay as they are and can still be described.
    pub async fn shutdown(&self) {
        self.drain(Duration::ZERO).await;
    }

    /// Graceful shutdown: starts no more tasks, gives those that run a grace period to end, and stops. Their results are
    /// still applied, so that with a journal none of them runs twice.
    pub async fn drain(&self, grace: Duration) {
        let task = {
            let mut state = self.lock();
            state.waiters.clear();
            std::mem::replace(&mut state.task, DriverTask::Closed { grace })
        };
        self.shared.changed.notify_one();
        if let DriverTask::Running(task) = task {
            // A panic or a cancellation of the driver is not passed on.
            let _ = task.await;
        }
    }

    /// Waits until an execution has ended, or until [`WallClock::shutdown`]; returns its description then.
    ///
    /// # Errors
    ///
    /// If there is no such execution.
    pub async fn wait(&self, arn: &ExecutionArn) -> Result<Description, RequestError> {
        let ended = {
            let mut state = self.lock();
            let description = state.service.describe(arn)?;
            if !description.status.is_running() || matches!(state.task, DriverTask::Closed { .. }) {
                return Ok(description);
            }
            let (sender, ended) = oneshot::channel();
            state.waiters.entry(arn.clone()).or_default().push(sender);
            ended
        };
        // An error means that the sender was dropped at shutdown.
        let _ = ended.await;
        self.describe(arn)
    }

    /// Fires timers, runs tasks and announces ends, until shutdown.
    async fn drive<R: TaskRunner + 'static>(self, runner: Arc<R>) {
        let mut tasks = JoinSet::new();
        let grace = loop {
            let mut commands = Vec::new();
            let next = {
                let mut state = self.lock();
                if let DriverTask::Closed { grace } = state.task {
                    break grace;
                }
                state.advance(self.now(), &mut commands)
            };
            for (arn, command) in commands {
                // A cancelled task goes on, as a Lambda function does; its result will be rejected.
                if let Command::RunTask(call) = command {
                    tasks.spawn(self.clone().run_task(Arc::clone(&runner), arn, call));
                }
            }
            let next = self.instant_of(next);
            tokio::select! {
                () = self.shared.changed.notified() => {}
                () = tokio::time::sleep_until(next) => {}
                Some(_) = tasks.join_next() => {}
            }
        };
        let ended = async { while tasks.join_next().await.is_some() {} };
        // Tasks that take longer are aborted.
        let _ = tokio::time::timeout(grace, ended).await;
        tasks.shutdown().await;
    }

    async fn run_task<R: TaskRunner>(self, runner: Arc<R>, arn: ExecutionArn, call: TaskCall) {
        let id = call.id;
        let event = match caught(runner.run(call)).await {
            Ok(Ok(output)) => TaskEvent::Succeeded { id, output },
            Ok(Err(TaskFailure { error, cause })) => TaskEvent::Failed { id, error, cause },
            // What Step Functions reports for a function that dies: see "Handling errors", `Lambda.Unknown`.
            Err(_) => TaskEvent::Failed {
                id,
                error: "Lambda.Unknown".to_owned(),
                cause: "the task panicked".to_owned(),
            },
        };
        // A late result is rejected.
        let _ = self.change(|service, now| service.handle(&arn, now, event));
    }

    /// The time on the runtime's clock; a day from now for `None`.
    fn instant_of(&self, time: Option<EpochMillis>) -> Instant {
        const DAY: Duration = Duration::from_hours(24);
        let wait = time.map_or(DAY, |time| time.since(self.now()).min(DAY));
        // Rounding to whole milliseconds can only delay a timer, by less than one.
        Instant::now() + wait
    }
}

impl DriverState {
    /// Fires timers, appends the records of that, and takes the commands; returns the time of the next timer.
    fn advance(
        &mut self,
        now: EpochMillis,
        commands: &mut Vec<(ExecutionArn, Command)>,
    ) -> Option<EpochMillis> {
        if self.journal_failed() {
            return None;
        }
        self.service.advance(now);
        if !self.append_records() {
            return None;
        }
        commands.extend(std::iter::from_fn(|| self.service.poll_command()));
        while let Some(arn) = self.service.poll_ended() {
            for waiter in self.waiters.remove(&arn).into_iter().flatten() {
                // The waiting call may have been cancelled.
                let _ = waiter.send(());
            }
        }
        self.service.next_timer()
    }
}

/// The time, by the system's clock; the epoch, if that clock is set before it.
fn system_now() -> EpochMillis {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    EpochMillis::new(0).saturating_add(since_epoch)
}

/// Runs a future to its end or to its panic.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(panic) => Poll::Ready(Err(panic)),
        },
    )
    .await
}
