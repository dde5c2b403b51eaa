//! Parallel states, and the end of branches and iterations.
//!
//! A Parallel of two branches, of which the second fails while the first waits for its task:
//!
//! ```text
//! before   flow 1  Group { running: {0: flow 2, 1: flow 3}, outputs: [None, None] }
//!          flow 2  Task 7, at `Charge`
//!          flow 3  fails at `Ship`, with `OutOfStock`; nothing in the branch catches it
//!
//! part_failed(parent: flow 1, index 1)
//!          flow 2 is aborted: CancelTask 7, TaskStateAborted
//!          flow 1 takes the failure over: it is retried, caught, or fails the flow around it
//!
//! after    flow 1  stopped: StoppedGroup { parts: [flow 3, flow 2] }, from which a redrive would resume
//! ```
//!
//! If both succeed, `part_succeeded` collects `outputs` in the order of the branches, and the last one leaves the state.

use std::sync::Arc;

use serde_json::Value;

use super::cursor::Cursor;
use super::event_types::aborted;
use super::flow::{Flow, FlowId, Group, Parent, Phase, StoppedGroup};
use super::steps::StateResult;
use super::{Execution, Timer};
use crate::Payload;
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
            Err(failure) => return self.group_failed(cursor, failure),
        };
        self.note(&mut cursor, EventType::ParallelStateStarted, Details::None);
        let mut group = Box::new(Group {
            outputs: vec![None; branches.len()],
            ..Group::default()
        });
        for (index, level) in branches.iter().enumerate() {
            let parent = Parent {
                flow: cursor.id,
                index,
            };
            let branch = cursor.inner(parent, *level, Arc::clone(&input));
            group.running.insert(index, self.open_flow(branch));
        }
        self.park(cursor, Phase::Group(group));
    }

    /// A branch or an iteration has succeeded.
    pub(super) fn part_succeeded(&mut self, parent: Parent, last_event: EventId, output: Payload) {
        let mut cursor = self.take(parent.flow);
        let mut group = cursor.take_group();
        group.finish(parent.index, output);
        cursor.last_event = last_event;
        if matches!(cursor.node.kind, StateKind::Map(_)) {
            let succeeded = EventType::MapIterationSucceeded;
            let done = self.note_iteration(&cursor, succeeded, parent.index, last_event);
            self.go_on_with_map(cursor, group, done);
        } else if group.running.is_empty() {
            self.group_succeeded(cursor, &group.outputs);
        } else {
            self.park(cursor, Phase::Group(group));
        }
    }

    /// A branch or an iteration has failed.
    pub(super) fn part_failed(&mut self, parent: Parent, part: Cursor, mut failure: Failure) {
        let mut cursor = self.take(parent.flow);
        let mut group = cursor.take_group();
        let is_map = matches!(cursor.node.kind, StateKind::Map(_));
        let cause = part.last_event;
        group.running.remove(&parent.index);
        cursor.last_event = cause;
        if is_map {
            group.failed += 1;
            match group.tolerated {
                Some(tolerated) if group.failed <= tolerated => {
                    let failed = EventType::MapIterationFailed;
                    let done = self.note_iteration(&cursor, failed, parent.index, cause);
                    group.tolerated_flows.push(part.into_flow());
                    return self.go_on_with_map(cursor, group, done);
                }
                Some(_) => failure = super::map::too_many_failures(),
                None => {}
            }
        }
        // As recorded on AWS, a task whose failure ends the group is aborted, too, and its failure is the predecessor of
        // everything that follows: of the ends of its siblings as well.
        if matches!(part.node.kind, StateKind::Task(_)) {
            self.note_after(&part, cause, EventType::TaskStateAborted, Details::None);
        }
        let mut parts = std::mem::take(&mut group.tolerated_flows);
        parts.push(part.into_flow());
        for (index, inner) in std::mem::take(&mut group.running) {
            if is_map {
                self.note_iteration(&cursor, EventType::MapIterationAborted, index, cause);
            }
            parts.push(self.abort(inner, cause));
        }
        // The iterations that it ends come before the one that ended them: as seen on AWS, by floci's
        // `AslExecutorParallelCutTest`.
        if is_map {
            self.note_iteration(&cursor, EventType::MapIterationFailed, parent.index, cause);
        }
        cursor.stopped = Some(Box::new(StoppedGroup { group, parts }));
        self.group_failed(cursor, failure);
    }

    pub(super) fn note_iteration(
        &mut self,
        cursor: &Cursor,
        event_type: EventType,
        index: usize,
        previous: EventId,
    ) -> EventId {
        let name = Arc::clone(&cursor.node.name);
        self.note_after(
            cursor,
            previous,
            event_type,
            Details::MapIteration { name, index },
        )
    }

    /// All branches or iterations have succeeded, and with them the state.
    ///
    /// As recorded on AWS, the last event inside is the predecessor both of the success and of the exit.
    pub(super) fn group_succeeded(&mut self, cursor: Cursor, outputs: &[Option<Payload>]) {
        let succeeded = match cursor.node.kind {
            StateKind::Map(_) => EventType::MapStateSucceeded,
            _ => EventType::ParallelStateSucceeded,
        };
        self.note_after(&cursor, cursor.last_event, succeeded, Details::None);
        let outputs = outputs.iter().flatten();
        let result: Value = outputs.map(|output| Value::clone(output)).collect();
        self.leave(cursor, StateResult::Result(&Payload::new(result)));
    }

    /// The state as a whole has failed. As recorded on AWS, no event says so if it is retried.
    pub(super) fn group_failed(&mut self, cursor: Cursor, failure: Failure) {
        let Some(mut cursor) = self.retry_later(cursor, &failure) else {
            return;
        };
        let failed = match cursor.node.kind {
            StateKind::Map(_) => EventType::MapStateFailed,
            _ => EventType::ParallelStateFailed,
        };
        self.note(&mut cursor, failed, Details::None);
        self.catch(cursor, failure);
    }

    pub(super) fn abort_all(&mut self, group: &mut Group, cause: EventId) -> Vec<Flow> {
        let mut parts = std::mem::take(&mut group.tolerated_flows);
        for inner in std::mem::take(&mut group.running).into_values() {
            parts.push(self.abort(inner, cause));
        }
        parts
    }

    /// Aborts a flow because a sibling failed, after everything inside of it.
    fn abort(&mut self, id: FlowId, cause: EventId) -> Flow {
        let mut cursor = self.take(id);
        self.ready.retain(|ready| *ready != id);
        self.timers
            .retain(|_, timer| !matches!(timer, Timer::Wait(of) | Timer::Retry(of) if *of == id));
        self.stored_bytes -= cursor.stored_bytes;
        match std::mem::replace(&mut cursor.phase, Phase::Stopped) {
            // No event of this stay in the state is recorded yet.
            Phase::Ready => {
                cursor.phase = Phase::Ready;
                return cursor.into_flow();
            }
            Phase::Stopped => return cursor.into_flow(),
            Phase::Waiting | Phase::Retrying => {}
            Phase::Task(task) => self.cancel(&task),
            Phase::Reading { task, .. } => {
                self.cancel_reading(task);
                self.note_after(&cursor, cause, EventType::MapRunAborted, Details::None);
            }
            Phase::Group(mut group) => {
                let parts = self.abort_all(&mut group, cause);
                if group.run.is_some() {
                    self.stop_map_run(id, &mut group);
                    self.note_after(&cursor, cause, EventType::MapRunAborted, Details::None);
                }
                cursor.stopped = Some(Box::new(StoppedGroup { group, parts }));
            }
        }
        let aborted = aborted(&cursor.node.kind);
        self.note_after(&cursor, cause, aborted, Details::None);
        cursor.into_flow()
    }
}
