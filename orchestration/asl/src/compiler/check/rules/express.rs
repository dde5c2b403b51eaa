//! Limits of Express executions.
//!
//! Source: [Differences between Standard and Express workflows](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).

use std::time::Duration;

use super::{Context, Contract, Report};
use crate::steps::flow::{Flow, Target, TimeLimit, WaitUntil};

/// The longest Express execution.
pub(super) const LONGEST: Duration = Duration::from_mins(5);

pub(super) fn contract_ends_within_five_minutes(contract: &Contract, report: &mut Report) {
    if contract.express && contract.timeout > LONGEST {
        let message = "its TIMEOUT is longer than the five minutes that an Express workflow has";
        report.push(contract.name, message, "shorten it, or leave out `express`");
    }
}

pub(super) fn express_executions_do_not_wait(flow: &Flow, context: &Context<'_>, report: &mut Report) {
    const STANDARD: &str = "leave out `express`, or put it into a workflow of its own";

    if !context.is_express {
        return;
    }
    let (message, help) = match flow {
        Flow::Task(task) if task.target.is_callback() => {
            ("an Express execution cannot wait for a callback", STANDARD)
        }
        Flow::Task(task) if matches!(task.target, Target::Workflow { wait: true, .. }) => (
            "an Express execution cannot wait for another workflow",
            "start it with `start_workflow`, or leave out `express`",
        ),
        Flow::Task(task) if matches!(task.timeout, TimeLimit::Known(limit) if limit > LONGEST) => (
            "it may take longer than the five minutes that an Express execution has",
            STANDARD,
        ),
        Flow::Map(map) if map.distributed.is_some() => {
            ("an Express execution has no distributed maps", STANDARD)
        }
        Flow::Wait(wait) if matches!(wait.until, WaitUntil::Seconds(time) if time > LONGEST) => (
            "it waits longer than the five minutes that an Express execution has",
            STANDARD,
        ),
        _ => return,
    };
    report.push(flow.entry(), message, help);
}
