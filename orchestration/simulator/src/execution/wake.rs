//! Crash recovery: resuming an execution after a pause of its driver.

use super::children::ChildKey;
use super::flow::{AttemptStage, FlowId, Phase};
use super::{EpochMillis, Execution, Timer};
use crate::TaskId;

impl Execution {
    /// Resumes an execution at `now` after its driver paused, as after a restart. Returns whether that changed
    /// anything.
    ///
    /// Tasks that were running are to be run again (at least once, as on AWS), and their timeouts restart. Timers that are
    /// overdue fire now, not when they were due, so that the states that follow have their full time. A callback keeps its
    /// timeout: time went on for whoever holds the token. Only its heartbeat timeout restarts, since no heartbeat could be
    /// received. If the machine's own timeout passed meanwhile, it is extended by the pause.
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
            self.extend_timeout(before);
            self.restart_attempts();
            self.fire(|due| due <= now);
        }
        changes
    }

    /// Whether a wake would restart an attempt, here or in a child execution.
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
                self.sync_child(key);
                self.continue_map_run(key.0);
            }
        }
        self.run();
    }

    /// Extends the machine's timeout by the pause, if it has passed. Otherwise, an execution whose callback timed out
    /// meanwhile could not handle that timeout.
    fn extend_timeout(&mut self, before: EpochMillis) {
        if self.deadline().is_none_or(|deadline| deadline > self.now) {
            return;
        }
        self.timeout_start = self.timeout_start + (self.now - before);
        // The execution may have ended with one of its child executions, and with it its timers.
        let mut timers = self.timers.iter();
        let timer = timers.find(|(_, timer)| matches!(timer, Timer::Machine));
        if let (Some(key), Some(due)) = (timer.map(|(key, _)| *key), self.deadline()) {
            self.timers.remove(&key);
            self.set_timer(due, Timer::Machine);
        }
    }

    fn restart_attempts(&mut self) {
        let flows: Vec<FlowId> = self.flows.keys().copied().collect();
        for id in flows {
            let mut cursor = self.take(id);
            if let Phase::Task(task) = &mut cursor.phase {
                let is_called = task.stage == AttemptStage::Called && self.tasks.contains_key(&task.id);
                if let Some(timeout) = &mut task.timeout
                    && is_called
                    && task.token.is_none()
                {
                    self.restart_deadline(timeout, Timer::TaskTimeout(id));
                }
                if let Some(heartbeat) = &mut task.heartbeat {
                    self.restart_deadline(heartbeat, Timer::Heartbeat(id));
                }
            }
            self.put_back(cursor);
        }
    }

    /// The stage of the attempt of that id; `None` if the integration has responded or the attempt has ended.
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
