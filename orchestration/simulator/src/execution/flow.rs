//! Flows: each runs one state after another.
//!
//! The machine's own block of states is one flow. At a Parallel or a Map, a flow forks: each branch or iteration is a flow
//! inside of it. Here, "branch" means either.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Execution, TimerKey};
use crate::history::EventId;
use crate::invariant::{Invariant, broken};
use crate::jsonata::Variables;
use crate::{EpochMillis, SharedValue, TaskId, TaskToken};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FlowId(pub(super) u64);

#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) parent: Option<Parent>,
    /// The index of the block of states in the program, and of the state in the block.
    pub(super) block: usize,
    pub(super) state: usize,
    pub(super) input: SharedValue,
    pub(super) variables: Variables,
    /// How many Parallel and Map states are around the flow.
    pub(super) depth: usize,
    /// The item of the innermost Map around the flow.
    pub(super) item: Option<Arc<Item>>,
    /// The predecessor of the flow's next event.
    pub(super) last_event: EventId,
    pub(super) visit: Visit,
    pub(super) phase: Phase,
    /// The bytes of the variables that the flow itself has set.
    pub(super) stored_bytes: usize,
    /// The branches of the flow's state when that failed or was aborted, for a redrive.
    pub(super) stopped_fork: Option<Box<StoppedFork>>,
}

/// The flow that a branch is inside of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parent {
    pub(super) flow: FlowId,
    /// The index of the branch or the item.
    pub(super) index: usize,
}

/// `$states.context.Map.Item`.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) index: usize,
    pub(super) value: SharedValue,
}

/// One visit of a state, from entering to exiting it, with all of its attempts.
#[derive(Debug, Clone, Default)]
pub(super) struct Visit {
    pub(super) entered_at: EpochMillis,
    pub(super) entered_event: EventId,
    /// The predecessor of the event of entering.
    pub(super) before_entered: EventId,
    pub(super) retry_count: u64,
    /// How often each retrier of the state was used.
    pub(super) retries: Vec<u64>,
}

/// What a flow waits for.
#[derive(Debug, Clone)]
pub(super) enum Phase {
    /// The scheduler, to enter its state.
    Ready,
    /// A redrive. The state is then tried again without being entered again.
    Stopped,
    /// The items of a distributed Map.
    Reading { task: TaskId, run_arn: Arc<str> },
    /// The end of a Wait.
    Waiting,
    /// The end of a back-off.
    Retrying,
    /// A task.
    Task(RunningTask),
    /// The branches of a Parallel or a Map.
    Fork(Box<Fork>),
}

#[derive(Debug, Clone)]
pub(super) struct RunningTask {
    pub(super) id: TaskId,
    pub(super) token: Option<TaskToken>,
    pub(super) timeout: Option<Deadline>,
    pub(super) heartbeat: Option<Deadline>,
    pub(super) stage: AttemptStage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttemptStage {
    /// The integration has not responded.
    Called,
    /// It has accepted the request, and its result is still to come.
    Submitted,
}

/// A timer of a task, and the seconds that it was set to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    pub(super) timer: TimerKey,
    pub(super) seconds: u64,
}

/// A Parallel or a Map that runs, with its branches.
#[derive(Debug, Clone, Default)]
pub(super) struct Fork {
    /// Those that run, by branch or item.
    pub(super) running: BTreeMap<usize, FlowId>,
    /// The output of each; `None` while it runs, and for an item whose failure is tolerated.
    pub(super) outputs: Vec<Option<SharedValue>>,
    /// The items of a Map; empty for a Parallel.
    pub(super) items: Vec<SharedValue>,
    /// The first item that has not been started.
    pub(super) next_item: usize,
    pub(super) failed: usize,
    /// How many items may fail; `None` if the first failure fails the whole Map.
    pub(super) tolerated: Option<usize>,
    /// The flows of items whose failure was tolerated.
    pub(super) tolerated_flows: Vec<Flow>,
    /// Only of a distributed Map.
    pub(super) map_run: Option<Box<MapRun>>,
}

#[derive(Debug, Clone)]
pub(super) struct MapRun {
    pub(super) arn: Arc<str>,
    pub(super) started: EventId,
    /// How many child executions may run at once.
    pub(super) limit: usize,
    /// How many items each child execution has.
    pub(super) weights: Vec<usize>,
    /// The child executions that failed, by item or batch.
    pub(super) failed: Vec<(usize, Execution)>,
    pub(super) redrives: u64,
}

/// A Parallel or a Map that failed or was aborted.
#[derive(Debug, Clone)]
pub(super) struct StoppedFork {
    pub(super) fork: Box<Fork>,
    /// Those that did not succeed.
    pub(super) branches: Vec<Flow>,
}

impl Flow {
    /// The flow of a whole execution.
    pub(super) fn outermost(block: usize, input: SharedValue) -> Self {
        Self {
            parent: None,
            block,
            state: 0,
            input,
            variables: Variables::default(),
            depth: 0,
            item: None,
            last_event: 0,
            visit: Visit::default(),
            phase: Phase::Ready,
            stored_bytes: 0,
            stopped_fork: None,
        }
    }

    /// A flow inside of this flow's state, which reads the variables around it and has its own.
    pub(super) fn inner(&self, parent: Parent, block: usize, input: SharedValue) -> Self {
        Self {
            parent: Some(parent),
            variables: Arc::clone(&self.variables),
            depth: self.depth + 1,
            item: self.item.clone(),
            last_event: self.last_event,
            ..Self::outermost(block, input)
        }
    }

    pub(super) fn take_task(&mut self) -> RunningTask {
        match std::mem::replace(&mut self.phase, Phase::Ready) {
            Phase::Task(task) => task,
            _ => broken("every task id, token and task timer refers to a flow that runs the task"),
        }
    }

    pub(super) fn take_fork(&mut self) -> Box<Fork> {
        match std::mem::replace(&mut self.phase, Phase::Ready) {
            Phase::Fork(fork) => fork,
            _ => broken("the parent of a branch is at a Parallel or a Map"),
        }
    }
}

impl Fork {
    pub(super) fn set_output(&mut self, index: usize, output: SharedValue) {
        self.running.remove(&index);
        let slot = self.outputs.get_mut(index);
        *slot.expect_invariant("each branch and each item has a slot for its output") = Some(output);
    }

    pub(super) fn map_run(&mut self) -> &mut MapRun {
        self.map_run
            .as_mut()
            .expect_invariant("child executions are started by a distributed Map only")
    }
}
