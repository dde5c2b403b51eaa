//! Whether what ends a workflow stands where it ends.

use super::Check;
use crate::steps::flow::{Arms, Flow};

impl Check<'_> {
    /// Reports a `succeed` that others follow. `last` says whether nothing follows the flow on its level.
    pub(super) fn ends(&mut self, flow: &Flow, last: bool) {
        match flow {
            Flow::Succeed(succeed) if !last => {
                let message = "it ends the workflow, or the branch, where others follow";
                self.report(&succeed.name, message, "leave its value with `pass`");
            }
            Flow::Then { first, rest, .. } => {
                // What always ends is reported already, for what stands behind it.
                self.ends(first, !first.leaves());
                self.ends(rest, last);
            }
            Flow::Compensated(compensated) => {
                self.ends(&compensated.step, false);
                self.ends(&compensated.compensation, false);
            }
            Flow::Repeat(repeat) => {
                self.ends(&repeat.rounds.body, false);
                self.ends(&repeat.then, last);
                self.ends(&repeat.exhausted, last);
            }
            Flow::Parallel(parallel) => {
                for branch in &parallel.branches {
                    self.ends(branch, true);
                }
                for arm in parallel.arms.flows() {
                    self.ends(arm, last);
                }
            }
            Flow::Map(map) => {
                self.ends(&map.body, true);
                for arm in map.arms.flows() {
                    self.ends(arm, last);
                }
            }
            other => {
                for inner in other.children() {
                    self.ends(inner, last);
                }
            }
        }
    }
}

impl Flow {
    /// Whether anything can follow it.
    pub(crate) fn leaves(&self) -> bool {
        match self {
            Self::Task(task) => task.arms.leave(),
            Self::Parallel(parallel) => parallel.arms.leave(),
            Self::Map(map) => map.arms.leave(),
            Self::Choose(choose) => {
                choose.otherwise.leaves() || choose.rules.iter().any(|rule| rule.flow.leaves())
            }
            Self::Pass(_) | Self::Wait(_) => true,
            Self::Succeed(_) | Self::Fail(_) => false,
            Self::Repeat(repeat) => repeat.then.leaves() || repeat.exhausted.leaves(),
            Self::Saga(saga) => saga.body.leaves() || saga.handler.leaves(),
            Self::Compensated(compensated) => compensated.step.leaves(),
            Self::Then { first, rest, .. } => first.leaves() && rest.leaves(),
        }
    }
}

impl Arms {
    fn leave(&self) -> bool {
        self.then.as_ref().is_none_or(|(_, flow)| flow.leaves())
            || self.caught.iter().any(|arm| arm.flow.leaves())
    }
}
