//! The journal's records, and crash recovery from them.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::nested::{self, Awaited};
use super::{End, Entry, StateMachines};
use crate::execution::AttemptStage;
use crate::hex::hex;
use crate::invariant::Invariant;
use crate::journal::{Nesting, Record, RestoreError, Started, Transition, Trigger};
use crate::{Command, EpochMillis, Execution, ExecutionArn, Machine, Start, TaskCall, TaskId};

#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    queue: VecDeque<Record>,
    /// The digests of the definitions that are recorded.
    known: BTreeSet<String>,
}

impl StateMachines {
    /// Crash recovery: restores executions by a deterministic replay of the records of a journal, in their order, and
    /// produces records from now on: see [`journal`](crate::journal). Call it once, before there are any executions; without
    /// records, it starts a journal.
    ///
    /// Executions go on with the definitions that they began with, and with the same tokens and timers. Calls without a
    /// result are made again. Timers that are overdue fire at `now`: see [`Execution::wake`].
    ///
    /// # Errors
    ///
    /// If records are missing, cannot be read, or diverge in the replay. The state is not usable then.
    pub fn restore(
        &mut self,
        records: impl IntoIterator<Item = Record>,
        now: EpochMillis,
    ) -> Result<(), RestoreError> {
        let mut replay = Replay {
            transitions: vec![0; self.executions.len()],
            ..Replay::default()
        };
        for record in records {
            match record {
                Record::Definition { digest, json } => replay.define(digest, &json)?,
                Record::Transition { arn, json, .. } => self.replay(&mut replay, &arn, &json)?,
            }
        }
        self.records = Some(Records {
            queue: VecDeque::new(),
            known: replay.machines.into_keys().collect(),
        });
        self.restore_timers();
        self.wake(replay.calls, now);
        Ok(())
    }

    /// The next record to append to the journal; see [`StateMachines::restore`].
    pub fn poll_record(&mut self) -> Option<Record> {
        self.records.as_mut()?.queue.pop_front()
    }

    /// Reserves the name of an execution whose records are deleted: names are never used twice.
    pub fn reserve_name(&mut self, arn: ExecutionArn) {
        self.reserved.insert(arn);
    }

    pub(super) fn keeps_records(&self) -> bool {
        self.records.is_some()
    }

    /// Queues a record of the transition that an execution has just made, before the execution is synced.
    pub(super) fn journal(&mut self, index: usize, at: EpochMillis, trigger: Trigger) {
        let Some(records) = &mut self.records else {
            return;
        };
        let entry = self
            .executions
            .get_mut(index)
            .expect_invariant(super::NEVER_REMOVED);
        entry.fingerprint = entry.fingerprint.next(&entry.execution);
        let transition = Transition {
            at,
            trigger,
            fingerprint: entry.fingerprint,
        };
        records.queue.push_back(Record::Transition {
            arn: entry.arn.clone(),
            is_running: entry.execution.status().is_running(),
            json: serde_json::to_string(&transition)
                .expect_invariant("every transition can be written as JSON"),
        });
    }

    /// Queues a record of the transition if it had any effect. The next timer shows effects without an event: child executions of a distributed
    /// Map have histories of their own, and one whose timer was due may have gone on.
    pub(super) fn journal_if_moved(
        &mut self,
        index: usize,
        at: EpochMillis,
        trigger: impl FnOnce() -> Trigger,
    ) {
        let Entry {
            execution,
            fingerprint,
            timer,
            ..
        } = self.entry_at(index);
        let moved = execution.history().len() != fingerprint.events || execution.next_timer() != *timer;
        if self.keeps_records() && moved {
            self.journal(index, at, trigger());
        }
    }

    /// Queues records of the start of an execution, and of its definition if that is new.
    pub(super) fn journal_start(&mut self, index: usize, start: Start) {
        let json = Arc::clone(self.entry_at(index).execution.machine().to_json());
        let Some(records) = &mut self.records else {
            return;
        };
        let definition = digest(&json);
        if records.known.insert(definition.clone()) {
            let digest = definition.clone();
            records.queue.push_back(Record::Definition { digest, json });
        }
        let at = start.now;
        let started = Started { definition, start };
        self.journal(index, at, Trigger::Started(Box::new(started)));
    }

    fn replay(&mut self, replay: &mut Replay, arn: &ExecutionArn, json: &str) -> Result<(), RestoreError> {
        let index = self.by_arn.get(arn).copied();
        let number = 1 + index
            .and_then(|index| replay.transitions.get(index))
            .unwrap_or(&0);
        let unreadable = || RestoreError::Unreadable {
            arn: arn.clone(),
            number,
        };
        let Transition {
            at,
            trigger,
            fingerprint,
        } = serde_json::from_str(json).map_err(|_| unreadable())?;
        let index = match (index, trigger) {
            (None, Trigger::Started(started)) => {
                let machine = replay
                    .machines
                    .get(&started.definition)
                    .ok_or_else(|| RestoreError::DefinitionMissing { arn: arn.clone() })?;
                replay.transitions.push(0);
                self.insert(arn.clone(), machine.clone(), started.start)
            }
            (None, _) | (Some(_), Trigger::Started(_)) => return Err(unreadable()),
            (Some(index), Trigger::Nested(nesting)) => {
                self.nest(index, &nesting);
                index
            }
            (Some(index), trigger) => {
                apply(&mut self.entry_at_mut(index).execution, at, trigger);
                index
            }
        };
        let count = replay.transitions.get_mut(index);
        *count.expect_invariant("each execution that is restored has its number of transitions") = number;
        let entry = self
            .executions
            .get_mut(index)
            .expect_invariant(super::NEVER_REMOVED);
        entry.fingerprint = entry.fingerprint.next(&entry.execution);
        if entry.fingerprint != fingerprint {
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

    /// Links an execution to the one that started it.
    fn nest(&mut self, index: usize, nesting: &Nesting) {
        let parent = nesting.parent.as_deref().map(ExecutionArn::from);
        // The records of a parent that has ended may be deleted.
        let parent = parent.and_then(|parent| self.by_arn.get(&parent).copied());
        let entry = self.entry_at_mut(index);
        entry.depth = nesting.depth;
        entry.awaited = parent.map(|parent| Awaited::restored(parent, nesting));
    }

    /// Restores the timers of the service, and which executions are awaited; ends have been announced.
    fn restore_timers(&mut self) {
        for index in 0..self.executions.len() {
            let entry = self.entry_at(index);
            let is_running = entry.execution.status().is_running();
            // A task that waited for an execution that has ended has its result: the journal has both or neither.
            let awaited = entry.awaited.filter(|awaited| {
                let (parent, task) = awaited.by();
                let stage = self.entry_at(parent).execution.attempt_stage(task);
                is_running && stage == Some(AttemptStage::Submitted)
            });
            if let Some(awaited) = awaited {
                self.nested.insert(awaited.by(), index);
            }
            let entry = self.entry_at_mut(index);
            entry.awaited = awaited;
            entry.end = if is_running { End::Pending } else { End::Announced };
            entry.timer = entry.execution.next_timer();
            let timer = entry.timer.map(|due| (due, index));
            self.timers.extend(timer);
        }
    }

    /// Wakes the executions, and queues the calls without a result again.
    fn wake(&mut self, calls: BTreeMap<(usize, TaskId), TaskCall>, now: EpochMillis) {
        for index in 0..self.executions.len() {
            let execution = &mut self.entry_at_mut(index).execution;
            if execution.status().is_running() && execution.wake(now) {
                self.journal(index, now, Trigger::Woken);
                self.sync(index);
            }
        }
        for ((index, id), call) in calls {
            if self.entry_at(index).execution.attempt_stage(id) != Some(AttemptStage::Called) {
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

#[derive(Default)]
struct Replay {
    machines: HashMap<String, Machine>,
    /// How many transitions of each execution are replayed.
    transitions: Vec<usize>,
    /// The calls that were made.
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

/// Applies a recorded trigger. One that was rejected is rejected again.
fn apply(execution: &mut Execution, at: EpochMillis, trigger: Trigger) {
    match trigger {
        Trigger::Started(_) | Trigger::Nested(_) => {}
        Trigger::Event(event) => {
            let _ = execution.handle(at, event);
        }
        Trigger::Time => execution.advance(at),
        Trigger::Woken => {
            execution.wake(at);
        }
        Trigger::Stopped { error, cause } => execution.stop(at, error.as_deref(), cause.as_deref()),
        Trigger::Redriven => {
            let _ = execution.redrive(at);
        }
    }
}

fn digest(definition: &str) -> String {
    hex(&Sha256::digest(definition))
}
