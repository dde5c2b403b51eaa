//! Executions: the interpreter of the Amazon States Language.
//!
//! An [`Execution`] is a state machine in the sense of sans-I/O: it takes time and [`TaskEvent`]s, and returns
//! [`Command`]s. Inside, a scheduler runs flows (`flow`) from a queue of those that are ready; a flow that moves is a
//! `cursor`. To read it, begin with `cursor` and `lifecycle`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::failure::{Failure, RUNTIME};
use crate::history::{Details, EventId, EventType, HistoryEvent, Location};
use crate::limits::MAX_HISTORY_EVENTS;
use crate::{EpochMillis, Machine, SharedValue, TaskId, TaskToken, WorkflowType, token};

mod children;
mod choice;
mod context;
mod cursor;
mod error_handling;
mod event_types;
mod events;
mod fields;
mod flow;
mod fork;
mod lifecycle;
mod map;
mod map_items;
mod map_run;
mod numbers;
mod queries;
mod redrive;
mod start;
mod task;
mod wake;

pub use events::{Command, Purpose, TaskCall, TaskEvent, TaskEventError};
pub(crate) use flow::AttemptStage;
pub use redrive::NotRedrivable;
pub use start::{Start, Status};

use children::Children;
use context::Identity;
use flow::{Flow, FlowId};

/// One run of a machine: a value that takes events and returns commands.
///
/// A clone is independent, which makes it possible to try every outcome of a task. Everything random (jitter, tokens,
/// `$uuid`) follows from [`Start::seed`], so the same events give the same history: deterministic replay.
///
/// Give it each event with the time it happened; between events, call [`Execution::advance`] when
/// [`Execution::next_timer`] is due. After either, take the commands until there are none. The
/// [crate's front page](crate) has an example.
#[derive(Debug, Clone)]
pub struct Execution {
    machine: Machine,
    identity: Arc<Identity>,
    workflow_type: WorkflowType,
    /// The block of states that it runs: 0, the machine's, but for a child execution of a distributed Map.
    block: usize,
    now: EpochMillis,
    random: ChaCha8Rng,
    status: Status,
    stopped_at: Option<EpochMillis>,
    history: Vec<HistoryEvent>,
    flows: BTreeMap<FlowId, Box<Flow>>,
    ready: VecDeque<FlowId>,
    timers: BTreeMap<TimerKey, Timer>,
    commands: VecDeque<Command>,
    tasks: BTreeMap<TaskId, FlowId>,
    /// Every token that was issued, with the flow whose task it completes; `None` once that attempt has ended.
    tokens: BTreeMap<TaskToken, Option<FlowId>>,
    /// The last number given to a flow, a task or a timer.
    last_number: u64,
    /// The bytes of all variables.
    stored_bytes: usize,
    children: Children,
    /// The start of the machine's `TimeoutSeconds`: the last redrive or, without one, the start of the execution.
    timeout_start: EpochMillis,
    redrive: Option<RedriveInfo>,
    /// The outermost flow of an execution that ended without success, for a redrive.
    saved_for_redrive: Option<Box<Flow>>,
}

/// How often an execution was redriven, and when last.
#[derive(Debug, Clone, Copy)]
struct RedriveInfo {
    count: u64,
    at: EpochMillis,
}

/// When a timer is due, and a number that orders timers of the same time: the older first.
type TimerKey = (EpochMillis, u64);

#[derive(Debug, Clone, Copy)]
enum Timer {
    /// `TimeoutSeconds` of the machine.
    Machine,
    Wait(FlowId),
    Retry(FlowId),
    /// `TimeoutSeconds` of a task.
    TaskTimeout(FlowId),
    /// `HeartbeatSeconds` of a task.
    Heartbeat(FlowId),
}

impl Execution {
    /// Starts an execution and runs it until it waits for something.
    pub fn start(machine: Machine, start: Start) -> Self {
        Self::start_block(machine, start, 0)
    }

    fn start_block(machine: Machine, start: Start, block: usize) -> Self {
        let (workflow_type, now, seed) = (start.workflow_type, start.now, start.seed);
        let identity = Arc::new(Identity::new(start));
        let mut execution = Self {
            machine,
            identity: Arc::clone(&identity),
            workflow_type,
            block,
            now,
            random: ChaCha8Rng::seed_from_u64(seed),
            status: Status::Running,
            stopped_at: None,
            history: Vec::new(),
            flows: BTreeMap::new(),
            ready: VecDeque::new(),
            timers: BTreeMap::new(),
            commands: VecDeque::new(),
            tasks: BTreeMap::new(),
            tokens: BTreeMap::new(),
            last_number: 0,
            stored_bytes: 0,
            children: Children::default(),
            timeout_start: now,
            redrive: None,
            saved_for_redrive: None,
        };
        let input = Arc::clone(&identity.input);
        let details = Details::ExecutionStarted {
            input: redacted(&input),
            role_arn: Arc::clone(&identity.role_arn),
        };
        execution.push_execution_event(0, EventType::ExecutionStarted, details);
        if let Some(due) = execution.deadline() {
            execution.set_timer(due, Timer::Machine);
        }
        // The first state's predecessor is recorded as 0, not as the event that started the execution.
        execution.start_flow(Flow::outermost(block, input));
        execution.run();
        execution
    }

    pub fn status(&self) -> &Status {
        &self.status
    }

    pub fn history(&self) -> &[HistoryEvent] {
        &self.history
    }

    /// The time of the latest event or timer.
    pub fn now(&self) -> EpochMillis {
        self.now
    }

    pub fn started_at(&self) -> EpochMillis {
        self.identity.started_at
    }

    pub fn stopped_at(&self) -> Option<EpochMillis> {
        self.stopped_at
    }

    pub fn name(&self) -> &str {
        &self.identity.name
    }

    pub fn arn(&self) -> &str {
        &self.identity.arn
    }

    pub fn machine_arn(&self) -> &str {
        &self.identity.machine_arn
    }

    pub fn input(&self) -> &SharedValue {
        &self.identity.input
    }

    pub fn workflow_type(&self) -> WorkflowType {
        self.workflow_type
    }

    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The next command; `None` if there is nothing to do for now.
    pub fn poll_command(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    /// When to call [`Execution::advance`] at the latest; `None` if the execution waits for events only.
    pub fn next_timer(&self) -> Option<EpochMillis> {
        let own = self.timers.first_key_value().map(|((due, _), _)| *due);
        match (own, self.children.next_timer()) {
            (Some(own), Some((child, _))) => Some(own.min(child)),
            (own, child) => own.or(child.map(|(due, _)| due)),
        }
    }

    /// Advances the time to `now`: fires all timers that are due, each at its own time.
    pub fn advance(&mut self, now: EpochMillis) {
        self.fire(|due| due <= now);
        self.now = self.now.max(now);
    }

    /// Applies an event at `now`.
    ///
    /// # Errors
    ///
    /// By the names of the AWS API, if there is nothing that the event could complete: see [`TaskEventError`].
    pub fn handle(&mut self, now: EpochMillis, event: TaskEvent) -> Result<(), TaskEventError> {
        // Timers that are due exactly now fire after the event.
        self.fire(|due| due < now);
        self.now = self.now.max(now);
        let result = self.apply_event(event);
        self.run();
        result
    }

    /// Ends the execution from outside; nothing happens if it has ended.
    pub fn stop(&mut self, now: EpochMillis, error: Option<&str>, cause: Option<&str>) {
        self.advance(now);
        if self.status != Status::Running {
            return;
        }
        let error: Option<Arc<str>> = error.map(Into::into);
        let cause: Option<Arc<str>> = cause.map(Into::into);
        let details = Details::Failure { error, cause };
        // Recorded on AWS with no predecessor: nothing in the execution led to it.
        self.push_execution_event(0, EventType::ExecutionAborted, details);
        self.end(Status::Aborted);
    }

    fn fire(&mut self, is_due: impl Fn(EpochMillis) -> bool) {
        while let Some(due) = self.next_timer().filter(|due| is_due(*due)) {
            self.now = self.now.max(due);
            match self.timers.first_entry() {
                Some(entry) if entry.key().0 == due => {
                    let timer = entry.remove();
                    self.fire_timer(timer);
                }
                _ => self.advance_child(due),
            }
            self.run();
        }
    }

    fn fire_timer(&mut self, timer: Timer) {
        match timer {
            Timer::Machine => {
                // The event names the error; `DescribeExecution` of an execution that timed out does not.
                // Source: measured on AWS by floci#2733, https://github.com/floci-io/floci/issues/2733.
                let details = Failure::timeout().details();
                self.push_execution_event(0, EventType::ExecutionTimedOut, details);
                self.end(Status::TimedOut);
            }
            Timer::Wait(flow) => self.end_wait(flow),
            Timer::Retry(flow) => self.retry_now(flow),
            Timer::TaskTimeout(flow) => self.time_out_task(flow, Failure::timeout()),
            Timer::Heartbeat(flow) => self.time_out_task(flow, Failure::missed_heartbeat()),
        }
    }

    /// The scheduler: runs the flows that are ready until each waits for something.
    fn run(&mut self) {
        while let Some(flow) = self.ready.pop_front() {
            self.enter_state(flow);
            self.end_at_full_history();
        }
        self.end_at_full_history();
    }

    /// When the history is full, its last event is replaced by `ExecutionFailed`, and everything after it is discarded.
    ///
    /// Source: [floci#2734](https://github.com/floci-io/floci/issues/2734), measured on AWS.
    fn end_at_full_history(&mut self) {
        if self.status != Status::Running || self.history.len() < MAX_HISTORY_EVENTS {
            return;
        }
        self.history.truncate(MAX_HISTORY_EVENTS - 1);
        let cause =
            format!("The execution reached the maximum number of history events ({MAX_HISTORY_EVENTS}).");
        self.fail_execution(self.last_event(), &Failure::new(RUNTIME, cause));
    }

    fn last_event(&self) -> EventId {
        self.history.last().map_or(0, |event| event.id)
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn set_timer(&mut self, due: EpochMillis, timer: Timer) -> TimerKey {
        let key = (due, self.next_number());
        self.timers.insert(key, timer);
        key
    }

    /// Appends an event of the execution as a whole.
    fn push_execution_event(&mut self, previous: EventId, event_type: EventType, details: Details) {
        self.push_event_at(Location::default(), previous, event_type, details);
    }

    fn push_event_at(
        &mut self,
        location: Location,
        previous: EventId,
        event_type: EventType,
        details: Details,
    ) -> EventId {
        let id = self.history.len() as u64 + 1;
        // Doubling would leave half of it empty in an execution that waits for a day.
        if self.history.len() == self.history.capacity() {
            self.history.reserve_exact((self.history.len() / 4).max(8));
        }
        self.history.push(HistoryEvent {
            id,
            previous_event_id: previous,
            timestamp: self.now,
            event_type,
            details,
            location,
        });
        id
    }

    /// Ends the execution, with everything that runs in it.
    fn end(&mut self, status: Status) {
        self.save_for_redrive(&status);
        self.status = status;
        self.stopped_at = Some(self.now);
        self.stop_children();
        for id in std::mem::take(&mut self.tasks).into_keys() {
            self.commands.push_back(Command::CancelTask { id });
        }
        for task in self.tokens.values_mut() {
            *task = None;
        }
        self.timers.clear();
        self.flows.clear();
        self.ready.clear();
        self.stored_bytes = 0;
    }

    fn fail_execution(&mut self, previous: EventId, failure: &Failure) {
        self.push_execution_event(previous, EventType::ExecutionFailed, failure.details());
        let (error, cause) = (failure.error.clone(), failure.cause.clone());
        self.end(Status::Failed { error, cause });
    }
}

/// The payload without any task token; shared where there is none.
fn redacted(payload: &SharedValue) -> SharedValue {
    if token::is_in(payload) {
        SharedValue::new(token::redact(payload))
    } else {
        Arc::clone(payload)
    }
}

fn redacted_text(text: Arc<str>) -> Arc<str> {
    if token::is_in_text(&text) {
        token::redact_text(&text).into()
    } else {
        text
    }
}
