//! Queries of the explorer and of the service.

use super::flow::Phase;
use super::{Execution, Status};
use crate::history::Details;
use crate::limits::MAX_EXPRESS_SECONDS;
use crate::{EpochMillis, TaskId, WorkflowType};

impl Execution {
    /// The path to the flow whose attempt has that id, from the innermost to the outermost execution; `None` once the attempt has
    /// ended.
    pub(crate) fn flow_of(&self, id: TaskId) -> Option<Vec<u64>> {
        if let Some((key, inner)) = self.children.tasks.get(&id) {
            let (flow, item) = key;
            let mut path = self.children.running.get(key)?.flow_of(*inner)?;
            path.extend([flow.0, *item as u64]);
            return Some(path);
        }
        let runs = |phase: &Phase| match phase {
            Phase::Task(task) => task.id == id,
            Phase::Reading { task, .. } => *task == id,
            _ => false,
        };
        self.flows
            .iter()
            .find(|(_, flow)| runs(&flow.phase))
            .map(|(flow, _)| vec![flow.0])
    }

    /// Whether a Parallel or a Map whose name matches runs branches.
    pub(crate) fn is_fork_running(&self, matches_name: &dyn Fn(&str) -> bool) -> bool {
        let program = self.machine.program();
        self.flows.values().any(|flow| {
            matches!(flow.phase, Phase::Fork(_)) && matches_name(&program.node(flow.block, flow.state).name)
        }) || self
            .children
            .running
            .values()
            .any(|child| child.is_fork_running(matches_name))
    }

    /// The child executions of distributed Maps, whether they run or not.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Execution> {
        self.children.running.values().chain(self.map_executions())
    }

    /// The `Error` and `Cause` of `DescribeExecution`, where it has them: of an execution that failed or was stopped, but not
    /// of one that timed out, whose history alone has the error.
    ///
    /// Source: [floci#2733](https://github.com/floci-io/floci/issues/2733) and
    /// [floci#2734](https://github.com/floci-io/floci/issues/2734), measured on AWS.
    pub(crate) fn described_failure(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let (error, cause) = match (&self.status, self.history.last().map(|event| &event.details)) {
            (Status::Failed { error, cause }, _) => (error.as_deref(), cause.as_deref()),
            (Status::Aborted, Some(Details::Failure { error, cause })) => {
                (error.as_deref(), cause.as_deref())
            }
            _ => (None, None),
        };
        let fields = [("Error", error), ("Cause", cause)];
        fields.into_iter().filter_map(|(key, text)| Some((key, text?)))
    }

    /// The end of the machine's `TimeoutSeconds`.
    pub(crate) fn deadline(&self) -> Option<EpochMillis> {
        // The `TimeoutSeconds` of the machine are not those of its child executions.
        let own = self.machine.program().timeout_seconds.filter(|_| self.block == 0);
        let seconds = match self.workflow_type {
            WorkflowType::Standard => own?,
            WorkflowType::Express => own.map_or(MAX_EXPRESS_SECONDS, |own| own.min(MAX_EXPRESS_SECONDS)),
        };
        Some(self.timeout_start.saturating_add_seconds(seconds))
    }
}
