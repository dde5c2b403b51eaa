//! Timeouts, heartbeats and waits.

use std::time::Duration;

use super::{Context, Contract, Report};
use crate::steps::flow::{Flow, Target, TaskFlow, TimeLimit, WaitUntil};
use crate::steps::task::MARGIN;
use asl_analysis::duration::{exactly, number};

/// The longest timeout or wait, in seconds.
///
/// Source: [Task state, `TimeoutSeconds`](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).
const LONGEST: u64 = 99_999_999;

/// The longest invocation of a Lambda function.
///
/// Source: [Lambda quotas](https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution), "Function timeout".
const LONGEST_INVOCATION: Duration = Duration::from_mins(15);

fn is_whole_seconds(time: Duration) -> bool {
    time.subsec_nanos() == 0 && (1..=LONGEST).contains(&time.as_secs())
}

fn is_in_whole_seconds(state: &str, what: &str, time: Duration, report: &mut Report) {
    if is_whole_seconds(time) {
        return;
    }
    let (time, longest) = (exactly(time), number(LONGEST));
    let message = format!("its {what} of {time} is not a number of whole seconds from 1 to {longest}");
    report.push(state, message, "give whole seconds");
}

pub(super) fn contract_has_whole_seconds(contract: &Contract, report: &mut Report) {
    is_in_whole_seconds(contract.name, "TIMEOUT", contract.timeout, report);
}

pub(super) fn times_are_in_whole_seconds(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    match flow {
        Flow::Task(task) => {
            is_in_whole_seconds(&task.name, "contract's TIMEOUT", function_timeout(task), report);
            if let TimeLimit::Known(timeout) = task.timeout
                && timeout != task.failing_attempt
            {
                is_in_whole_seconds(&task.name, "timeout", timeout, report);
            }
        }
        Flow::Wait(wait)
            if let WaitUntil::Seconds(time) = wait.until
                && !time.is_zero() =>
        {
            is_in_whole_seconds(&wait.name, "wait", time, report);
        }
        _ => {}
    }
}

pub(super) fn tasks_fit_into_their_workflow(flow: &Flow, context: &Context<'_>, report: &mut Report) {
    let contract = context.contract;
    if let Flow::Task(task) = flow
        && let TimeLimit::Known(timeout) = task.timeout
        && is_whole_seconds(timeout)
        && timeout > contract.timeout
    {
        let (timeout, limit) = (exactly(timeout), exactly(contract.timeout));
        let message = format!(
            "its timeout of {timeout} is longer than the TIMEOUT of {}, {limit}",
            contract.name
        );
        let help = "shorten its timeout, or lengthen the workflow's TIMEOUT";
        report.push(&task.name, message, help);
    }
}

fn function_timeout(task: &TaskFlow) -> Duration {
    task.failing_attempt.saturating_sub(MARGIN)
}

pub(super) fn callbacks_outlast_their_function(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if let Flow::Task(task) = flow
        && let TimeLimit::Known(timeout) = task.timeout
        && task.target.is_callback()
        && timeout < function_timeout(task)
    {
        let (timeout, function) = (exactly(timeout), exactly(function_timeout(task)));
        let message =
            format!("its timeout of {timeout} ends it while its function may still run, for {function}");
        report.push(&task.name, message, "wait longer than the function's TIMEOUT");
    }
}

pub(super) fn heartbeats_are_shorter_than_the_timeout(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if let Flow::Task(task) = flow
        && let Some(TimeLimit::Known(heartbeat)) = task.heartbeat
    {
        let too_long = matches!(task.timeout, TimeLimit::Known(timeout) if heartbeat >= timeout);
        if too_long || heartbeat < Duration::from_secs(1) || heartbeat.subsec_nanos() != 0 {
            let message = "its heartbeat is not a number of whole seconds from 1 to less than its timeout";
            let help = "shorten the heartbeat, or give the task more time";
            report.push(&task.name, message, help);
        }
    }
}

pub(super) fn functions_run_for_at_most_15_minutes(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    if let Flow::Task(task) = flow
        && matches!(task.target, Target::Function { .. })
        && function_timeout(task) > LONGEST_INVOCATION
    {
        let message = "its function's TIMEOUT is longer than the 15 minutes that Lambda allows";
        let help = "shorten the function's TIMEOUT; call a workflow with `run`";
        report.push(&task.name, message, help);
    }
}
