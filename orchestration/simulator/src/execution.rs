//! One run of a machine.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::definition::Program;
use crate::failure::{Failure, HEARTBEAT_TIMEOUT, RUNTIME, TIMEOUT};
use crate::history::{Details, EventId, EventType, HistoryEvent, Place};
use crate::limits::MAX_HISTORY_EVENTS;
use crate::{EpochMillis, Machine, Payload, TaskId, TaskToken, token};

mod children;
mod choice;
mod context;
mod events;
mod fields;
mod flow;
mod flows;
mod group;
mod look;
mod map;
mod map_items;
mod map_run;
mod recovery;
mod redrive;
mod start;
mod steps;
mod task;
mod wake;

pub use events::{Command, Purpose, TaskCall, TaskError, TaskEvent};
pub use redrive::NotRedrivable;
pub use start::{Kind, Start, Status};
pub(crate) use wake::Attempt;

use children::Children;
use context::Identity;
use flow::{Flow, FlowId};
use flows::Flows;

/// One run of a machine: a value that takes events and hands out commands.
///
/// A clone goes on by itself, which makes it possible to try every outcome of a task. Whatever is left to
/// chance (jitter, tokens, `$uuid`) follows from [`Start::seed`].
///
/// Give it each event with the time it happened; between events, call [`Execution::advance`] when
/// [`Execution::next_timer`] is due. After either, take the commands until there are none. The
/// [crate's front page](crate) has an example.
#[derive(Debug, Clone)]
pub struct Execution {
    machine: Machine,
    identity: Arc<Identity>,
    kind: Kind,
    /// The level of the program that it begins with: 0, but for an item of a distributed Map.
    level: usize,
    now: EpochMillis,
    random: ChaCha8Rng,
    status: Status,
    stopped_at: Option<EpochMillis>,
    history: Vec<HistoryEvent>,
    flows: Flows,
    ready: VecDeque<FlowId>,
    timers: BTreeMap<TimerKey, Timer>,
    commands: VecDeque<Command>,
    tasks: BTreeMap<TaskId, FlowId>,
    /// Every token that was issued, with the task that it completes; `None` once that attempt has ended.
    tokens: BTreeMap<TaskToken, Option<TaskId>>,
    issued: u64,
    /// The bytes of all variables.
    stored_bytes: usize,
    children: Children,
    /// From when the machine's own time runs.
    timed_from: EpochMillis,
    redriven: Option<Redriven>,
    /// What a redrive goes on with.
    stopped: Option<Box<Flow>>,
}

/// How often an execution was redriven, and when last.
#[derive(Debug, Clone, Copy)]
struct Redriven {
    count: u64,
    at: EpochMillis,
}

/// When a timer is due; the number keeps two of the same time apart, the older first.
type TimerKey = (EpochMillis, u64);

/// What happens when time has come.
#[derive(Debug, Clone, Copy)]
enum Timer {
    /// The machine's time is up.
    Machine,
    /// A Wait is over.
    Wait(FlowId),
    /// A state is tried again.
    Retry(FlowId),
    /// A task gave no answer in time.
    TaskTimeout(FlowId),
    /// A task gave no heartbeat in time.
    Heartbeat(FlowId),
}

impl Execution {
    /// Starts an execution and runs it until it waits for something.
    pub fn start(machine: Machine, start: Start) -> Self {
        Self::start_level(machine, start, 0)
    }

    /// Starts at a level of the program.
    fn start_level(machine: Machine, start: Start, level: usize) -> Self {
        let program = Arc::clone(machine.program());
        let (kind, now, seed) = (start.kind, start.now, start.seed);
        let identity = Arc::new(Identity::new(start));
        let mut execution = Self {
            machine,
            identity: Arc::clone(&identity),
            kind,
            level,
            now,
            random: ChaCha8Rng::seed_from_u64(seed),
            status: Status::Running,
            stopped_at: None,
            history: Vec::new(),
            flows: Flows::default(),
            ready: VecDeque::new(),
            timers: BTreeMap::new(),
            commands: VecDeque::new(),
            tasks: BTreeMap::new(),
            tokens: BTreeMap::new(),
            issued: 0,
            stored_bytes: 0,
            children: Children::default(),
            timed_from: now,
            redriven: None,
            stopped: None,
        };
        let input = Arc::clone(&identity.input);
        let details = Details::ExecutionStarted {
            input: redacted(&input),
            role_arn: Arc::clone(&identity.role_arn),
        };
        execution.record(0, EventType::ExecutionStarted, details, Place::default());
        if let Some(due) = execution.deadline() {
            execution.set_timer(due, Timer::Machine);
        }
        // The first state's predecessor is recorded as 0, not as the event that started the execution.
        execution.open_flow(&program, Flow::outermost(level, input));
        execution.run(&program);
        execution
    }

    /// Where the execution stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The events so far, in order.
    pub fn history(&self) -> &[HistoryEvent] {
        &self.history
    }

    /// The latest time that the execution was told of.
    pub fn now(&self) -> EpochMillis {
        self.now
    }

    /// When it was started.
    pub fn started_at(&self) -> EpochMillis {
        self.identity.started_at
    }

    /// When it ended, if it has.
    pub fn stopped_at(&self) -> Option<EpochMillis> {
        self.stopped_at
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Its ARN.
    pub fn arn(&self) -> &str {
        &self.identity.arn
    }

    /// The ARN of its machine.
    pub fn machine_arn(&self) -> &str {
        &self.identity.machine_arn
    }

    /// What it was started with.
    pub fn input(&self) -> &Payload {
        &self.identity.input
    }

    /// Whether it is a Standard or an Express execution.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The definition that it runs.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The next thing that is to be done for the execution.
    pub fn poll_command(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    /// When [`Execution::advance`] is to be called at the latest; `None` if only an event moves it on.
    pub fn next_timer(&self) -> Option<EpochMillis> {
        let own = self.timers.first_key_value().map(|((due, _), _)| *due);
        match (own, self.children.next_timer()) {
            (Some(own), Some((child, _))) => Some(own.min(child)),
            (own, child) => own.or(child.map(|(due, _)| due)),
        }
    }

    /// Lets time pass: fires all timers that are due at `now`, each at its own time.
    pub fn advance(&mut self, now: EpochMillis) {
        self.fire(|due| due <= now);
        self.now = self.now.max(now);
    }

    /// Takes what happened at `now`.
    ///
    /// # Errors
    ///
    /// By the names of the AWS API, if there is nothing that the event could complete: see [`TaskError`].
    pub fn handle(&mut self, now: EpochMillis, event: TaskEvent) -> Result<(), TaskError> {
        // A task that answers in the very moment in which its time is up has answered in time.
        self.fire(|due| due < now);
        self.now = self.now.max(now);
        let program = Arc::clone(self.machine.program());
        let result = self.take_event(&program, event);
        self.run(&program);
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
        self.record(0, EventType::ExecutionAborted, details, Place::default());
        self.end(Status::Aborted);
    }

    fn fire(&mut self, is_due: impl Fn(EpochMillis) -> bool) {
        let program = Arc::clone(self.machine.program());
        while let Some(due) = self.next_timer().filter(|due| is_due(*due)) {
            self.now = self.now.max(due);
            match self.timers.first_entry() {
                Some(entry) if entry.key().0 == due => {
                    let timer = entry.remove();
                    self.fire_one(&program, timer);
                }
                _ => self.advance_child(&program, due),
            }
            self.run(&program);
        }
    }

    fn fire_one(&mut self, program: &Program, timer: Timer) {
        match timer {
            Timer::Machine => {
                let details = Details::Failure {
                    error: None,
                    cause: None,
                };
                self.record(0, EventType::ExecutionTimedOut, details, Place::default());
                self.end(Status::TimedOut);
            }
            Timer::Wait(flow) => self.end_wait(program, flow),
            Timer::Retry(flow) => self.retry_now(program, flow),
            Timer::TaskTimeout(flow) => self.time_out(program, flow, TIMEOUT),
            Timer::Heartbeat(flow) => self.time_out(program, flow, HEARTBEAT_TIMEOUT),
        }
    }

    /// Runs what is ready until everything waits.
    fn run(&mut self, program: &Program) {
        while let Some(flow) = self.ready.pop_front() {
            if self.status != Status::Running {
                break;
            }
            self.enter(program, flow);
            self.end_at_full_history();
        }
        self.end_at_full_history();
    }

    /// The last event that a history has room for is the failure for want of room: what would have stood there, or
    /// further on, has not happened.
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
        self.issued += 1;
        self.issued
    }

    fn set_timer(&mut self, due: EpochMillis, timer: Timer) -> TimerKey {
        let key = (due, self.next_number());
        self.timers.insert(key, timer);
        key
    }

    fn clear_timer(&mut self, key: Option<TimerKey>) {
        if let Some(key) = key {
            self.timers.remove(&key);
        }
    }

    fn record(
        &mut self,
        previous: EventId,
        event_type: EventType,
        details: Details,
        place: Place,
    ) -> EventId {
        let id = u64::try_from(self.history.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
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
            place,
        });
        id
    }

    /// Ends the execution and everything that is under way.
    fn end(&mut self, status: Status) {
        self.keep_for_redrive(&status);
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
        let (error, cause) = (failure.error.clone(), failure.cause.clone());
        let details = Details::Failure {
            error: error.clone(),
            cause: cause.clone(),
        };
        self.record(previous, EventType::ExecutionFailed, details, Place::default());
        self.end(Status::Failed { error, cause });
    }
}

/// The payload without any task token; shared where there is none.
fn redacted(payload: &Payload) -> Payload {
    if token::is_in(payload) {
        Payload::new(token::redact(payload))
    } else {
        Arc::clone(payload)
    }
}

/// The text without any task token.
fn redacted_text(text: Arc<str>) -> Arc<str> {
    if token::is_in_text(&text) {
        token::redact_text(&text).into()
    } else {
        text
    }
}
