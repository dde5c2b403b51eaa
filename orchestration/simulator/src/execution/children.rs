//! Child executions: one for each item or batch of a distributed Map.
//!
//! They run inside of the execution that started them: it forwards their commands and fires their timers, but each has a
//! history and variables of its own. Task ids count from 1 in each of them, so the parent forwards a call under an id of
//! its own, and translates the events about it:
//!
//! ```text
//! child (flow 1, 0)   RunTask { id: 1 }
//! forward_commands    RunTask { id: 12 }; children.tasks: {12: ((flow 1, 0), 1)}
//! forward_event       Succeeded { id: 12 } becomes Succeeded { id: 1 } of child (flow 1, 0)
//! sync_child          forwards the child's next commands and, once it has ended, handles its end
//! ```
//!
//! Source: [Distributed Map
//! state](https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::flow::FlowId;
use super::{Command, Execution, Start, Status, TaskEvent, TaskEventError};
use crate::invariant::Invariant;
use crate::{EpochMillis, TaskId, TaskToken};

/// The flow whose state is the Map, and the item or batch.
pub(super) type ChildKey = (FlowId, usize);

#[derive(Debug, Clone, Default)]
pub(super) struct Children {
    pub(super) running: BTreeMap<ChildKey, Execution>,
    /// From the parent's task id to the child and its own task id.
    pub(super) tasks: BTreeMap<TaskId, (ChildKey, TaskId)>,
    /// From a token to the child; `None` once the child has ended.
    tokens: BTreeMap<TaskToken, Option<ChildKey>>,
    ended: Vec<Arc<Execution>>,
}

impl Children {
    /// The next timer of the children, and whose it is.
    pub(super) fn next_timer(&self) -> Option<(EpochMillis, ChildKey)> {
        self.running
            .iter()
            .filter_map(|(key, child)| Some((child.next_timer()?, *key)))
            .min_by_key(|(due, _)| *due)
    }

    /// The running children of a Map.
    pub(super) fn of(&self, flow: FlowId) -> impl Iterator<Item = ChildKey> {
        self.running
            .range((flow, 0)..=(flow, usize::MAX))
            .map(|(key, _)| *key)
    }

    fn running_child(&mut self, key: ChildKey) -> &mut Execution {
        let child = self.running.get_mut(&key);
        child.expect_invariant("no task, token or timer refers to an ended child execution")
    }

    /// Moves a child to those that have ended. The next Map of the same flow has children with the same keys, which must not
    /// get late responses that are meant for this one.
    fn remove_ended(&mut self, key: ChildKey) -> Execution {
        let child = self.running.remove(&key);
        let child = child.expect_invariant("a child execution ends once");
        self.tasks.retain(|_, (of, _)| *of != key);
        for of in self.tokens.values_mut().filter(|of| **of == Some(key)) {
            *of = None;
        }
        self.ended.push(Arc::new(child.clone()));
        child
    }
}

impl Execution {
    /// The child executions of distributed Maps that have ended, in that order.
    pub fn map_executions(&self) -> impl Iterator<Item = &Execution> {
        self.children.ended.iter().map(|child| &**child)
    }

    /// Starts a child and runs it until it waits for something.
    pub(super) fn start_child(&mut self, key: ChildKey, start: Start, block: usize) {
        let child = Self::start_block(self.machine.clone(), start, block);
        self.register_child(key, child);
    }

    /// Registers a child, which runs or has just ended.
    pub(super) fn register_child(&mut self, key: ChildKey, child: Execution) {
        self.children.running.insert(key, child);
        self.sync_child(key);
    }

    /// Forwards a child's commands, and handles its end.
    pub(super) fn sync_child(&mut self, key: ChildKey) {
        self.forward_commands(key);
        if self.children.running_child(key).status != Status::Running {
            let child = self.children.remove_ended(key);
            self.child_ended(key, child);
        }
    }

    /// Forwards a child's commands, with task ids of this execution.
    fn forward_commands(&mut self, key: ChildKey) {
        while let Some(command) = self.children.running_child(key).poll_command() {
            match command {
                Command::RunTask(mut call) => {
                    let inner = call.id;
                    call.id = TaskId::new(self.next_number());
                    self.children.tasks.insert(call.id, (key, inner));
                    if let Some(token) = &call.task_token {
                        self.children.tokens.insert(token.clone(), Some(key));
                    }
                    self.commands.push_back(Command::RunTask(call));
                }
                Command::CancelTask { id: inner } => {
                    let mut known = self.children.tasks.iter();
                    let known = known.find(|(_, known)| **known == (key, inner));
                    let (id, _) = known.expect_invariant("a child execution cancels only its own calls");
                    self.commands.push_back(Command::CancelTask { id: *id });
                }
            }
        }
    }

    /// Forwards an event to the child whose task it is about; `None` if it is about no child's.
    pub(super) fn forward_event(&mut self, event: &TaskEvent) -> Option<Result<(), TaskEventError>> {
        let (key, event) = match (event.task(), event.token()) {
            (Some(id), _) => {
                let (key, inner) = *self.children.tasks.get(&id)?;
                (Some(key), event.clone().with_task(inner))
            }
            (None, token) => (*self.children.tokens.get(token?)?, event.clone()),
        };
        let Some(key) = key else {
            return Some(Err(TaskEventError::TaskTimedOut));
        };
        let result = self.children.running_child(key).handle(self.now, event);
        self.sync_child(key);
        self.continue_map_run(key.0);
        Some(result)
    }

    /// Advances the child whose timer is due next.
    pub(super) fn advance_child(&mut self, due: EpochMillis) {
        let next = self.children.next_timer();
        let (_, key) = next.expect_invariant("a timer that is not this execution's own is a child's");
        self.children.running_child(key).advance(due);
        self.sync_child(key);
        self.continue_map_run(key.0);
    }

    /// Stops a child, and returns it for a redrive.
    pub(super) fn stop_child(&mut self, key: ChildKey) -> Execution {
        let now = self.now;
        self.children.running_child(key).stop(now, None, None);
        self.forward_commands(key);
        self.children.remove_ended(key)
    }

    pub(super) fn stop_children(&mut self) {
        let keys: Vec<ChildKey> = self.children.running.keys().copied().collect();
        for key in keys {
            self.stop_child(key);
        }
    }
}
