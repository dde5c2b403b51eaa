//! What Parallel and Map have in common: flows inside of a state.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::flow::{Flow, FlowId, Group, Parent, Phase, StoppedGroup};
use super::steps::Outcome;
use super::{Command, Execution, Timer};
use crate::Payload;
use crate::definition::{Kind, Program, StateNode};
use crate::failure::Failure;
use crate::history::{Details, EventId, EventType};
use crate::template::Template;

impl Execution {
    /// Starts all branches.
    pub(super) fn start_parallel(
        &mut self,
        program: &Program,
        id: FlowId,
        mut flow: Flow,
        node: &StateNode,
        arguments: Option<&Template>,
        branches: &[usize],
    ) {
        let input = match arguments {
            None => Ok(Arc::clone(&flow.input)),
            Some(template) => self.evaluate(&mut flow, node, None, None, |scope, world| {
                Ok(template.evaluate("Arguments", &scope, world)?)
            }),
        };
        let input = match input {
            Ok(input) => input,
            Err(failure) => return self.group_failed(program, id, flow, node, failure),
        };
        self.note(&mut flow, EventType::ParallelStateStarted, Details::None);
        if branches.is_empty() {
            return self.group_succeeded(program, id, flow, node, &[]);
        }
        let mut running = BTreeMap::new();
        for (index, level) in branches.iter().enumerate() {
            let branch = flow.inner(Parent { flow: id, index }, *level, Arc::clone(&input));
            running.insert(index, self.open_flow(program, branch));
        }
        flow.phase = Phase::Group(Box::new(Group {
            running,
            outputs: vec![None; branches.len()],
            items: Vec::new(),
            next_item: 0,
            failed: 0,
            tolerated: None,
            tolerated_flows: Vec::new(),
            run: None,
        }));
        self.flows.insert(id, flow);
    }

    /// A branch or an iteration ended well.
    pub(super) fn part_succeeded(
        &mut self,
        program: &Program,
        parent: Parent,
        last_event: EventId,
        output: Payload,
    ) {
        let Some(mut flow) = self.flows.remove(&parent.flow) else {
            return;
        };
        let Some(node) = program.node(flow.level, flow.state) else {
            return;
        };
        let Phase::Group(mut group) = std::mem::replace(&mut flow.phase, Phase::Ready) else {
            return;
        };
        group.running.remove(&parent.index);
        if let Some(slot) = group.outputs.get_mut(parent.index) {
            *slot = Some(output);
        }
        flow.last_event = last_event;
        if let Kind::Map(map) = &node.kind {
            let done = self.note_iteration(
                &flow,
                node,
                EventType::MapIterationSucceeded,
                parent.index,
                last_event,
            );
            return self.go_on_with_map(program, parent.flow, flow, node, map, group, done);
        }
        if group.running.is_empty() {
            self.group_succeeded(program, parent.flow, flow, node, &group.outputs);
        } else {
            flow.phase = Phase::Group(group);
            self.flows.insert(parent.flow, flow);
        }
    }

    /// A branch or an iteration failed.
    pub(super) fn part_failed(&mut self, program: &Program, parent: Parent, part: Flow, failure: Failure) {
        let Some(mut flow) = self.flows.remove(&parent.flow) else {
            return;
        };
        let Some(node) = program.node(flow.level, flow.state) else {
            return;
        };
        let Phase::Group(mut group) = std::mem::replace(&mut flow.phase, Phase::Ready) else {
            return;
        };
        let cause = part.last_event;
        group.running.remove(&parent.index);
        flow.last_event = cause;
        let mut failure = failure;
        if let Kind::Map(map) = &node.kind {
            group.failed += 1;
            match group.tolerated {
                Some(tolerated) if group.failed <= tolerated => {
                    let failed = EventType::MapIterationFailed;
                    let done = self.note_iteration(&flow, node, failed, parent.index, cause);
                    group.tolerated_flows.push(part);
                    return self.go_on_with_map(program, parent.flow, flow, node, map, group, done);
                }
                Some(_) => failure = super::map::too_many_failures(),
                None => {}
            }
        }
        // As recorded on AWS, a task whose failure ends the group is aborted, too, and everything follows its
        // failure: its siblings' ends as well.
        if let Some(Kind::Task(_)) = program.node(part.level, part.state).map(|node| &node.kind) {
            self.note_after(&part, cause, EventType::TaskStateAborted, Details::None);
        }
        let mut parts = std::mem::take(&mut group.tolerated_flows);
        parts.push(part);
        for (index, inner) in std::mem::take(&mut group.running) {
            if matches!(node.kind, Kind::Map(_)) {
                self.note_iteration(&flow, node, EventType::MapIterationAborted, index, cause);
            }
            parts.extend(self.abort(program, inner, cause));
        }
        // The iterations that it ends come before the one that ended them: as seen on AWS, by floci's
        // `AslExecutorParallelCutTest`.
        if matches!(node.kind, Kind::Map(_)) {
            self.note_iteration(&flow, node, EventType::MapIterationFailed, parent.index, cause);
        }
        flow.stopped = Some(Box::new(StoppedGroup { group, parts }));
        self.group_failed(program, parent.flow, flow, node, failure);
    }

    fn note_iteration(
        &mut self,
        flow: &Flow,
        node: &StateNode,
        event_type: EventType,
        index: usize,
        previous: EventId,
    ) -> EventId {
        let details = Details::MapIteration {
            name: Arc::clone(&node.name),
            index,
        };
        self.note_after(flow, previous, event_type, details)
    }

    /// All branches or iterations ended, and the state did well.
    ///
    /// As recorded on AWS, both the success and the exit follow the last event inside.
    pub(super) fn group_succeeded(
        &mut self,
        program: &Program,
        id: FlowId,
        flow: Flow,
        node: &StateNode,
        outputs: &[Option<Payload>],
    ) {
        let succeeded = match node.kind {
            Kind::Map(_) => EventType::MapStateSucceeded,
            _ => EventType::ParallelStateSucceeded,
        };
        self.note_after(&flow, flow.last_event, succeeded, Details::None);
        let result = outputs
            .iter()
            .flatten()
            .map(|output| Value::clone(output))
            .collect::<Value>();
        self.leave(program, id, flow, node, Outcome::Result(&Payload::new(result)));
    }

    /// The state as a whole failed. As recorded on AWS, no event says so if it is tried again.
    pub(super) fn group_failed(
        &mut self,
        program: &Program,
        id: FlowId,
        flow: Flow,
        node: &StateNode,
        failure: Failure,
    ) {
        let Some(mut flow) = self.retry_later(id, flow, node, &failure) else {
            return;
        };
        let failed = match node.kind {
            Kind::Map(_) => EventType::MapStateFailed,
            _ => EventType::ParallelStateFailed,
        };
        self.note(&mut flow, failed, Details::None);
        self.catch(program, id, flow, node, failure);
    }

    /// Ends all flows of a group.
    pub(super) fn abort_all(&mut self, program: &Program, group: &mut Group, cause: EventId) -> Vec<Flow> {
        let mut parts = std::mem::take(&mut group.tolerated_flows);
        for inner in std::mem::take(&mut group.running).into_values() {
            parts.extend(self.abort(program, inner, cause));
        }
        parts
    }

    /// Ends a flow because a sibling failed, and everything inside of it before; gives what is left of it.
    fn abort(&mut self, program: &Program, id: FlowId, cause: EventId) -> Option<Flow> {
        let mut flow = self.flows.remove(&id)?;
        let node = program.node(flow.level, flow.state);
        self.ready.retain(|ready| *ready != id);
        self.timers
            .retain(|_, timer| !matches!(timer, Timer::Wait(of) | Timer::Retry(of) if *of == id));
        self.stored_bytes -= flow.stored_bytes;
        let aborted = match std::mem::replace(&mut flow.phase, Phase::Stopped) {
            Phase::Ready => {
                flow.phase = Phase::Ready;
                return Some(flow);
            }
            Phase::Stopped => return Some(flow),
            Phase::Waiting => Some(EventType::WaitStateAborted),
            Phase::Task(task) => {
                flow.phase = Phase::Task(task);
                if let Some(id) = self.close_task(&mut flow) {
                    self.commands.push_back(Command::CancelTask { id });
                }
                flow.phase = Phase::Stopped;
                Some(EventType::TaskStateAborted)
            }
            Phase::Reading(task) => {
                self.tasks.remove(&task);
                self.commands.push_back(Command::CancelTask { id: task });
                self.note_after(&flow, cause, EventType::MapRunAborted, Details::None);
                Some(EventType::MapStateAborted)
            }
            Phase::Retrying => node.map(|node| aborted(&node.kind)),
            Phase::Group(mut group) => {
                let parts = self.abort_all(program, &mut group, cause);
                if group.run.is_some() {
                    self.stop_map_run(id, &mut group);
                    self.note_after(&flow, cause, EventType::MapRunAborted, Details::None);
                }
                flow.stopped = Some(Box::new(StoppedGroup { group, parts }));
                node.map(|node| aborted(&node.kind))
            }
        };
        if let Some(aborted) = aborted {
            self.note_after(&flow, cause, aborted, Details::None);
        }
        Some(flow)
    }
}

fn aborted(kind: &Kind) -> EventType {
    match kind {
        Kind::Parallel { .. } => EventType::ParallelStateAborted,
        Kind::Map(_) => EventType::MapStateAborted,
        _ => EventType::TaskStateAborted,
    }
}
