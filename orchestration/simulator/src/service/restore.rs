//! Handing out what is to be kept, and making executions of what was kept.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt::Write;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::nested::{self, Awaited};
use super::{Entry, ExecutionArn, StateMachines};
use crate::execution::Attempt;
use crate::journal::{Happened, Nesting, Record, RestoreError, Started, Step};
use crate::{Command, EpochMillis, Execution, Machine, Start, TaskCall, TaskId};

/// What is yet to be taken by a journal.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    queue: VecDeque<Record>,
    /// The definitions that the journal knows, by digest.
    known: BTreeSet<String>,
}

impl StateMachines {
    /// Makes executions of what a journal has kept, in that order, and hands out records from now on: see
    /// [`journal`](crate::journal). With no records, that is all. It is done once, while there are no executions yet.
    ///
    /// Executions go on with the definitions that they began with. What waits goes on waiting, with the same tokens
    /// and timers; tasks that were under way are handed out again. What is overdue happens at `now`: see
    /// [`Execution::wake`].
    ///
    /// # Errors
    ///
    /// If records are missing, cannot be read, or do not lead to what they led to when they were kept. Then nothing
    /// of them is to be relied on.
    pub fn restore(
        &mut self,
        records: impl IntoIterator<Item = Record>,
        now: EpochMillis,
    ) -> Result<(), RestoreError> {
        let mut replay = Replay::default();
        for record in records {
            match record {
                Record::Definition { digest, json } => replay.define(digest, &json)?,
                Record::Step { arn, json, .. } => self.replay(&mut replay, &arn, &json)?,
            }
        }
        self.records = Some(Records {
            queue: VecDeque::new(),
            known: replay.machines.into_keys().collect(),
        });
        self.take_over();
        self.wake(replay.calls, now);
        Ok(())
    }

    /// The next record to keep; see [`StateMachines::restore`].
    pub fn poll_record(&mut self) -> Option<Record> {
        self.records.as_mut()?.queue.pop_front()
    }

    /// Takes the name of an execution that is not kept any more, so that no other is started under it.
    pub fn retire(&mut self, arn: ExecutionArn) {
        self.retired.insert(arn);
    }

    pub(super) fn keeps_records(&self) -> bool {
        self.records.is_some()
    }

    /// Notes what has just happened to an execution, before anything is taken over from it.
    pub(super) fn note(&mut self, index: usize, at: EpochMillis, what: Happened) {
        let (Some(records), Some(entry)) = (&mut self.records, self.executions.get_mut(index)) else {
            return;
        };
        entry.mark = entry.mark.next(&entry.execution);
        let step = Step {
            at,
            what,
            mark: entry.mark,
        };
        records.queue.push_back(Record::Step {
            arn: entry.arn.clone(),
            is_running: entry.execution.status().is_running(),
            // All of it can be written as JSON: its maps have texts as keys.
            json: serde_json::to_string(&step).unwrap_or_default(),
        });
    }

    /// Notes it if it has led to anything. The next timer tells what no event does: the items of a distributed Map have
    /// histories of their own, and one whose timer was due may have gone on.
    pub(super) fn note_if_moved(&mut self, index: usize, at: EpochMillis, what: impl FnOnce() -> Happened) {
        let moved = |entry: &Entry| {
            let execution = &entry.execution;
            execution.history().len() != entry.mark.events || execution.next_timer() != entry.timer
        };
        if self.keeps_records() && self.executions.get(index).is_some_and(moved) {
            self.note(index, at, what());
        }
    }

    /// Notes the start of an execution, and its definition if that is new.
    pub(super) fn note_start(&mut self, index: usize, start: Start) {
        let (Some(records), Some(entry)) = (&mut self.records, self.executions.get(index)) else {
            return;
        };
        let json = entry.execution.machine().to_json();
        let digest = digest(json);
        if records.known.insert(digest.clone()) {
            records.queue.push_back(Record::Definition {
                digest: digest.clone(),
                json: Arc::clone(json),
            });
        }
        let started = Started {
            definition: digest,
            start,
        };
        let at = started.start.now;
        self.note(index, at, Happened::Started(Box::new(started)));
    }

    /// Lets one step happen again.
    fn replay(&mut self, replay: &mut Replay, arn: &ExecutionArn, json: &str) -> Result<(), RestoreError> {
        let index = self.by_arn.get(arn).copied();
        let number = 1 + index.and_then(|index| replay.steps.get(index)).unwrap_or(&0);
        let unreadable = || RestoreError::Unreadable {
            arn: arn.clone(),
            number,
        };
        let Step { at, what, mark } = serde_json::from_str(json).map_err(|_| unreadable())?;
        let index = match (index, what) {
            (None, Happened::Started(started)) => {
                let machine = replay
                    .machines
                    .get(&started.definition)
                    .ok_or_else(|| RestoreError::DefinitionMissing { arn: arn.clone() })?;
                replay.steps.push(0);
                self.insert(arn.clone(), machine.clone(), started.start)
            }
            (None, _) | (Some(_), Happened::Started(_)) => return Err(unreadable()),
            (Some(index), Happened::Nested(nesting)) => {
                self.nest(index, &nesting);
                index
            }
            (Some(index), what) => {
                if let Some(entry) = self.executions.get_mut(index) {
                    happen(&mut entry.execution, at, what);
                }
                index
            }
        };
        let (Some(entry), Some(steps)) = (self.executions.get_mut(index), replay.steps.get_mut(index)) else {
            return Err(unreadable());
        };
        *steps = number;
        entry.mark = entry.mark.next(&entry.execution);
        if entry.mark != mark {
            return Err(RestoreError::Diverged {
                arn: arn.clone(),
                number,
            });
        }
        while let Some(command) = entry.execution.poll_command() {
            if let Command::RunTask(call) = command {
                if let Some(token) = &call.task_token {
                    self.tokens.insert(token.clone(), index);
                }
                replay.calls.insert((index, call.id), call);
            }
        }
        Ok(())
    }

    /// Makes an execution belong to the one that started it.
    fn nest(&mut self, index: usize, nesting: &Nesting) {
        let parent = nesting.parent.as_deref().map(ExecutionArn::from);
        let parent = parent.and_then(|parent| self.by_arn.get(&parent).copied());
        if let Some(entry) = self.executions.get_mut(index) {
            entry.depth = nesting.depth;
            entry.awaited = parent.map(|parent| Awaited::restored(parent, nesting));
        }
    }

    /// Takes over what the executions have come to, as far as it was not told before.
    fn take_over(&mut self) {
        for index in 0..self.executions.len() {
            let Some(entry) = self.executions.get(index) else {
                continue;
            };
            let is_running = entry.execution.status().is_running();
            // Who waited for an execution that has ended was told: both stand in the journal, or neither does.
            let awaited = entry.awaited.filter(|awaited| {
                let (parent, task) = awaited.by();
                let parent = self.executions.get(parent);
                let attempt = parent.and_then(|parent| parent.execution.standing(task));
                is_running && attempt == Some(Attempt::Submitted)
            });
            if let Some(awaited) = awaited {
                self.nested.insert(awaited.by(), index);
            }
            let Some(entry) = self.executions.get_mut(index) else {
                continue;
            };
            entry.awaited = awaited;
            entry.told = !is_running;
            entry.timer = entry.execution.next_timer();
            if let Some(due) = entry.timer {
                self.timers.insert((due, index));
            }
        }
    }

    /// Lets the executions go on, and hands out again the calls that were not answered.
    fn wake(&mut self, calls: BTreeMap<(usize, TaskId), TaskCall>, now: EpochMillis) {
        for index in 0..self.executions.len() {
            let changed = self
                .executions
                .get_mut(index)
                .is_some_and(|entry| entry.execution.status().is_running() && entry.execution.wake(now));
            if changed {
                self.note(index, now, Happened::Woken);
                self.settle(index);
            }
        }
        for ((index, id), call) in calls {
            let attempt = self
                .executions
                .get(index)
                .and_then(|entry| entry.execution.standing(id));
            if attempt != Some(Attempt::Called) {
                continue;
            }
            if nested::is_for(&self.machines, &call) {
                self.start_nested(index, &call);
            } else {
                self.commands.push_back((index, Command::RunTask(call)));
            }
        }
    }
}

/// What is known while records become executions.
#[derive(Default)]
struct Replay {
    machines: HashMap<String, Machine>,
    /// How many steps each execution has taken.
    steps: Vec<usize>,
    /// Every call that was handed out.
    calls: BTreeMap<(usize, TaskId), TaskCall>,
}

impl Replay {
    fn define(&mut self, digest: String, json: &str) -> Result<(), RestoreError> {
        match Machine::from_json(json) {
            Ok(machine) => {
                self.machines.insert(digest, machine);
                Ok(())
            }
            Err(source) => Err(RestoreError::Definition { digest, source }),
        }
    }
}

/// Lets it happen. Whether it was refused is known from the first time.
fn happen(execution: &mut Execution, at: EpochMillis, what: Happened) {
    match what {
        Happened::Started(_) | Happened::Nested(_) => {}
        Happened::Event(event) => {
            let _ = execution.handle(at, event);
        }
        Happened::Time => execution.advance(at),
        Happened::Woken => {
            execution.wake(at);
        }
        Happened::Stopped { error, cause } => execution.stop(at, error.as_deref(), cause.as_deref()),
        Happened::Redriven => {
            let _ = execution.redrive(at);
        }
    }
}

fn digest(definition: &str) -> String {
    let digest = Sha256::digest(definition);
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
