//! What an explorer has to know of an execution beyond its commands.

use super::Execution;
use super::flow::Phase;
use crate::limits::MAX_EXPRESS_SECONDS;
use crate::{EpochMillis, TaskId};

impl Execution {
    /// What names the flow whose attempt has that id; `None` once the attempt has ended.
    pub(crate) fn flow_of(&self, id: TaskId) -> Option<Vec<u64>> {
        if let Some((key, inner)) = self.children.tasks.get(&id) {
            let (flow, item) = key;
            let mut path = self.children.running.get(key)?.flow_of(*inner)?;
            path.extend([flow.0, u64::try_from(*item).unwrap_or(u64::MAX)]);
            return Some(path);
        }
        let runs = |phase: &Phase| match phase {
            Phase::Task(task) => task.id == id,
            Phase::Reading(task) => *task == id,
            _ => false,
        };
        self.flows
            .iter()
            .find(|(_, flow)| runs(&flow.phase))
            .map(|(flow, _)| vec![flow.0])
    }

    /// Whether a Parallel or a Map whose name fits runs its branches or items.
    pub(crate) fn is_group_open(&self, fits: &dyn Fn(&str) -> bool) -> bool {
        self.flows
            .iter()
            .any(|(_, flow)| matches!(flow.phase, Phase::Group(_)) && fits(&flow.visit.state))
            || self
                .children
                .running
                .values()
                .any(|child| child.is_group_open(fits))
    }

    /// The executions that distributed Maps have started, whether they run or not.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Execution> {
        self.children.running.values().chain(self.map_executions())
    }

    /// When the machine's own time is up.
    pub(crate) fn deadline(&self) -> Option<EpochMillis> {
        // An item of a distributed Map runs in an execution of its own, whose machine has no time-out.
        let own = self.machine.program().timeout_seconds.filter(|_| self.level == 0);
        let seconds = match self.kind {
            super::Kind::Standard => own?,
            super::Kind::Express => own.map_or(MAX_EXPRESS_SECONDS, |own| own.min(MAX_EXPRESS_SECONDS)),
        };
        Some(self.timed_from.saturating_add_seconds(seconds))
    }
}
