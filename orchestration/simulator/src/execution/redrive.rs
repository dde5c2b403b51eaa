//! Redrives: an execution that did not succeed resumes at the states that it had not exited.
//!
//! A Parallel of two branches; the first has succeeded, the second fails at `Ship`, and nothing catches it:
//!
//! ```text
//! end       fail_flow saves the outermost flow, with everything inside of it:
//!           flow 1 at `Deliver`, Stopped, StoppedFork { outputs: [Some, None], branches: [flow 3 at `Ship`, Stopped] }
//! redrive   resume(flow 1) becomes flow 9, a Fork again with the first output; its branch, flow 10, is ready
//! run       enter_state(flow 10) makes a new attempt of `Ship` without entering the state again
//! ```
//!
//! Source: [Restarting state machine executions with
//! redrive](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html).

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::flow::{Flow, FlowId, Fork, Phase, StoppedFork};
use super::{Execution, RedriveInfo, Status, Timer};
use crate::history::{Details, EventType};
use crate::invariant::Invariant;
use crate::limits::MAX_HISTORY_EVENTS;
use crate::{EpochMillis, WorkflowType};

/// How long after its end an execution can be redrive: "14 days".
const REDRIVABLE: Duration = Duration::from_hours(14 * 24);

/// Why an execution cannot be redriven.
///
/// Source: [Redrive
/// eligibility](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-eligibility).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotRedrivable {
    #[error("the execution still runs")]
    Running,
    #[error("the execution has succeeded")]
    Succeeded,
    #[error("an Express execution cannot be redriven")]
    Express,
    #[error("the execution ended more than 14 days ago")]
    TooLate,
    #[error("the execution's history has no room for more events")]
    HistoryFull,
}

impl Execution {
    /// Resumes after a failure, a stop or a timeout, at the states that were not exited: what succeeded is not run
    /// again, retries count from 0, and the machine's `TimeoutSeconds` start again.
    ///
    /// ```
    /// use serde_json::json;
    /// use simulator::{Command, EpochMillis, Execution, Machine, Start, TaskEvent};
    ///
    /// let machine = Machine::from_json(
    ///     r#"{"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": {
    ///         "Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:ask", "End": true}}}"#,
    /// )?;
    /// let mut execution = Execution::start(machine, Start::new("first", json!({})));
    /// execution.stop(execution.now(), None, None);
    ///
    /// execution.redrive(execution.now())?;
    /// assert!(execution.status().is_running());
    /// assert_eq!(execution.redrive_count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it runs, has succeeded, is an Express execution, ended too long ago or has too long a history.
    pub fn redrive(&mut self, now: EpochMillis) -> Result<(), NotRedrivable> {
        match self.status {
            Status::Running => return Err(NotRedrivable::Running),
            Status::Succeeded { .. } => return Err(NotRedrivable::Succeeded),
            Status::Failed { .. } | Status::TimedOut | Status::Aborted => {}
        }
        if self.workflow_type == WorkflowType::Express {
            return Err(NotRedrivable::Express);
        }
        if self.stopped_at.is_some_and(|end| now.since(end) > REDRIVABLE) {
            return Err(NotRedrivable::TooLate);
        }
        // Room for the event of redriving, and for one more.
        if self.history.len() + 2 > MAX_HISTORY_EVENTS {
            return Err(NotRedrivable::HistoryFull);
        }
        let flow = self.saved_for_redrive.take();
        let flow = flow
            .expect_invariant("a Standard execution that ended without success has saved its outermost flow");
        self.now = self.now.max(now);
        self.status = Status::Running;
        self.stopped_at = None;
        self.timeout_start = self.now;
        let count = self.redrive_count() + 1;
        self.redrive = Some(RedriveInfo { count, at: self.now });
        self.push_execution_event(
            0,
            EventType::ExecutionRedriven,
            Details::ExecutionRedriven { count },
        );
        if let Some(due) = self.deadline() {
            self.set_timer(due, Timer::Machine);
        }
        let mut map_runs = Vec::new();
        self.resume(*flow, &mut map_runs);
        for id in map_runs {
            self.resume_map_run(id);
        }
        self.run();
        Ok(())
    }

    pub fn redrive_count(&self) -> u64 {
        self.redrive.map_or(0, |redriven| redriven.count)
    }

    /// Restores a flow and its branches. Resume the Map Runs last: a child execution may fail at once and abort flows that
    /// are not restored yet.
    fn resume(&mut self, mut flow: Flow, map_runs: &mut Vec<FlowId>) -> FlowId {
        let id = FlowId(self.next_number());
        self.stored_bytes += flow.stored_bytes;
        flow.visit.retry_count = 0;
        flow.visit.retries.iter_mut().for_each(|used| *used = 0);
        if !matches!(flow.phase, Phase::Ready) {
            // The predecessor of a new attempt is the event of entering the state, not that of redriving.
            flow.last_event = flow.visit.entered_event;
        }
        if let Some(stopped) = flow.stopped_fork.take() {
            let StoppedFork { mut fork, branches } = *stopped;
            fork.failed = 0;
            for mut branch in branches {
                let parent = branch.parent.as_mut();
                let parent = parent.expect_invariant("a flow inside of a Parallel or a Map has a parent");
                parent.flow = id;
                let index = parent.index;
                fork.running.insert(index, self.resume(branch, map_runs));
            }
            map_runs.extend(fork.map_run.is_some().then_some(id));
            flow.phase = Phase::Fork(fork);
        } else {
            self.ready.push_back(id);
        }
        self.flows.insert(id, Box::new(flow));
        id
    }

    /// The fork of a Map Run that runs; `None` if a child execution or a sibling has ended the run.
    fn running_map_run(&mut self, id: FlowId) -> Option<&mut Fork> {
        match &mut self.flows.get_mut(&id)?.phase {
            Phase::Fork(fork) => Some(fork),
            _ => None,
        }
    }

    /// Redrives the child executions of a Map Run that did not succeed. Express ones are started again.
    fn resume_map_run(&mut self, id: FlowId) {
        let Some(fork) = self.running_map_run(id) else {
            return;
        };
        let run = fork.map_run();
        run.redrives += 1;
        let failed = run.failed.len();
        let details = Details::MapRunRedriven {
            arn: Arc::clone(&run.arn),
            count: run.redrives,
        };
        let cursor = self.take(id);
        let node = Arc::clone(&cursor.node);
        self.push_event_after(&cursor, cursor.last_event, EventType::MapRunRedriven, details);
        self.put_back(cursor);
        for _ in 0..failed {
            let Some(fork) = self.running_map_run(id) else {
                return;
            };
            let (index, mut child) = fork.map_run().failed.remove(0);
            let input = fork.items.get(index).map(Arc::clone);
            if child.redrive(self.now).is_ok() {
                self.register_child((id, index), child);
            } else {
                let input = input.expect_invariant("each child execution has an input");
                self.start_item_execution((id, index), node.map(), &input);
            }
        }
        self.continue_map_run(id);
    }

    /// Saves the flows that a redrive would resume.
    pub(super) fn save_for_redrive(&mut self, status: &Status) {
        if self.workflow_type == WorkflowType::Express || matches!(status, Status::Succeeded { .. }) {
            self.saved_for_redrive = None;
        } else if self.saved_for_redrive.is_none() {
            let mut flows = self.flows.iter();
            let outermost = flows.find(|(_, flow)| flow.parent.is_none());
            let (id, _) = outermost.expect_invariant("an execution that runs has its outermost flow");
            let id = *id;
            self.saved_for_redrive = Some(Box::new(self.detach(id)));
        }
    }

    /// Removes a flow and everything inside of it.
    fn detach(&mut self, id: FlowId) -> Flow {
        let mut flow = self.take(id).into_flow();
        match std::mem::replace(&mut flow.phase, Phase::Stopped) {
            Phase::Ready => flow.phase = Phase::Ready,
            Phase::Fork(mut fork) => {
                let mut branches = std::mem::take(&mut fork.tolerated_flows);
                for inner in std::mem::take(&mut fork.running).into_values() {
                    branches.push(self.detach(inner));
                }
                self.stop_map_run(id, &mut fork);
                flow.stopped_fork = Some(Box::new(StoppedFork { fork, branches }));
            }
            Phase::Stopped | Phase::Reading { .. } | Phase::Waiting | Phase::Retrying | Phase::Task(_) => {}
        }
        flow
    }
}
