//! Forks: Parallel states, and the end of the branches of a Parallel or a Map. An iteration of a Map is a branch as well.
//!
//! A Parallel of two branches, of which the second fails while the first waits for its task:
//!
//! ```text
//! before   flow 1  Fork { running: {0: flow 2, 1: flow 3}, outputs: [None, None] }
//!          flow 2  Task 7, at `Charge`
//!          flow 3  fails at `Ship`, with `OutOfStock`; nothing in the branch catches it
//!
//! branch_failed(parent: flow 1, index 1)
//!          flow 2 is aborted: CancelTask 7, TaskStateAborted
//!          flow 1 fails with the same failure: it is retried or caught, or the flow fails
//!
//! after    flow 1  stopped_fork: StoppedFork { branches: [flow 3, flow 2] }, from which a redrive would resume
//! ```
//!
//! If both succeed, `branch_succeeded` collects `outputs` in the order of the branches, and the last one exits the state.

use std::sync::Arc;

use serde_json::Value;

use super::cursor::Cursor;
use super::event_types::aborted;
use super::flow::{Flow, FlowId, Fork, Parent, Phase, StoppedFork};
use super::lifecycle::StateResult;
use super::{Execution, Timer};
use crate::SharedValue;
use crate::definition::StateKind;
use crate::failure::Failure;
use crate::history::{Details, EventId, EventType};
use crate::template::Template;

impl Execution {
    pub(super) fn start_parallel(
        &mut self,
        mut cursor: Cursor,
        arguments: Option<&Template>,
        branches: &[usize],
    ) {
        let input = match arguments {
            None => Ok(Arc::clone(&cursor.input)),
            Some(template) => self.evaluate(&mut cursor, |scope| Ok(template.evaluate("Arguments", &scope)?)),
        };
        let input = match input {
            Ok(input) => input,
            Err(failure) => return self.fork_failed(cursor, failure),
        };
        self.push_event(&mut cursor, EventType::ParallelStateStarted, Details::None);
        let mut fork = Box::new(Fork {
            outputs: vec![None; branches.len()],
            ..Fork::default()
        });
        for (index, block) in branches.iter().enumerate() {
            let parent = Parent {
                flow: cursor.id,
                index,
            };
            let branch = cursor.inner(parent, *block, Arc::clone(&input));
            fork.running.insert(index, self.start_flow(branch));
        }
        self.park(cursor, Phase::Fork(fork));
    }

    /// Collects the output of a branch that has succeeded.
    pub(super) fn branch_succeeded(&mut self, parent: Parent, last_event: EventId, output: SharedValue) {
        let mut cursor = self.take(parent.flow);
        let mut fork = cursor.take_fork();
        fork.set_output(parent.index, output);
        cursor.last_event = last_event;
        if matches!(cursor.node.kind, StateKind::Map(_)) {
            let succeeded = EventType::MapIterationSucceeded;
            let done = self.push_iteration(&cursor, succeeded, parent.index, last_event);
            self.continue_map(cursor, fork, done);
        } else if fork.running.is_empty() {
            self.fork_succeeded(cursor, &fork.outputs);
        } else {
            self.park(cursor, Phase::Fork(fork));
        }
    }

    /// Tolerates the failure of a branch, or fails its fork.
    pub(super) fn branch_failed(&mut self, parent: Parent, branch: Cursor, mut failure: Failure) {
        let mut cursor = self.take(parent.flow);
        let mut fork = cursor.take_fork();
        let is_map = matches!(cursor.node.kind, StateKind::Map(_));
        let failed_event = branch.last_event;
        fork.running.remove(&parent.index);
        cursor.last_event = failed_event;
        if is_map {
            fork.failed += 1;
            match fork.tolerated {
                Some(tolerated) if fork.failed <= tolerated => {
                    let failed = EventType::MapIterationFailed;
                    let done = self.push_iteration(&cursor, failed, parent.index, failed_event);
                    fork.tolerated_flows.push(branch.into_flow());
                    return self.continue_map(cursor, fork, done);
                }
                Some(_) => failure = super::map::too_many_failures(),
                None => {}
            }
        }
        // As recorded on AWS, a task whose failure ends the fork is aborted, too, and its failure is the predecessor of
        // everything that follows: of the ends of its siblings as well.
        if matches!(branch.node.kind, StateKind::Task(_)) {
            self.push_event_after(&branch, failed_event, EventType::TaskStateAborted, Details::None);
        }
        let mut branches = std::mem::take(&mut fork.tolerated_flows);
        branches.push(branch.into_flow());
        for (index, inner) in std::mem::take(&mut fork.running) {
            if is_map {
                self.push_iteration(&cursor, EventType::MapIterationAborted, index, failed_event);
            }
            branches.push(self.abort(inner, failed_event));
        }
        // The aborted iterations come before the failed one, as recorded on AWS by the authors of
        // [floci](https://github.com/floci-io/floci) (`AslExecutorParallelCutTest`).
        if is_map {
            self.push_iteration(&cursor, EventType::MapIterationFailed, parent.index, failed_event);
        }
        cursor.stopped_fork = Some(Box::new(StoppedFork { fork, branches }));
        self.fork_failed(cursor, failure);
    }

    pub(super) fn push_iteration(
        &mut self,
        cursor: &Cursor,
        event_type: EventType,
        index: usize,
        previous: EventId,
    ) -> EventId {
        let name = Arc::clone(&cursor.node.name);
        self.push_event_after(
            cursor,
            previous,
            event_type,
            Details::MapIteration { name, index },
        )
    }

    /// Exits a fork whose branches have all succeeded.
    ///
    /// As recorded on AWS, the last event inside is the predecessor both of the success and of the exit.
    pub(super) fn fork_succeeded(&mut self, cursor: Cursor, outputs: &[Option<SharedValue>]) {
        let succeeded = match cursor.node.kind {
            StateKind::Map(_) => EventType::MapStateSucceeded,
            _ => EventType::ParallelStateSucceeded,
        };
        self.push_event_after(&cursor, cursor.last_event, succeeded, Details::None);
        let outputs = outputs.iter().flatten();
        let result: Value = outputs.map(|output| Value::clone(output)).collect();
        self.exit_state(cursor, StateResult::Result(&SharedValue::new(result)));
    }

    /// Fails the state as a whole. As recorded on AWS, a failure that is retried has no event.
    pub(super) fn fork_failed(&mut self, cursor: Cursor, failure: Failure) {
        let Err(mut cursor) = self.try_schedule_retry(cursor, &failure) else {
            return;
        };
        let failed = match cursor.node.kind {
            StateKind::Map(_) => EventType::MapStateFailed,
            _ => EventType::ParallelStateFailed,
        };
        self.push_event(&mut cursor, failed, Details::None);
        self.catch_or_fail_flow(cursor, failure);
    }

    pub(super) fn abort_branches(&mut self, fork: &mut Fork, failed_event: EventId) -> Vec<Flow> {
        let mut branches = std::mem::take(&mut fork.tolerated_flows);
        for inner in std::mem::take(&mut fork.running).into_values() {
            branches.push(self.abort(inner, failed_event));
        }
        branches
    }

    /// Aborts a flow because a sibling failed, after everything inside of it.
    fn abort(&mut self, id: FlowId, failed_event: EventId) -> Flow {
        let mut cursor = self.take(id);
        self.ready.retain(|ready| *ready != id);
        self.timers
            .retain(|_, timer| !matches!(timer, Timer::Wait(of) | Timer::Retry(of) if *of == id));
        self.stored_bytes -= cursor.stored_bytes;
        match std::mem::replace(&mut cursor.phase, Phase::Stopped) {
            // The state has not been entered, so no abort of it is recorded.
            Phase::Ready => {
                cursor.phase = Phase::Ready;
                return cursor.into_flow();
            }
            Phase::Stopped => return cursor.into_flow(),
            Phase::Waiting | Phase::Retrying => {}
            Phase::Task(task) => self.cancel(&task),
            Phase::Reading { task, .. } => {
                self.cancel_reading(task);
                self.push_event_after(&cursor, failed_event, EventType::MapRunAborted, Details::None);
            }
            Phase::Fork(mut fork) => {
                let branches = self.abort_branches(&mut fork, failed_event);
                if fork.map_run.is_some() {
                    self.stop_map_run(id, &mut fork);
                    self.push_event_after(&cursor, failed_event, EventType::MapRunAborted, Details::None);
                }
                cursor.stopped_fork = Some(Box::new(StoppedFork { fork, branches }));
            }
        }
        let aborted = aborted(&cursor.node.kind);
        self.push_event_after(&cursor, failed_event, aborted, Details::None);
        cursor.into_flow()
    }
}
