//! Many executions of many machines: what the drivers share.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

mod names;
mod nested;
mod restore;

pub(crate) use names::is_valid as is_valid_name;
pub use names::{Description, ExecutionArn, ServiceError};

use crate::journal::{Happened, Mark};
use crate::limits::exceeds_payload;
use crate::{
    Command, EpochMillis, Execution, HistoryEvent, Kind, Machine, Start, TaskCall, TaskError, TaskEvent,
    TaskId, TaskToken,
};

/// Holds machines and their executions, and knows which of them is to be woken when.
///
/// Like [`Execution`] it does nothing by itself: a driver tells it the time, takes its commands and brings
/// the answers.
///
/// A task that starts an execution (`arn:aws:states:::states:startExecution`, with `.sync`, `.sync:2` or
/// `.waitForTaskToken`) of a machine that is registered runs it here; any other is handed out like every task.
///
/// ```
/// use serde_json::json;
/// use simulator::{EpochMillis, Kind, Machine, StateMachines};
///
/// let wait = Machine::from_json(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Day", "States": {
///         "Day": {"Type": "Wait", "Seconds": 86400, "End": true}}}"#,
/// )?;
/// let mut service = StateMachines::new(7);
/// service.register("wait", Kind::Standard, wait);
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
    /// What a journal is to keep; nothing without one.
    records: Option<restore::Records>,
    /// The executions that are not kept any more.
    retired: BTreeSet<ExecutionArn>,
}

#[derive(Debug, Clone)]
struct Registered {
    machine: Machine,
    kind: Kind,
}

#[derive(Debug, Clone)]
struct Entry {
    arn: ExecutionArn,
    machine_name: String,
    execution: Execution,
    /// What `timers` holds for it.
    timer: Option<EpochMillis>,
    /// Whether its end has been told.
    told: bool,
    /// How many executions are around it that started each other.
    depth: usize,
    /// The task that waits for it.
    awaited: Option<nested::Awaited>,
    /// Where it stood when it was noted last.
    mark: Mark,
}

impl StateMachines {
    /// Nothing yet. Each execution's seed follows from `seed`.
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
            retired: BTreeSet::new(),
        }
    }

    /// Adds a machine, or replaces it for the executions that are started from now on.
    pub fn register(&mut self, name: impl Into<String>, kind: Kind, machine: Machine) {
        self.machines.insert(name.into(), Registered { machine, kind });
    }

    /// Starts an execution of the machine of that name or ARN.
    ///
    /// A name is taken for good, but asking again with the same input while the execution runs gives the same
    /// execution: "`StartExecution` is idempotent for `STANDARD` workflows".
    ///
    /// # Errors
    ///
    /// If there is no such machine, the name is taken or not allowed, or the input is too large.
    pub fn start_execution(
        &mut self,
        machine: &str,
        name: &str,
        input: Value,
        now: EpochMillis,
    ) -> Result<ExecutionArn, ServiceError> {
        let index = self.begin(machine, name, input, now)?;
        self.settle(index);
        self.executions
            .get(index)
            .map(|entry| entry.arn.clone())
            .ok_or_else(|| ServiceError::StateMachineDoesNotExist {
                name: machine.to_owned(),
            })
    }

    /// Starts an execution and gives its place; what it hands out is still to be taken over.
    fn begin(
        &mut self,
        machine: &str,
        name: &str,
        input: Value,
        now: EpochMillis,
    ) -> Result<usize, ServiceError> {
        let machine_name = machine.rsplit(':').next().unwrap_or(machine);
        let registered =
            self.machines
                .get(machine_name)
                .ok_or_else(|| ServiceError::StateMachineDoesNotExist {
                    name: machine.to_owned(),
                })?;
        if !names::is_valid(name) {
            return Err(ServiceError::InvalidName);
        }
        if exceeds_payload(&input) {
            return Err(ServiceError::InvalidExecutionInput);
        }
        let start = Start {
            machine_name: machine_name.to_owned(),
            now,
            kind: registered.kind,
            ..Start::new(name, input)
        };
        let arn = ExecutionArn::from(start.execution_arn().as_str());
        if let Some((index, entry)) = self
            .by_arn
            .get(&arn)
            .and_then(|index| Some((*index, self.executions.get(*index)?)))
        {
            let same = entry.execution.status().is_running() && **entry.execution.input() == start.input;
            return if same {
                Ok(index)
            } else {
                Err(ServiceError::ExecutionAlreadyExists {
                    name: name.to_owned(),
                })
            };
        }
        if self.retired.contains(&arn) {
            return Err(ServiceError::ExecutionAlreadyExists {
                name: name.to_owned(),
            });
        }
        let start = Start {
            seed: self.seeds.next_u64(),
            ..start
        };
        let noted = self.records.is_some().then(|| start.clone());
        let index = self.insert(arn, registered.machine.clone(), start);
        if let Some(start) = noted {
            self.note_start(index, start);
        }
        Ok(index)
    }

    /// Runs a new execution until it waits for something, and gives its place.
    fn insert(&mut self, arn: ExecutionArn, machine: Machine, start: Start) -> usize {
        let index = self.executions.len();
        self.by_arn.insert(arn.clone(), index);
        self.executions.push(Entry {
            arn,
            machine_name: start.machine_name.clone(),
            execution: Execution::start(machine, start),
            timer: None,
            told: false,
            depth: 0,
            awaited: None,
            mark: Mark::default(),
        });
        index
    }

    /// Ends an execution; one that has ended stays as it is.
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
    ) -> Result<(), ServiceError> {
        let index = self.index(arn)?;
        if let Some(entry) = self.executions.get_mut(index) {
            entry.execution.stop(now, error, cause);
        }
        self.note_if_moved(index, now, || Happened::Stopped {
            error: error.map(str::to_owned),
            cause: cause.map(str::to_owned),
        });
        self.settle(index);
        Ok(())
    }

    /// Lets an execution that did not end well go on; see [`Execution::redrive`].
    ///
    /// # Errors
    ///
    /// If there is no such execution, or it cannot be redriven.
    pub fn redrive_execution(&mut self, arn: &ExecutionArn, now: EpochMillis) -> Result<(), ServiceError> {
        let index = self.index(arn)?;
        let Some(entry) = self.executions.get_mut(index) else {
            return Ok(());
        };
        entry
            .execution
            .redrive(now)
            .map_err(|reason| ServiceError::ExecutionNotRedrivable {
                arn: arn.to_string(),
                reason,
            })?;
        entry.told = false;
        self.note(index, now, Happened::Redriven);
        self.settle(index);
        Ok(())
    }

    /// Completes a callback task.
    ///
    /// # Errors
    ///
    /// If the token is of no task that waits.
    pub fn send_task_success(
        &mut self,
        token: &TaskToken,
        output: Value,
        now: EpochMillis,
    ) -> Result<(), TaskError> {
        self.send(token, now, |token| TaskEvent::TokenSucceeded { token, output })
    }

    /// Fails a callback task.
    ///
    /// # Errors
    ///
    /// If the token is of no task that waits.
    pub fn send_task_failure(
        &mut self,
        token: &TaskToken,
        error: impl Into<String>,
        cause: impl Into<String>,
        now: EpochMillis,
    ) -> Result<(), TaskError> {
        let (error, cause) = (error.into(), cause.into());
        self.send(token, now, |token| TaskEvent::TokenFailed { token, error, cause })
    }

    /// Says that a callback task is still worked on.
    ///
    /// # Errors
    ///
    /// If the token is of no task that waits.
    pub fn send_task_heartbeat(&mut self, token: &TaskToken, now: EpochMillis) -> Result<(), TaskError> {
        self.send(token, now, |token| TaskEvent::TokenHeartbeat { token })
    }

    fn send(
        &mut self,
        token: &TaskToken,
        now: EpochMillis,
        event: impl FnOnce(TaskToken) -> TaskEvent,
    ) -> Result<(), TaskError> {
        let Some(&index) = self.tokens.get(token) else {
            return Err(if token.is_well_formed() {
                TaskError::TaskDoesNotExist
            } else {
                TaskError::InvalidToken
            });
        };
        self.handle_at(index, now, event(token.clone()))
    }

    /// Takes what happened to a task of an execution.
    ///
    /// # Errors
    ///
    /// If nothing waits for the event any more.
    pub fn handle(
        &mut self,
        arn: &ExecutionArn,
        now: EpochMillis,
        event: TaskEvent,
    ) -> Result<(), TaskError> {
        let index = self.index(arn).map_err(|_| TaskError::TaskDoesNotExist)?;
        self.handle_at(index, now, event)
    }

    fn handle_at(&mut self, index: usize, now: EpochMillis, event: TaskEvent) -> Result<(), TaskError> {
        let noted = self.keeps_records().then(|| event.clone());
        let entry = self
            .executions
            .get_mut(index)
            .ok_or(TaskError::TaskDoesNotExist)?;
        let result = entry.execution.handle(now, event);
        match noted {
            Some(event) if result.is_ok() => self.note(index, now, Happened::Event(event)),
            // What is refused may still have shown that timers were due.
            Some(event) => self.note_if_moved(index, now, || Happened::Event(event)),
            None => {}
        }
        self.settle(index);
        result
    }

    /// The next thing that is to be done, and for which execution.
    pub fn poll_command(&mut self) -> Option<(ExecutionArn, Command)> {
        let (index, command) = self.commands.pop_front()?;
        let arn = self.executions.get(index)?.arn.clone();
        Some((arn, command))
    }

    /// The next execution that has ended since this was asked last.
    pub fn poll_ended(&mut self) -> Option<ExecutionArn> {
        self.ended.pop_front()
    }

    /// When [`StateMachines::advance`] is to be called at the latest.
    pub fn next_timer(&self) -> Option<EpochMillis> {
        self.timers.first().map(|(due, _)| *due)
    }

    /// Lets time pass: fires all timers that are due at `now`, over all executions in the order of time.
    pub fn advance(&mut self, now: EpochMillis) {
        while let Some(&(due, index)) = self.timers.first() {
            if due > now {
                break;
            }
            self.timers.remove(&(due, index));
            if let Some(entry) = self.executions.get_mut(index) {
                entry.timer = None;
                entry.execution.advance(due);
            }
            self.note(index, due, Happened::Time);
            self.settle(index);
        }
    }

    /// Where an execution stands.
    ///
    /// # Errors
    ///
    /// If there is no such execution.
    pub fn describe(&self, arn: &ExecutionArn) -> Result<Description, ServiceError> {
        self.entry(arn).map(Entry::describe)
    }

    /// All executions, or those of one machine, in the order in which they were started.
    pub fn list(&self, machine: Option<&str>) -> Vec<Description> {
        self.executions
            .iter()
            .filter(|entry| machine.is_none_or(|name| entry.machine_name == name))
            .map(Entry::describe)
            .collect()
    }

    /// The events of an execution so far.
    ///
    /// # Errors
    ///
    /// If there is no such execution.
    pub fn history(&self, arn: &ExecutionArn) -> Result<&[HistoryEvent], ServiceError> {
        self.entry(arn).map(|entry| entry.execution.history())
    }

    /// The execution itself, to look at or to clone.
    ///
    /// # Errors
    ///
    /// If there is no such execution.
    pub fn execution(&self, arn: &ExecutionArn) -> Result<&Execution, ServiceError> {
        self.entry(arn).map(|entry| &entry.execution)
    }

    fn index(&self, arn: &ExecutionArn) -> Result<usize, ServiceError> {
        self.by_arn
            .get(arn)
            .copied()
            .ok_or_else(|| ServiceError::ExecutionDoesNotExist { arn: arn.to_string() })
    }

    fn entry(&self, arn: &ExecutionArn) -> Result<&Entry, ServiceError> {
        self.executions
            .get(self.index(arn)?)
            .ok_or_else(|| ServiceError::ExecutionDoesNotExist { arn: arn.to_string() })
    }

    /// Takes over what an execution has come to: its commands, its tokens, its timer and its end.
    fn settle(&mut self, index: usize) {
        let Some(entry) = self.executions.get_mut(index) else {
            return;
        };
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
                // A sibling failed in the same moment: nothing was started yet.
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
        if !entry.told && !entry.execution.status().is_running() {
            entry.told = true;
            self.ended.push_back(entry.arn.clone());
            self.tell_parent(index);
        }
        for call in starts {
            self.start_nested(index, &call);
        }
        for task in stops {
            self.stop_nested(index, task);
        }
    }
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
