//! A driver in real time, on tokio: for a suite that runs on one machine.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::journal::{Journal, Record, RestoreError};
use crate::{
    Command, Description, EpochMillis, ExecutionArn, HistoryEvent, ServiceError, StateMachines, TaskCall,
    TaskError, TaskEvent, TaskFailure, TaskRunner, TaskToken,
};

/// Runs executions in real time. A clone reaches the same executions.
///
/// Tasks run side by side on the runtime. One that exceeds its `TimeoutSeconds` is answered for with
/// `States.Timeout`; like a Lambda function it goes on, and its late result is ignored.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use serde_json::{Value, json};
/// use simulator::wall_clock::WallClock;
/// use simulator::{Kind, Machine, StateMachines, TaskCall, TaskFailure, runner};
///
/// let machine = Machine::from_json(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {
///         "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:ask", "End": true}}}"#,
/// )?;
/// let mut machines = StateMachines::new(0);
/// machines.register("ask", Kind::Standard, machine);
/// let clock = WallClock::new(machines);
/// clock.spawn(runner::from_fn(async |_: TaskCall| Ok::<Value, TaskFailure>(json!(42))));
///
/// let arn = clock.start_execution("ask", "first", json!({}))?;
/// assert_eq!(clock.wait(&arn).await?.status.output(), Some(&json!(42)));
/// clock.shutdown().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct WallClock {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Tells the pump that there may be something to do.
    wake: Notify,
    /// One point in both measures of time: the runtime's cannot be set back.
    origin: (EpochMillis, Instant),
}

struct State {
    service: StateMachines,
    journal: Option<Box<dyn Journal>>,
    /// Whether the journal has failed: then the executions are ahead of it, and nothing of that may be seen.
    is_stuck: bool,
    waiting: HashMap<ExecutionArn, Vec<oneshot::Sender<()>>>,
    pump: Option<JoinHandle<()>>,
    closed: bool,
    /// How long tasks that run may go on once it is closed.
    patience: Duration,
}

impl fmt::Debug for WallClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WallClock")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}

impl WallClock {
    /// Takes machines in hand. Nothing runs until [`WallClock::spawn`]; before that, what runs the tasks can be
    /// given a clone.
    pub fn new(service: StateMachines) -> Self {
        Self::at(today(), service, None)
    }

    /// The same with a journal: the executions that it has kept go on where they were, and every call is kept before
    /// it is answered, and before anything follows from it. See [`journal`](crate::journal).
    ///
    /// When the journal fails, all that would change an execution is refused from then on, and no task is run any
    /// more. After a restart they go on from what was kept.
    ///
    /// # Errors
    ///
    /// As [`StateMachines::restore`].
    pub fn journalled(
        mut service: StateMachines,
        records: impl IntoIterator<Item = Record>,
        journal: impl Journal + 'static,
    ) -> Result<Self, RestoreError> {
        let now = today();
        service.restore(records, now)?;
        Ok(Self::at(now, service, Some(Box::new(journal))))
    }

    fn at(now: EpochMillis, service: StateMachines, journal: Option<Box<dyn Journal>>) -> Self {
        let state = State {
            service,
            journal,
            is_stuck: false,
            waiting: HashMap::new(),
            pump: None,
            closed: false,
            patience: Duration::ZERO,
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                wake: Notify::new(),
                origin: (now, Instant::now()),
            }),
        }
    }

    /// Begins to run tasks, on the runtime that this is called in. A second call does nothing.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn spawn<R: TaskRunner + 'static>(&self, runner: R) {
        let mut state = self.lock();
        if state.pump.is_none() && !state.closed {
            let clock = self.clone();
            state.pump = Some(tokio::spawn(clock.pump(Arc::new(runner))));
        }
    }

    /// Ends all tasks and stops. Executions stay where they are and can still be looked at.
    pub async fn shutdown(&self) {
        self.drain(Duration::ZERO).await;
    }

    /// Begins no task any more, gives those that run so long to end, and stops. What they answer is still taken, so
    /// that with a journal none of these runs twice.
    pub async fn drain(&self, patience: Duration) {
        let pump = {
            let mut state = self.lock();
            state.closed = true;
            state.patience = patience;
            state.waiting.clear();
            state.pump.take()
        };
        self.shared.wake.notify_one();
        if let Some(pump) = pump {
            // It ends by itself; that it panicked or was cancelled is no reason to do so here.
            let _ = pump.await;
        }
    }

    /// The time.
    pub fn now(&self) -> EpochMillis {
        let (start, instant) = self.shared.origin;
        start.saturating_add(instant.elapsed())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done by a panic elsewhere: each call changes the service as a whole.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the executions, keeps it, and sees to what follows from it.
    fn change<T, E>(
        &self,
        not_kept: E,
        change: impl FnOnce(&mut StateMachines, EpochMillis) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut state = self.lock();
        if state.is_stuck {
            return Err(not_kept);
        }
        // Read under the lock: what is kept later has happened later.
        let now = self.now();
        let result = change(&mut state.service, now);
        let is_kept = state.keep();
        drop(state);
        self.shared.wake.notify_one();
        if is_kept { result } else { Err(not_kept) }
    }

    /// See [`StateMachines::start_execution`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn start_execution(
        &self,
        machine: &str,
        name: &str,
        input: Value,
    ) -> Result<ExecutionArn, ServiceError> {
        self.change(ServiceError::NotKept, |service, now| {
            service.start_execution(machine, name, input, now)
        })
    }

    /// See [`StateMachines::stop_execution`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn stop_execution(
        &self,
        arn: &ExecutionArn,
        error: Option<&str>,
        cause: Option<&str>,
    ) -> Result<(), ServiceError> {
        self.change(ServiceError::NotKept, |service, now| {
            service.stop_execution(arn, now, error, cause)
        })
    }

    /// See [`StateMachines::redrive_execution`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn redrive_execution(&self, arn: &ExecutionArn) -> Result<(), ServiceError> {
        self.change(ServiceError::NotKept, |service, now| {
            service.redrive_execution(arn, now)
        })
    }

    /// See [`StateMachines::send_task_success`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn send_task_success(&self, token: &TaskToken, output: Value) -> Result<(), TaskError> {
        self.change(TaskError::NotKept, |service, now| {
            service.send_task_success(token, output, now)
        })
    }

    /// See [`StateMachines::send_task_failure`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn send_task_failure(&self, token: &TaskToken, error: &str, cause: &str) -> Result<(), TaskError> {
        self.change(TaskError::NotKept, |service, now| {
            service.send_task_failure(token, error, cause, now)
        })
    }

    /// See [`StateMachines::send_task_heartbeat`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn send_task_heartbeat(&self, token: &TaskToken) -> Result<(), TaskError> {
        self.change(TaskError::NotKept, |service, now| {
            service.send_task_heartbeat(token, now)
        })
    }

    /// See [`StateMachines::describe`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn describe(&self, arn: &ExecutionArn) -> Result<Description, ServiceError> {
        self.lock().service.describe(arn)
    }

    /// See [`StateMachines::list`].
    pub fn list(&self, machine: Option<&str>) -> Vec<Description> {
        self.lock().service.list(machine)
    }

    /// See [`StateMachines::history`].
    ///
    /// # Errors
    ///
    /// The same.
    pub fn history(&self, arn: &ExecutionArn) -> Result<Vec<HistoryEvent>, ServiceError> {
        self.lock().service.history(arn).map(<[HistoryEvent]>::to_vec)
    }

    /// Waits until an execution has ended, or until [`WallClock::shutdown`]; says where it stands then.
    ///
    /// # Errors
    ///
    /// If there is no such execution.
    pub async fn wait(&self, arn: &ExecutionArn) -> Result<Description, ServiceError> {
        let ended = {
            let mut state = self.lock();
            let description = state.service.describe(arn)?;
            if !description.status.is_running() || state.closed {
                return Ok(description);
            }
            let (sender, ended) = oneshot::channel();
            state.waiting.entry(arn.clone()).or_default().push(sender);
            ended
        };
        // An error means that the sender was dropped at shutdown.
        let _ = ended.await;
        self.describe(arn)
    }

    /// Fires timers, runs tasks and tells who waits, until shutdown.
    async fn pump<R: TaskRunner + 'static>(self, runner: Arc<R>) {
        let mut tasks = JoinSet::new();
        loop {
            let mut commands = Vec::new();
            let next = {
                let mut state = self.lock();
                if state.closed {
                    break;
                }
                state.advance(self.now(), &mut commands)
            };
            for (arn, command) in commands {
                // A cancelled task goes on, as a Lambda function does; its answer will be refused.
                if let Command::RunTask(call) = command {
                    tasks.spawn(self.clone().run_task(Arc::clone(&runner), arn, call));
                }
            }
            let next = self.instant_of(next);
            tokio::select! {
                () = self.shared.wake.notified() => {}
                () = tokio::time::sleep_until(next) => {}
                Some(_) = tasks.join_next() => {}
            }
        }
        let patience = self.lock().patience;
        let ended = async { while tasks.join_next().await.is_some() {} };
        // What takes longer is cut off.
        let _ = tokio::time::timeout(patience, ended).await;
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
                cause: "the task died without an answer".to_owned(),
            },
        };
        // A refused answer is a late one.
        let _ = self.change(TaskError::NotKept, |service, now| {
            service.handle(&arn, now, event)
        });
    }

    /// When the runtime's clock shows that time; a day from now if there is none.
    fn instant_of(&self, time: Option<EpochMillis>) -> Instant {
        const DAY: Duration = Duration::from_hours(24);
        let wait = time.map_or(DAY, |time| time.since(self.now()).min(DAY));
        // A clock in whole milliseconds shows the time at most one of them late, and never early.
        Instant::now() + wait
    }
}

impl State {
    /// Gives the journal what there is to keep. Says whether that is kept.
    fn keep(&mut self) -> bool {
        if let Some(journal) = &mut self.journal {
            let records: Vec<Record> = std::iter::from_fn(|| self.service.poll_record()).collect();
            // Why it failed is for the journal to tell.
            self.is_stuck |= !records.is_empty() && journal.append(&records).is_err();
        }
        !self.is_stuck
    }

    /// Fires timers, keeps that, and takes what is to be done; says when to come again.
    fn advance(
        &mut self,
        now: EpochMillis,
        commands: &mut Vec<(ExecutionArn, Command)>,
    ) -> Option<EpochMillis> {
        if self.is_stuck {
            return None;
        }
        self.service.advance(now);
        if !self.keep() {
            return None;
        }
        commands.extend(std::iter::from_fn(|| self.service.poll_command()));
        while let Some(arn) = self.service.poll_ended() {
            for waiting in self.waiting.remove(&arn).into_iter().flatten() {
                // Who no longer waits need not be told.
                let _ = waiting.send(());
            }
        }
        self.service.next_timer()
    }
}

/// The time, by the system's clock.
fn today() -> EpochMillis {
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
