//! Cursors: a flow on its way from one state to the next.
//!
//! Between events, all flows of an execution are in its `flows` map. Whatever moves one (a task's result, a timer, the
//! scheduler) takes it out as a [`Cursor`], which has the state's node as well. The cursor is passed from function to
//! function until the flow waits again, is ready for its next state, or has ended:
//!
//! ```text
//! TaskEvent::Succeeded { id: 7 }
//!   take(flow 1)      the cursor: flow 1 at `Charge`, whose task 7 runs
//!   task_succeeded    TaskSucceeded; timers and token of the task are cleared
//!   exit_via          Output and Assign are evaluated; TaskStateExited
//!   transition_to     a state, `Ship`: the flow is put back and queued for the scheduler, which enters the state;
//!                     the end: the flow is dropped, and its output goes to the flow around it
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
    /// Boxed, so that moving a cursor moves a pointer and the mostly small `flows` map wastes no space.
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
    pub(super) fn into_flow(self) -> Flow {
        *self.flow
    }
}

impl Execution {
    pub(super) fn take(&mut self, id: FlowId) -> Cursor {
        let flow = self.flows.remove(&id);
        self.cursor(
            id,
            flow.expect_invariant("every task, timer, branch and queue entry refers to an existing flow"),
        )
    }

    pub(super) fn cursor(&self, id: FlowId, flow: Box<Flow>) -> Cursor {
        let node = Arc::clone(self.machine.program().node(flow.block, flow.state));
        Cursor { id, node, flow }
    }

    /// Puts a flow back unchanged.
    pub(super) fn put_back(&mut self, cursor: Cursor) {
        self.flows.insert(cursor.id, cursor.flow);
    }

    pub(super) fn park(&mut self, mut cursor: Cursor, phase: Phase) {
        cursor.phase = phase;
        self.put_back(cursor);
    }

    /// Queues a new flow at the first state of its block.
    pub(super) fn start_flow(&mut self, mut flow: Flow) -> FlowId {
        flow.state = self.machine.program().start_of(flow.block);
        let id = FlowId(self.next_number());
        self.flows.insert(id, Box::new(flow));
        self.ready.push_back(id);
        id
    }

    pub(super) fn push_event(&mut self, cursor: &mut Cursor, event_type: EventType, details: Details) {
        cursor.last_event = self.push_event_after(cursor, cursor.last_event, event_type, details);
    }

    /// Appends an event of a flow with another predecessor than the flow's last event.
    pub(super) fn push_event_after(
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
        self.push_event_at(location, previous, event_type, details)
    }
}
