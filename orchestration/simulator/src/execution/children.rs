//! The executions that a distributed Map starts, one per item or batch.
//!
//! They run inside of the execution that started them: their tasks and timers are handed out as its own, but
//! their events stay in histories of their own, and their variables are their own.
//!
//! Source: [Distributed Map
//! state](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::flow::FlowId;
use super::{Command, Execution, Start, Status, TaskError, TaskEvent};
use crate::definition::Program;
use crate::{EpochMillis, TaskId, TaskToken};

/// The flow whose state is the Map, and the item or batch.
pub(super) type ChildKey = (FlowId, usize);

#[derive(Debug, Clone, Default)]
pub(super) struct Children {
    pub(super) running: BTreeMap<ChildKey, Execution>,
    /// What a task's id here is in which child.
    pub(super) tasks: BTreeMap<TaskId, (ChildKey, TaskId)>,
    tokens: BTreeMap<TaskToken, ChildKey>,
    ended: Vec<Arc<Execution>>,
}

impl Children {
    /// When a child has something to do, and which.
    pub(super) fn next_timer(&self) -> Option<(EpochMillis, ChildKey)> {
        self.running
            .iter()
            .filter_map(|(key, child)| Some((child.next_timer()?, *key)))
            .min_by_key(|(due, _)| *due)
    }

    /// Those of a Map that run.
    pub(super) fn of(&self, flow: FlowId) -> impl Iterator<Item = ChildKey> {
        self.running
            .range((flow, 0)..=(flow, usize::MAX))
            .map(|(key, _)| *key)
    }

    /// The child that an event is about.
    fn addressed(&self, event: &TaskEvent) -> Option<(ChildKey, Option<TaskId>)> {
        match event {
            TaskEvent::Succeeded { id, .. }
            | TaskEvent::Answered { id, .. }
            | TaskEvent::Submitted { id, .. }
            | TaskEvent::Failed { id, .. } => self.tasks.get(id).map(|(key, inner)| (*key, Some(*inner))),
            TaskEvent::TokenSucceeded { token, .. }
            | TaskEvent::TokenFailed { token, .. }
            | TaskEvent::TokenHeartbeat { token } => self.tokens.get(token).map(|key| (*key, None)),
        }
    }
}

impl Children {
    /// What is known of a child that has ended. The next Map of the same flow has children of the same keys, and they
    /// are not whom a late answer is for.
    fn forget(&mut self, key: ChildKey) {
        self.tasks.retain(|_, (of, _)| *of != key);
        for of in self.tokens.values_mut().filter(|of| **of == key) {
            of.1 = usize::MAX;
        }
    }
}

impl Execution {
    /// The executions that the distributed Maps of this one have started and that have ended, in that order.
    pub fn map_executions(&self) -> impl Iterator<Item = &Execution> {
        self.children.ended.iter().map(|child| &**child)
    }

    /// Starts a child and runs it until it waits for something.
    pub(super) fn start_child(&mut self, program: &Program, key: ChildKey, start: Start, level: usize) {
        let child = Self::start_level(self.machine.clone(), start, level);
        self.adopt(program, key, child);
    }

    /// Takes in a child that runs, or has just ended.
    pub(super) fn adopt(&mut self, program: &Program, key: ChildKey, child: Execution) {
        self.children.running.insert(key, child);
        self.settle_child(program, key);
    }

    /// Takes over a child's commands and its end.
    pub(super) fn settle_child(&mut self, program: &Program, key: ChildKey) {
        let Some(child) = self.children.running.get_mut(&key) else {
            return;
        };
        let commands: Vec<Command> = std::iter::from_fn(|| child.poll_command()).collect();
        let ended = child.status != Status::Running;
        for command in commands {
            self.hand_out(key, command);
        }
        if ended && let Some(child) = self.children.running.remove(&key) {
            self.children.forget(key);
            self.children.ended.push(Arc::new(child.clone()));
            self.map_run_part_ended(program, key, child);
        }
    }

    /// Hands a child's command on under an id of this execution.
    fn hand_out(&mut self, key: ChildKey, command: Command) {
        match command {
            Command::RunTask(mut call) => {
                let inner = call.id;
                call.id = TaskId::new(self.next_number());
                self.children.tasks.insert(call.id, (key, inner));
                if let Some(token) = &call.task_token {
                    self.children.tokens.insert(token.clone(), key);
                }
                self.commands.push_back(Command::RunTask(call));
            }
            Command::CancelTask { id: inner } => {
                let mut known = self.children.tasks.iter();
                if let Some((id, _)) = known.find(|(_, known)| **known == (key, inner)) {
                    self.commands.push_back(Command::CancelTask { id: *id });
                }
            }
        }
    }

    /// Gives an event to the child that it is about; `None` if it is about none.
    pub(super) fn take_child_event(
        &mut self,
        program: &Program,
        event: &TaskEvent,
    ) -> Option<Result<(), TaskError>> {
        let (key, inner) = self.children.addressed(event)?;
        let Some(child) = self.children.running.get_mut(&key) else {
            return Some(Err(TaskError::TaskTimedOut));
        };
        let event = inner.map_or_else(|| event.clone(), |id| event.clone().with_id(id));
        let result = child.handle(self.now, event);
        self.settle_child(program, key);
        self.go_on_with_map_run(program, key.0);
        Some(result)
    }

    /// Lets the child whose timer is due go on.
    pub(super) fn advance_child(&mut self, program: &Program, due: EpochMillis) {
        if let Some((_, key)) = self.children.next_timer() {
            if let Some(child) = self.children.running.get_mut(&key) {
                child.advance(due);
            }
            self.settle_child(program, key);
            self.go_on_with_map_run(program, key.0);
        }
    }

    /// Ends a child; gives it, for a redrive.
    pub(super) fn stop_child(&mut self, key: ChildKey) -> Option<Execution> {
        let mut child = self.children.running.remove(&key)?;
        child.stop(self.now, None, None);
        while let Some(command) = child.poll_command() {
            self.hand_out(key, command);
        }
        self.children.forget(key);
        self.children.ended.push(Arc::new(child.clone()));
        Some(child)
    }

    /// Ends all children.
    pub(super) fn stop_children(&mut self) {
        let keys: Vec<ChildKey> = self.children.running.keys().copied().collect();
        for key in keys {
            self.stop_child(key);
        }
    }
}
