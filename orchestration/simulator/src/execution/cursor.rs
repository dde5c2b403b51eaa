//! Cursors: a flow on its way from one state to the next.
//!
//! Between events, the flows of an execution rest in its table. What moves one (a task's result, a timer, the
//! scheduler) takes it out as a [`Cursor`], which knows the state as well. The cursor is handed from function to function
//! until the flow rests again, is ready for its next state, or has ended:
//!
//! ```text
//! TaskEvent::Succeeded { id: 7 }
//!   take(flow 1)      the cursor: flow 1 at `Charge`, whose task 7 runs
//!   task_succeeded    TaskSucceeded; timers and token of the task are cleared
//!   exit              Output and Assign are evaluated; TaskStateExited
//!   depart            to `Ship`: put back and queued for the scheduler, which enters the state
//!                     to the end: the flow is gone, and its output is given to the flow around it
//! ```

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::Execution;
use super::flow::{Flow, FlowId, Phase};
use crate::definition::StateNode;
use crate::history::{Details, EventId, EventType, Location};
use crate::invariant::Invariant;

/// A flow that is taken out of its execution, at the state in which it is.
pub(super) struct Cursor {
    pub(super) id: FlowId,
    pub(super) node: Arc<StateNode>,
    /// An allocation of its own: moving the flow then moves a pointer, and the table of flows, most often of one to
    /// three, has no empty places of this size.
    flow: Box<Flow>,
}

impl Deref for Cursor {
    type Target = Flow;

    fn deref(&self) -> &Flow {
        &self.flow
    }
}

impl DerefMut for Cursor {
    fn deref_mut(&mut self) -> &mut Flow {
        &mut self.flow
    }
}

impl Cursor {
    /// What a redrive needs of a flow that did not succeed.
    pub(super) fn into_flow(self) -> Flow {
        *self.flow
    }
}

impl Execution {
    pub(super) fn take(&mut self, id: FlowId) -> Cursor {
        let flow = self.flows.remove(&id);
        self.cursor(
            id,
            flow.invariant("tasks, timers, parts and the ready queue belong to flows that run"),
        )
    }

    pub(super) fn cursor(&self, id: FlowId, flow: Box<Flow>) -> Cursor {
        let node = Arc::clone(self.machine.program().node(flow.level, flow.state));
        Cursor { id, node, flow }
    }

    /// Puts a flow back as it is.
    pub(super) fn put_back(&mut self, cursor: Cursor) {
        self.flows.insert(cursor.id, cursor.flow);
    }

    /// Puts a flow back, to wait for something.
    pub(super) fn park(&mut self, mut cursor: Cursor, phase: Phase) {
        cursor.phase = phase;
        self.put_back(cursor);
    }

    /// Puts a new flow before the first state of its level.
    pub(super) fn open_flow(&mut self, mut flow: Flow) -> FlowId {
        flow.state = self.machine.program().start_of(flow.level);
        let id = FlowId(self.next_number());
        self.flows.insert(id, Box::new(flow));
        self.ready.push_back(id);
        id
    }

    pub(super) fn note(&mut self, cursor: &mut Cursor, event_type: EventType, details: Details) {
        cursor.last_event = self.note_after(cursor, cursor.last_event, event_type, details);
    }

    /// Records an event of a flow with another predecessor than the flow's last event.
    pub(super) fn note_after(
        &mut self,
        cursor: &Cursor,
        previous: EventId,
        event_type: EventType,
        details: Details,
    ) -> EventId {
        let location = Location {
            state: Some(Arc::clone(&cursor.node.name)),
            depth: cursor.depth,
            branch: cursor.parent.map(|parent| parent.index),
        };
        self.record_at(location, previous, event_type, details)
    }
}
