//! Crash recovery: going on after nobody drove the execution for a while.

use super::children::ChildKey;
use super::flow::{AttemptStage, FlowId, Phase};
use super::{EpochMillis, Execution, Timer};
use crate::TaskId;

impl Execution {
    /// Goes on after nobody drove the execution until `now`, as after a restart of its driver. Says whether
    /// that changed anything.
    ///
    /// Tasks that were running are to be run again (at least once, as on AWS), and have all of their time again. Timers
    /// that are overdue fire now, not when they were due, so that what follows from them has its time, too. A callback
    /// keeps its time-out: the time of whoever holds the token went on. Only its heartbeats begin anew, since nobody
    /// could take any. If the machine's own time ran out meanwhile, it gets back what was left at the last event.
    ///
    /// ```
    /// use serde_json::json;
    /// use simulator::{EpochMillis, Execution, Machine, Start};
    ///
    /// let machine = Machine::from_json(
    ///     r#"{"QueryLanguage": "JSONata", "StartAt": "Day", "States": {
    ///         "Day": {"Type": "Wait", "Seconds": 86400, "Next": "Night"},
    ///         "Night": {"Type": "Wait", "Seconds": 60, "End": true}}}"#,
    /// )?;
    /// let mut execution =
    ///     Execution::start(machine, Start { now: EpochMillis::new(0), ..Start::new("first", json!({})) });
    ///
    /// assert!(execution.wake(EpochMillis::new(100_000_000)));
    /// assert_eq!(execution.next_timer(), Some(EpochMillis::new(100_060_000)));
    /// # Ok::<(), simulator::DefinitionError>(())
    /// ```
    pub fn wake(&mut self, now: EpochMillis) -> bool {
        let changes = self.is_attempting() || self.next_timer().is_some_and(|due| due <= now);
        if changes {
            let before = self.now;
            self.now = self.now.max(now);
            self.wake_children(now);
            self.give_time_back(before);
            self.begin_attempts_anew();
            self.fire(|due| due <= now);
        }
        changes
    }

    /// Whether a wake would begin an attempt anew, here or in a child execution.
    fn is_attempting(&self) -> bool {
        self.flows.values().any(|flow| match &flow.phase {
            Phase::Task(task) => task.heartbeat.is_some() || self.tasks.contains_key(&task.id),
            _ => false,
        }) || self.children.running.values().any(Self::is_attempting)
    }

    fn wake_children(&mut self, now: EpochMillis) {
        let keys: Vec<ChildKey> = self.children.running.keys().copied().collect();
        for key in keys {
            // The end of one may have stopped others.
            if let Some(child) = self.children.running.get_mut(&key) {
                child.wake(now);
                self.settle_child(key);
                self.go_on_with_map_run(key.0);
            }
        }
        self.run();
    }

    /// Without it, an execution whose callback timed out meanwhile could not handle that time-out.
    fn give_time_back(&mut self, before: EpochMillis) {
        if self.deadline().is_none_or(|deadline| deadline > self.now) {
            return;
        }
        self.timed_from = self.timed_from + (self.now - before);
        // The execution may have ended with one of its child executions, and with it its timers.
        let mut timers = self.timers.iter();
        let timer = timers.find(|(_, timer)| matches!(timer, Timer::Machine));
        if let (Some(key), Some(due)) = (timer.map(|(key, _)| *key), self.deadline()) {
            self.timers.remove(&key);
            self.set_timer(due, Timer::Machine);
        }
    }

    fn begin_attempts_anew(&mut self) {
        let flows: Vec<FlowId> = self.flows.keys().copied().collect();
        for id in flows {
            let mut cursor = self.take(id);
            if let Phase::Task(task) = &mut cursor.phase {
                let is_called = task.stage == AttemptStage::Called && self.tasks.contains_key(&task.id);
                if let Some(timeout) = &mut task.timeout
                    && is_called
                    && task.token.is_none()
                {
                    self.renew(timeout, Timer::TaskTimeout(id));
                }
                if let Some(heartbeat) = &mut task.heartbeat {
                    self.renew(heartbeat, Timer::Heartbeat(id));
                }
            }
            self.put_back(cursor);
        }
    }

    /// The stage of the attempt of that id; `None` if the integration has answered or the attempt has ended.
    pub(crate) fn attempt_stage(&self, id: TaskId) -> Option<AttemptStage> {
        if let Some((key, inner)) = self.children.tasks.get(&id) {
            return self.children.running.get(key)?.attempt_stage(*inner);
        }
        match &self.flows.get(self.tasks.get(&id)?)?.phase {
            Phase::Task(task) => Some(task.stage),
            _ => Some(AttemptStage::Called),
        }
    }
}
