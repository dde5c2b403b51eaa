//! Flows: what runs one state after another.
//!
//! The machine itself is one, and so is each branch of a Parallel and each iteration of a Map.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Execution, TimerKey};
use crate::definition::Program;
use crate::history::{Details, EventId, EventType, Place};
use crate::jsonata::Variables;
use crate::{EpochMillis, Payload, TaskId, TaskToken};

/// Names a flow within its execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FlowId(pub(super) u64);

#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) parent: Option<Parent>,
    /// The level of the program, and the state in it.
    pub(super) level: usize,
    pub(super) state: usize,
    pub(super) input: Payload,
    pub(super) variables: Variables,
    /// How many Parallel and Map states are around the flow.
    pub(super) depth: usize,
    /// The item of the innermost Map around the flow.
    pub(super) item: Option<Arc<Item>>,
    /// What the flow's next event follows.
    pub(super) last_event: EventId,
    pub(super) visit: Visit,
    pub(super) phase: Phase,
    /// The bytes of the variables that the flow itself has set.
    pub(super) stored_bytes: usize,
    /// What was inside of the flow's state when that failed or was ended, for a redrive.
    pub(super) stopped: Option<Box<StoppedGroup>>,
}

/// The state that a flow is part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parent {
    pub(super) flow: FlowId,
    /// The branch or the item.
    pub(super) index: usize,
}

/// `$states.context.Map.Item`.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) index: usize,
    pub(super) value: Payload,
}

/// One stay in a state.
#[derive(Debug, Clone, Default)]
pub(super) struct Visit {
    pub(super) state: Arc<str>,
    pub(super) entered_at: EpochMillis,
    pub(super) entered_event: EventId,
    /// What the event of entering followed.
    pub(super) before_entered: EventId,
    pub(super) retry_count: u64,
    /// How often each retrier of the state was used.
    pub(super) retries: Vec<u64>,
}

/// What a flow is doing.
#[derive(Debug, Clone)]
pub(super) enum Phase {
    /// About to enter its state.
    Ready,
    /// Ended within its state, which a redrive tries again without entering it again.
    Stopped,
    /// Reading the items of a distributed Map.
    Reading(TaskId),
    /// In a Wait.
    Waiting,
    /// Before another attempt.
    Retrying,
    /// Running a task.
    Task(RunningTask),
    /// Running the flows of a Parallel or a Map.
    Group(Box<Group>),
}

#[derive(Debug, Clone)]
pub(super) struct RunningTask {
    pub(super) id: TaskId,
    pub(super) token: Option<TaskToken>,
    /// The timer, and the seconds that it was set to.
    pub(super) timeout: Option<(TimerKey, u64)>,
    /// The same, for the next heartbeat.
    pub(super) heartbeat: Option<(TimerKey, u64)>,
    /// Whether the integration took the request, and its result is still to come.
    pub(super) submitted: bool,
}

/// The flows inside of a Parallel or a Map.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Those that run, by branch or item.
    pub(super) running: BTreeMap<usize, FlowId>,
    /// What each gave; `None` while it runs, and for an item whose failure is tolerated.
    pub(super) outputs: Vec<Option<Payload>>,
    /// The items of a Map; empty for a Parallel.
    pub(super) items: Vec<Payload>,
    /// The first item that has not been started.
    pub(super) next_item: usize,
    pub(super) failed: usize,
    /// How many items may fail; `None` if the first failure is the whole Map's.
    pub(super) tolerated: Option<usize>,
    /// The flows of items whose failure was tolerated.
    pub(super) tolerated_flows: Vec<Flow>,
    /// Only of a distributed Map.
    pub(super) run: Option<Box<MapRun>>,
}

/// What a distributed Map keeps of its run.
#[derive(Debug, Clone)]
pub(super) struct MapRun {
    pub(super) arn: Arc<str>,
    /// The event that it began with.
    pub(super) started: EventId,
    /// How many executions may run at once.
    pub(super) limit: usize,
    /// How many items each execution has; empty if each has one.
    pub(super) weights: Vec<usize>,
    /// The executions that failed.
    pub(super) failed: Vec<(usize, Execution)>,
    pub(super) redrives: u64,
}

/// What is left of a Parallel or a Map that failed or was ended.
#[derive(Debug, Clone)]
pub(super) struct StoppedGroup {
    pub(super) group: Box<Group>,
    /// The flows that did not end well.
    pub(super) parts: Vec<Flow>,
}

impl Flow {
    /// The machine's own.
    pub(super) fn outermost(level: usize, input: Payload) -> Self {
        Self {
            parent: None,
            level,
            state: 0,
            input,
            variables: Variables::default(),
            depth: 0,
            item: None,
            last_event: 0,
            visit: Visit::default(),
            phase: Phase::Ready,
            stored_bytes: 0,
            stopped: None,
        }
    }

    /// One inside of this flow's state, which reads the variables around it and keeps its own.
    pub(super) fn inner(&self, parent: Parent, level: usize, input: Payload) -> Self {
        Self {
            parent: Some(parent),
            level,
            state: 0,
            input,
            variables: Arc::clone(&self.variables),
            depth: self.depth + 1,
            item: self.item.clone(),
            last_event: self.last_event,
            visit: Visit::default(),
            phase: Phase::Ready,
            stored_bytes: 0,
            stopped: None,
        }
    }
}

impl Execution {
    /// Puts a flow at the beginning of its level.
    pub(super) fn open_flow(&mut self, program: &Program, mut flow: Flow) -> FlowId {
        flow.state = program.level(flow.level).map_or(0, |level| level.start);
        let id = FlowId(self.next_number());
        self.flows.insert(id, flow);
        self.ready.push_back(id);
        id
    }

    /// Records an event of a flow.
    pub(super) fn note(&mut self, flow: &mut Flow, event_type: EventType, details: Details) {
        flow.last_event = self.note_after(flow, flow.last_event, event_type, details);
    }

    /// Records an event of a flow that follows another event than the flow's last one.
    pub(super) fn note_after(
        &mut self,
        flow: &Flow,
        previous: EventId,
        event_type: EventType,
        details: Details,
    ) -> EventId {
        let place = Place {
            state: Some(Arc::clone(&flow.visit.state)),
            depth: flow.depth,
            branch: flow.parent.map(|parent| parent.index),
        };
        self.record(previous, event_type, details, place)
    }
}
