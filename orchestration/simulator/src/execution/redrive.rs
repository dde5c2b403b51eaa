//! Redriving: an execution that did not end well goes on from the states that were not left.
//!
//! Source: [Restarting state machine executions with
//! redrive](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html).

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::flow::{Flow, FlowId, Group, Parent, Phase, StoppedGroup};
use super::map_run::distributed;
use super::{Execution, Kind, Redriven, Status, Timer};
use crate::EpochMillis;
use crate::definition::{Kind as StateKind, Program};
use crate::history::{Details, EventType, Place};
use crate::limits::MAX_HISTORY_EVENTS;

/// How long after its end an execution can be redriven: "14 days".
const REDRIVABLE: Duration = Duration::from_hours(14 * 24);

/// Why an execution cannot be redriven.
///
/// Source: [Redrive
/// eligibility](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-eligibility).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotRedrivable {
    /// It runs.
    #[error("the execution still runs")]
    Running,
    /// It ended well.
    #[error("the execution has succeeded")]
    Succeeded,
    /// Only a Standard execution can be.
    #[error("an Express execution cannot be redriven")]
    Express,
    /// It ended more than 14 days ago.
    #[error("the execution ended more than 14 days ago")]
    TooLate,
    /// Its history has no room for more.
    #[error("the execution's history has no room for more events")]
    HistoryFull,
}

impl Execution {
    /// Goes on after a failure, a stop or a time-out, from the states that were not left: what ended well is not
    /// done again, retries count from 0, and the machine's time begins anew.
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
        if self.kind == Kind::Express {
            return Err(NotRedrivable::Express);
        }
        if self.stopped_at.is_some_and(|end| now.since(end) > REDRIVABLE) {
            return Err(NotRedrivable::TooLate);
        }
        // Room for the event of redriving, and for one more.
        let flow = match self.stopped.take() {
            Some(flow) if self.history.len() + 2 <= MAX_HISTORY_EVENTS => *flow,
            kept => {
                self.stopped = kept;
                return Err(NotRedrivable::HistoryFull);
            }
        };
        let program = Arc::clone(self.machine.program());
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
            Place::default(),
        );
        if let Some(due) = self.deadline() {
            self.set_timer(due, Timer::Machine);
        }
        self.resume(&program, flow);
        self.run(&program);
        Ok(())
    }

    /// How often it was redriven.
    pub fn redrive_count(&self) -> u64 {
        self.redriven.map_or(0, |redriven| redriven.count)
    }

    /// Puts a flow back to where it stood.
    fn resume(&mut self, program: &Program, mut flow: Flow) -> FlowId {
        let id = FlowId(self.next_number());
        self.stored_bytes += flow.stored_bytes;
        flow.visit.retry_count = 0;
        flow.visit.retries.iter_mut().for_each(|used| *used = 0);
        if !matches!(flow.phase, Phase::Ready) {
            // A new attempt follows the event of entering the state, not that of redriving.
            flow.last_event = flow.visit.entered_event;
        }
        if let Some(stopped) = flow.stopped.take() {
            let StoppedGroup { mut group, parts } = *stopped;
            group.failed = 0;
            for mut part in parts {
                let Some(parent) = part.parent else { continue };
                part.parent = Some(Parent { flow: id, ..parent });
                let part_id = self.resume(program, part);
                group.running.insert(parent.index, part_id);
            }
            if group.run.is_some() {
                self.resume_map_run(program, id, flow, group);
            } else {
                flow.phase = Phase::Group(group);
                self.flows.insert(id, flow);
            }
        } else {
            self.flows.insert(id, flow);
            self.ready.push_back(id);
        }
        id
    }

    /// Redrives the executions of a distributed Map that did not end well. Express ones are started anew.
    fn resume_map_run(&mut self, program: &Program, id: FlowId, mut flow: Flow, mut group: Box<Group>) {
        let Some(run) = &mut group.run else { return };
        run.redrives += 1;
        let failed = std::mem::take(&mut run.failed);
        let details = Details::MapRunRedriven {
            arn: Arc::clone(&run.arn),
            count: run.redrives,
        };
        self.note_after(&flow, flow.last_event, EventType::MapRunRedriven, details);
        let inputs = group.items.clone();
        let node = program.node(flow.level, flow.state);
        flow.phase = Phase::Group(group);
        self.flows.insert(id, flow);
        for (index, mut child) in failed {
            if child.redrive(self.now).is_ok() {
                self.adopt(program, (id, index), child);
            } else if let (Some(node), Some(input)) = (node, inputs.get(index))
                && let (Some(distributed), StateKind::Map(map)) = (distributed(node), &node.kind)
            {
                let start = self.child_start(distributed, input);
                self.start_child(program, (id, index), start, map.processor);
            }
        }
        self.go_on_with_map_run(program, id);
    }

    /// Keeps what a redrive would go on with, before an end clears it away.
    pub(super) fn keep_for_redrive(&mut self, status: &Status) {
        if self.kind == Kind::Express || matches!(status, Status::Succeeded { .. }) {
            self.stopped = None;
            return;
        }
        if self.stopped.is_some() {
            return;
        }
        let outermost = self
            .flows
            .iter()
            .find(|(_, flow)| flow.parent.is_none())
            .map(|(id, _)| *id);
        self.stopped = outermost.and_then(|id| self.take_apart(id)).map(Box::new);
    }

    /// Takes out a flow and everything inside of it.
    fn take_apart(&mut self, id: FlowId) -> Option<Flow> {
        let mut flow = self.flows.remove(&id)?;
        match std::mem::replace(&mut flow.phase, Phase::Stopped) {
            Phase::Ready => flow.phase = Phase::Ready,
            Phase::Group(mut group) => {
                let mut parts = std::mem::take(&mut group.tolerated_flows);
                for inner in std::mem::take(&mut group.running).into_values() {
                    parts.extend(self.take_apart(inner));
                }
                self.stop_map_run(id, &mut group);
                flow.stopped = Some(Box::new(StoppedGroup { group, parts }));
            }
            Phase::Stopped | Phase::Reading(_) | Phase::Waiting | Phase::Retrying | Phase::Task(_) => {}
        }
        Some(flow)
    }
}
