//! What an Express execution cannot do.
//!
//! Source: [Differences between Standard and Express workflows](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).

use std::time::Duration;

use super::Check;
use crate::steps::flow::{Flow, Target, TimeLimit, WaitUntil};

/// The longest that an Express execution takes.
pub(super) const LONGEST: Duration = Duration::from_mins(5);

impl Check<'_> {
    /// Reports what stands in the way of `whole` being Express: a workflow, or the executions of a map.
    pub(super) fn express(&mut self, flow: &Flow, whole: &str) {
        if whole == self.contract.name && self.contract.timeout > LONGEST {
            let message = "its TIMEOUT is longer than the five minutes that an Express workflow has";
            self.report(whole, message, "shorten it, or leave out `express`");
        }
        self.express_states(flow);
    }

    fn express_states(&mut self, flow: &Flow) {
        const STANDARD: &str = "leave out `express`, or put it into a workflow of its own";

        let name = flow.entry();
        match flow {
            Flow::Task(task) if task.target.is_callback() => {
                self.report(name, "an Express execution cannot wait for a callback", STANDARD);
            }
            Flow::Task(task) if matches!(task.target, Target::Workflow { wait: true, .. }) => {
                let message = "an Express execution cannot wait for another workflow";
                self.report(
                    name,
                    message,
                    "start the other one with `start`, or leave out `express`",
                );
            }
            Flow::Task(task) if matches!(task.timeout, TimeLimit::Known(bound) if bound > LONGEST) => {
                let message = "it may take longer than the five minutes that an Express execution has";
                self.report(name, message, STANDARD);
            }
            Flow::Map(map) if map.distributed.is_some() => {
                self.report(name, "an Express execution has no distributed maps", STANDARD);
            }
            Flow::Wait(wait) if matches!(wait.until, WaitUntil::Seconds(time) if time > LONGEST) => {
                let message = "it waits longer than the five minutes that an Express execution has";
                self.report(name, message, STANDARD);
            }
            _ => {}
        }
        for inner in flow.children() {
            self.express_states(inner);
        }
    }
}
