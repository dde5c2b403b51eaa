//! Redriving: an execution that did not succeed goes on from the states that it had not left.
//!
//! A Parallel of two branches; the first has succeeded, the second fails at `Ship`, and nothing catches it:
//!
//! ```text
//! end       give_up keeps the outermost flow, with all that ran inside of it:
//!           flow 1 at `Deliver`, Stopped, StoppedGroup { outputs: [Some, None], parts: [flow 3 at `Ship`, Stopped] }
//! redrive   resume(flow 1) becomes flow 9, a Group again with the first output; its part, flow 10, is ready
//! run       enter(flow 10) makes a new attempt of `Ship` without entering the state again
//! ```
//!
//! Source: [Restarting state machine executions with
//! redrive](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html).

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::flow::{Flow, FlowId, Group, Phase, StoppedGroup};
use super::{Execution, Redriven, Status, Timer};
use crate::history::{Details, EventType};
use crate::invariant::Invariant;
use crate::limits::MAX_HISTORY_EVENTS;
use crate::{EpochMillis, WorkflowType};

/// How long after its end an execution can be redriven: "14 days".
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
    /// Goes on after a failure, a stop or a time-out, from the states that were not left: what succeeded is not run
    /// again, retries count from 0, and the machine's `TimeoutSeconds` begin anew.
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
        let flow = self.stopped.take();
        let flow = flow.invariant("a Standard execution that ended without success keeps its outermost flow");
        self.now = self.now.max(now);
        self.status = Status::Running;
        self.stopped_at = None;
        self.timed_from = self.now;
        let count = self.redrive_count() + 1;
        self.redriven = Some(Redriven { count, at: self.now });
        self.record(
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
        self.redriven.map_or(0, |redriven| redriven.count)
    }

    /// Puts a flow back where it stopped. Its Map Runs go on once all flows are back: a child execution may fail at once.
    fn resume(&mut self, mut flow: Flow, map_runs: &mut Vec<FlowId>) -> FlowId {
        let id = FlowId(self.next_number());
        self.stored_bytes += flow.stored_bytes;
        flow.visit.retry_count = 0;
        flow.visit.retries.iter_mut().for_each(|used| *used = 0);
        if !matches!(flow.phase, Phase::Ready) {
            // The predecessor of a new attempt is the event of entering the state, not that of redriving.
            flow.last_event = flow.visit.entered_event;
        }
        if let Some(stopped) = flow.stopped.take() {
            let StoppedGroup { mut group, parts } = *stopped;
            group.failed = 0;
            for mut part in parts {
                let parent = part.parent.as_mut();
                let parent = parent.invariant("a flow inside of a Parallel or a Map has a parent");
                parent.flow = id;
                let index = parent.index;
                group.running.insert(index, self.resume(part, map_runs));
            }
            map_runs.extend(group.run.is_some().then_some(id));
            flow.phase = Phase::Group(group);
        } else {
            self.ready.push_back(id);
        }
        self.flows.insert(id, Box::new(flow));
        id
    }

    /// The group of a Map Run; `None` if the run has ended with one of its child executions, or with a sibling.
    fn open_map_run(&mut self, id: FlowId) -> Option<&mut Group> {
        match &mut self.flows.get_mut(&id)?.phase {
            Phase::Group(group) => Some(group),
            _ => None,
        }
    }

    /// Redrives the child executions of a Map Run that did not succeed. Express ones are started anew.
    fn resume_map_run(&mut self, id: FlowId) {
        let Some(group) = self.open_map_run(id) else {
            return;
        };
        let run = group.run();
        run.redrives += 1;
        let failed = run.failed.len();
        let details = Details::MapRunRedriven {
            arn: Arc::clone(&run.arn),
            count: run.redrives,
        };
        let cursor = self.take(id);
        let node = Arc::clone(&cursor.node);
        self.note_after(&cursor, cursor.last_event, EventType::MapRunRedriven, details);
        self.put_back(cursor);
        for _ in 0..failed {
            let Some(group) = self.open_map_run(id) else {
                return;
            };
            let (index, mut child) = group.run().failed.remove(0);
            let input = group.items.get(index).map(Arc::clone);
            if child.redrive(self.now).is_ok() {
                self.adopt((id, index), child);
            } else {
                let input = input.invariant("each child execution has an input");
                self.start_item_execution((id, index), node.map(), &input);
            }
        }
        self.go_on_with_map_run(id);
    }

    /// Keeps what a redrive resumes, before an end clears it away.
    pub(super) fn keep_for_redrive(&mut self, status: &Status) {
        if self.workflow_type == WorkflowType::Express || matches!(status, Status::Succeeded { .. }) {
            self.stopped = None;
        } else if self.stopped.is_none() {
            let mut flows = self.flows.iter();
            let outermost = flows.find(|(_, flow)| flow.parent.is_none());
            let (id, _) = outermost.invariant("an execution that runs has its outermost flow");
            let id = *id;
            self.stopped = Some(Box::new(self.take_apart(id)));
        }
    }

    /// Takes out a flow and everything inside of it.
    fn take_apart(&mut self, id: FlowId) -> Flow {
        let mut flow = self.take(id).into_flow();
        match std::mem::replace(&mut flow.phase, Phase::Stopped) {
            Phase::Ready => flow.phase = Phase::Ready,
            Phase::Group(mut group) => {
                let mut parts = std::mem::take(&mut group.tolerated_flows);
                for inner in std::mem::take(&mut group.running).into_values() {
                    parts.push(self.take_apart(inner));
                }
                self.stop_map_run(id, &mut group);
                flow.stopped = Some(Box::new(StoppedGroup { group, parts }));
            }
            Phase::Stopped | Phase::Reading { .. } | Phase::Waiting | Phase::Retrying | Phase::Task(_) => {}
        }
        flow
    }
}
