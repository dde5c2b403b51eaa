//! Going on after nobody ran the execution's tasks for a while.

use std::sync::Arc;

use super::children::ChildKey;
use super::flow::{FlowId, Phase};
use super::{EpochMillis, Execution, Timer};
use crate::TaskId;

/// Where an attempt stands that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The integration has not answered.
    Called,
    /// It took the request, and its result is still to come.
    Submitted,
}

impl Execution {
    /// Goes on after nobody drove the execution until `now`, as after a restart of whoever drives it. Says whether
    /// that changed anything.
    ///
    /// Tasks that were under way are to be run again, and have all of their time again. What is overdue happens now,
    /// not when it was due, so that what follows from it has its time, too. A callback keeps its end: the time of
    /// whoever holds the token went on. Only its heartbeats begin anew, since nobody could take any. If the machine's
    /// own time ran out meanwhile, it gets back what was left at the last event.
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

    /// Whether an attempt is under way that a wake would begin anew, here or in an item of a distributed Map.
    fn is_attempting(&self) -> bool {
        self.flows.iter().any(|(_, flow)| match &flow.phase {
            Phase::Task(task) => task.heartbeat.is_some() || self.tasks.contains_key(&task.id),
            _ => false,
        }) || self.children.running.values().any(Self::is_attempting)
    }

    fn wake_children(&mut self, now: EpochMillis) {
        let program = Arc::clone(self.machine.program());
        let keys: Vec<ChildKey> = self.children.running.keys().copied().collect();
        for key in keys {
            // The end of one may have ended others.
            if let Some(child) = self.children.running.get_mut(&key) {
                child.wake(now);
                self.settle_child(&program, key);
                self.go_on_with_map_run(&program, key.0);
            }
        }
        self.run(&program);
    }

    /// Without it, an execution whose callback ended meanwhile could not do what it does at that end.
    fn give_time_back(&mut self, before: EpochMillis) {
        if self.deadline().is_none_or(|deadline| deadline > self.now) {
            return;
        }
        self.timed_from = self.timed_from + (self.now - before);
        let timer = self
            .timers
            .iter()
            .find(|(_, timer)| matches!(timer, Timer::Machine));
        if let (Some(key), Some(due)) = (timer.map(|(key, _)| *key), self.deadline()) {
            self.clear_timer(Some(key));
            self.set_timer(due, Timer::Machine);
        }
    }

    fn begin_attempts_anew(&mut self) {
        let flows: Vec<FlowId> = self.flows.iter().map(|(id, _)| *id).collect();
        for id in flows {
            let Some(mut flow) = self.flows.remove(&id) else {
                continue;
            };
            if let Phase::Task(task) = &mut flow.phase {
                let runs_again = self.tasks.contains_key(&task.id) && task.token.is_none() && !task.submitted;
                if let Some((key, seconds)) = task.timeout.filter(|_| runs_again) {
                    self.clear_timer(Some(key));
                    let due = self.now.saturating_add_seconds(seconds);
                    task.timeout = Some((self.set_timer(due, Timer::TaskTimeout(id)), seconds));
                }
                if let Some((key, seconds)) = task.heartbeat {
                    self.clear_timer(Some(key));
                    let due = self.now.saturating_add_seconds(seconds);
                    task.heartbeat = Some((self.set_timer(due, Timer::Heartbeat(id)), seconds));
                }
            }
            self.flows.insert(id, flow);
        }
    }

    /// Where the attempt of that id stands; `None` if the integration has answered or the attempt has ended.
    pub(crate) fn standing(&self, id: TaskId) -> Option<Attempt> {
        if let Some((key, inner)) = self.children.tasks.get(&id) {
            return self.children.running.get(key)?.standing(*inner);
        }
        let flow = self.flows.get(self.tasks.get(&id)?)?;
        match &flow.phase {
            Phase::Task(task) if task.submitted => Some(Attempt::Submitted),
            _ => Some(Attempt::Called),
        }
    }
}
