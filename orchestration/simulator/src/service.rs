//! The Step Functions service: machines, and their executions by ARN.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

mod nested;
mod request;
mod restore;

pub use request::{Description, RequestError};

use crate::invariant::Invariant;
use crate::journal::{Fingerprint, Trigger};
use crate::limits::exceeds_payload;
use crate::name::is_valid;
use crate::{
    Command, EpochMillis, Execution, ExecutionArn, HistoryEvent, Machine, Start, TaskCall, TaskEvent,
    TaskEventError, TaskId, TaskToken, WorkflowType,
};

/// Machines and their executions.
///
/// Like [`Execution`] it does no I/O: a driver passes it the time and the results of tasks, and takes its commands.
///
/// A task that starts an execution (`arn:aws:states:::states:startExecution`, with `.sync`, `.sync:2` or
/// `.waitForTaskToken`) of a machine that is registered runs it here; any other is a command like every task.
///
/// ```
/// use serde_json::json;
/// use simulator::{EpochMillis, Machine, StateMachines, WorkflowType};
///
/// let wait = Machine::from_json(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Day", "States": {
///         "Day": {"Type": "Wait", "Seconds": 86400, "End": true}}}"#,
/// )?;
/// let mut service = StateMachines::new(7);
/// service.register("wait", WorkflowType::Standard, wait);
///
/// let arn = service.start_execution("wait", "first", json!({}), EpochMillis::new(0))?;
/// assert_eq!(service.next_timer(), Some(EpochMillis::new(86_400_000)));
///
/// service.advance(EpochMillis::new(86_400_000));
/// assert_eq!(service.describe(&arn)?.status.name(), "SUCCEEDED");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct StateMachines {
    machines: BTreeMap<String, Registered>,
    executions: Vec<Entry>,
    by_arn: HashMap<ExecutionArn, usize>,
    tokens: HashMap<TaskToken, usize>,
    timers: BTreeSet<(EpochMillis, usize)>,
    commands: VecDeque<(usize, Command)>,
    ended: VecDeque<ExecutionArn>,
    seeds: ChaCha8Rng,
    /// The executions that tasks started and wait for.
    nested: HashMap<(usize, TaskId), usize>,
    /// Pending records; `None` without a journal.
    records: Option<restore::Records>,
    /// The executions whose records are deleted, and whose names stay reserved.
    reserved: BTreeSet<ExecutionArn>,
}

#[derive(Debug, Clone)]
struct Registered {
    machine: Machine,
    workflow_type: WorkflowType,
}

#[derive(Debug, Clone)]
struct Entry {
    arn: ExecutionArn,
    machine_name: String,
    execution: Execution,
    /// Its entry in `timers`.
    timer: Option<EpochMillis>,
    end: End,
    /// How many executions have started each other, down to this one.
    depth: usize,
    /// The task that waits for it.
    awaited: Option<nested::Awaited>,
    /// The fingerprint of its last record.
    fingerprint: Fingerprint,
}

/// The end of an execution, as seen by those who wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Pending,
    Announced,
}

const NEVER_REMOVED: &str = "executions are never removed from the service";

#[expect(
    clippy::missing_errors_doc,
    reason = "of a method without the section: an unknown ARN or token, or a token whose attempt has ended"
)]
impl StateMachines {
    /// A service without machines. Each execution's seed follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            machines: BTreeMap::new(),
            executions: Vec::new(),
            by_arn: HashMap::new(),
            tokens: HashMap::new(),
            timers: BTreeSet::new(),
            commands: VecDeque::new(),
            ended: VecDeque::new(),
            seeds: ChaCha8Rng::seed_from_u64(seed),
            nested: HashMap::new(),
            records: None,
            reserved: BTreeSet::new(),
        }
    }

    /// Adds a machine, or replaces it for the executions that are started from now on.
    pub fn register(&mut self, name: impl Into<String>, workflow_type: WorkflowType, machine: Machine) {
        self.machines.insert(
            name.into(),
            Registered {
                machine,
                workflow_type,
            },
        );
    }

    /// Starts an execution of the machine of that name or ARN.
    ///
    /// Names cannot be reused, except that starting a running execution again with the same input returns it:
    /// "`StartExecution` is idempotent for `STANDARD` workflows".
    ///
    /// # Errors
    ///
    /// If there is no such machine, it is Express and may not be, the name is taken or not allowed, or the input is too
    /// large.
    pub fn start_execution(
        &mut self,
        machine: &str,
        name: &str,
        input: Value,
        now: EpochMillis,
    ) -> Result<ExecutionArn, RequestError> {
        let index = self.start(machine, name, input, now)?;
        self.sync(index);
        Ok(self.entry_at(index).arn.clone())
    }

    /// Starts an execution and returns its index; [`StateMachines::sync`] is still to be called.
    fn start(
        &mut self,
        machine: &str,
        name: &str,
        input: Value,
        now: EpochMillis,
    ) -> Result<usize, RequestError> {
        let machine_name = machine_name(machine);
        let registered =
            self.machines
                .get(machine_name)
                .ok_or_else(|| RequestError::StateMachineDoesNotExist {
                    name: machine.to_owned(),
                })?;
        registered
            .machine
            .check_type(registered.workflow_type)
            .map_err(RequestError::InvalidDefinition)?;
        if !is_valid(name) {
            return Err(RequestError::InvalidName);
        }
        if exceeds_payload(&input) {
            return Err(RequestError::InvalidExecutionInput);
        }
        let start = Start {
            machine_name: machine_name.to_owned(),
            now,
            workflow_type: registered.workflow_type,
            ..Start::new(name, input)
        };
        let arn = ExecutionArn::from(start.execution_arn().as_str());
        if let Some(&index) = self.by_arn.get(&arn) {
            let running = &self.entry_at(index).execution;
            if running.status().is_running() && **running.input() == start.input {
                return Ok(index);
            }
        }
        if self.by_arn.contains_key(&arn) || self.reserved.contains(&arn) {
            return Err(RequestError::ExecutionAlreadyExists {
                name: name.to_owned(),
            });
        }
        let start = Start {
            seed: self.seeds.next_u64(),
            ..start
        };
        let recorded = self.keeps_records().then(|| start.clone());
        let index = self.insert(arn, registered.machine.clone(), start);
        if let Some(start) = recorded {
            self.journal_start(index, start);
        }
        Ok(index)
    }

    /// Runs a new execution until it waits for something, and gives its index.
    fn insert(&mut self, arn: ExecutionArn, machine: Machine, start: Start) -> usize {
        let index = self.executions.len();
        self.by_arn.insert(arn.clone(), index);
        self.executions.push(Entry {
            arn,
            machine_name: start.machine_name.clone(),
            execution: Execution::start(machine, start),
            timer: None,
            end: End::Pending,
            depth: 0,
            awaited: None,
            fingerprint: Fingerprint::default(),
        });
        index
    }

    /// Stops an execution; one that has ended stays as it is.
    ///
    /// # Errors
    ///
    /// If there is no such execution.
    pub fn stop_execution(
        &mut self,
        arn: &ExecutionArn,
        now: EpochMillis,
        error: Option<&str>,
        cause: Option<&str>,
    ) -> Result<(), RequestError> {
        let index = self.index(arn)?;
        self.entry_at_mut(index).execution.stop(now, error, cause);
        self.journal_if_moved(index, now, || Trigger::Stopped {
            error: error.map(str::to_owned),
            cause: cause.map(str::to_owned),
        });
        self.sync(index);
        Ok(())
    }

    /// Redrives an execution that did not succeed; see [`Execution::redrive`].
    ///
    /// # Errors
    ///
    /// If there is no such execution, or it cannot be redriven.
    pub fn redrive_execution(&mut self, arn: &ExecutionArn, now: EpochMillis) -> Result<(), RequestError> {
        let index = self.index(arn)?;
        let entry = self.entry_at_mut(index);
        entry
            .execution
            .redrive(now)
            .map_err(|reason| RequestError::ExecutionNotRedrivable {
                arn: arn.to_string(),
                reason,
            })?;
        entry.end = End::Pending;
        self.journal(index, now, Trigger::Redriven);
        self.sync(index);
        Ok(())
    }

    pub fn send_task_success(
        &mut self,
        token: &TaskToken,
        output: Value,
        now: EpochMillis,
    ) -> Result<(), TaskEventError> {
        self.send(token, now, |token| TaskEvent::TokenSucceeded { token, output })
    }

    pub fn send_task_failure(
        &mut self,
        token: &TaskToken,
        error: impl Into<String>,
        cause: impl Into<String>,
        now: EpochMillis,
    ) -> Result<(), TaskEventError> {
        let (error, cause) = (error.into(), cause.into());
        self.send(token, now, |token| TaskEvent::TokenFailed { token, error, cause })
    }

    pub fn send_task_heartbeat(&mut self, token: &TaskToken, now: EpochMillis) -> Result<(), TaskEventError> {
        self.send(token, now, |token| TaskEvent::TokenHeartbeat { token })
    }

    fn send(
        &mut self,
        token: &TaskToken,
        now: EpochMillis,
        event: impl FnOnce(TaskToken) -> TaskEvent,
    ) -> Result<(), TaskEventError> {
        let Some(&index) = self.tokens.get(token) else {
            return Err(if token.is_well_formed() {
                TaskEventError::TaskDoesNotExist
            } else {
                TaskEventError::InvalidToken
            });
        };
        self.handle_at(index, now, event(token.clone()))
    }

    /// Applies an event to an execution.
    ///
    /// # Errors
    ///
    /// If nothing waits for the event any more.
    pub fn handle(
        &mut self,
        arn: &ExecutionArn,
        now: EpochMillis,
        event: TaskEvent,
    ) -> Result<(), TaskEventError> {
        let index = self.index(arn).map_err(|_| TaskEventError::TaskDoesNotExist)?;
        self.handle_at(index, now, event)
    }

    fn handle_at(&mut self, index: usize, now: EpochMillis, event: TaskEvent) -> Result<(), TaskEventError> {
        let recorded = self.keeps_records().then(|| event.clone());
        let result = self.entry_at_mut(index).execution.handle(now, event);
        match recorded {
            Some(event) if result.is_ok() => self.journal(index, now, Trigger::Event(event)),
            // A rejected event may still have fired timers that were due.
            Some(event) => self.journal_if_moved(index, now, || Trigger::Event(event)),
            None => {}
        }
        self.sync(index);
        result
    }

    /// The next command, and of which execution.
    pub fn poll_command(&mut self) -> Option<(ExecutionArn, Command)> {
        let (index, command) = self.commands.pop_front()?;
        Some((self.entry_at(index).arn.clone(), command))
    }

    /// The next execution that has ended since this was asked last.
    pub fn poll_ended(&mut self) -> Option<ExecutionArn> {
        self.ended.pop_front()
    }

    /// When to call [`StateMachines::advance`] at the latest.
    pub fn next_timer(&self) -> Option<EpochMillis> {
        self.timers.first().map(|(due, _)| *due)
    }

    /// Advances the time to `now`: fires all timers that are due, over all executions in the order of time.
    pub fn advance(&mut self, now: EpochMillis) {
        while let Some(&(due, index)) = self.timers.first() {
            if due > now {
                break;
            }
            self.timers.remove(&(due, index));
            let entry = self.entry_at_mut(index);
            entry.timer = None;
            entry.execution.advance(due);
            self.journal(index, due, Trigger::Time);
            self.sync(index);
        }
    }

    pub fn describe(&self, arn: &ExecutionArn) -> Result<Description, RequestError> {
        self.entry(arn).map(Entry::describe)
    }

    /// All executions, or those of the machine of that name or ARN, in the order in which they were started.
    pub fn list(&self, machine: Option<&str>) -> Vec<Description> {
        self.executions
            .iter()
            .filter(|entry| machine.is_none_or(|machine| entry.machine_name == machine_name(machine)))
            .map(Entry::describe)
            .collect()
    }

    pub fn history(&self, arn: &ExecutionArn) -> Result<&[HistoryEvent], RequestError> {
        self.entry(arn).map(|entry| entry.execution.history())
    }

    /// The execution itself, to look at or to clone.
    ///
    /// # Errors
    ///
    /// If there is no such execution.
    pub fn execution(&self, arn: &ExecutionArn) -> Result<&Execution, RequestError> {
        self.entry(arn).map(|entry| &entry.execution)
    }

    fn index(&self, arn: &ExecutionArn) -> Result<usize, RequestError> {
        self.by_arn
            .get(arn)
            .copied()
            .ok_or_else(|| RequestError::ExecutionDoesNotExist { arn: arn.to_string() })
    }

    fn entry(&self, arn: &ExecutionArn) -> Result<&Entry, RequestError> {
        self.index(arn).map(|index| self.entry_at(index))
    }

    fn entry_at(&self, index: usize) -> &Entry {
        self.executions.get(index).expect_invariant(NEVER_REMOVED)
    }

    fn entry_at_mut(&mut self, index: usize) -> &mut Entry {
        self.executions.get_mut(index).expect_invariant(NEVER_REMOVED)
    }

    /// Collects an execution's commands, tokens, timer and end after it has advanced.
    fn sync(&mut self, index: usize) {
        let entry = self.executions.get_mut(index).expect_invariant(NEVER_REMOVED);
        let mut starts: Vec<TaskCall> = Vec::new();
        let mut stops = Vec::new();
        while let Some(command) = entry.execution.poll_command() {
            if let Command::RunTask(call) = &command
                && let Some(token) = &call.task_token
            {
                self.tokens.insert(token.clone(), index);
            }
            match command {
                Command::RunTask(call) if nested::is_for(&self.machines, &call) => starts.push(call),
                Command::CancelTask { id } if self.nested.contains_key(&(index, id)) => stops.push(id),
                // A sibling failed before it was started.
                Command::CancelTask { id } if starts.iter().any(|call| call.id == id) => {
                    starts.retain(|call| call.id != id);
                }
                command => self.commands.push_back((index, command)),
            }
        }
        let timer = entry.execution.next_timer();
        if timer != entry.timer {
            if let Some(old) = entry.timer {
                self.timers.remove(&(old, index));
            }
            if let Some(new) = timer {
                self.timers.insert((new, index));
            }
            entry.timer = timer;
        }
        if entry.end == End::Pending && !entry.execution.status().is_running() {
            entry.end = End::Announced;
            self.ended.push_back(entry.arn.clone());
            self.complete_parent_task(index);
        }
        for call in starts {
            self.start_nested(index, &call);
        }
        for task in stops {
            self.stop_nested(index, task);
        }
    }
}

/// The name of a machine that is given by its name or ARN.
fn machine_name(machine: &str) -> &str {
    machine.rsplit_once(':').map_or(machine, |(_, name)| name)
}

impl Entry {
    fn describe(&self) -> Description {
        Description {
            arn: self.arn.clone(),
            name: self.execution.name().to_owned(),
            machine_name: self.machine_name.clone(),
            status: self.execution.status().clone(),
            started_at: self.execution.started_at(),
            stopped_at: self.execution.stopped_at(),
        }
    }
}
