//! Errors and their handlers.

use std::collections::HashSet;

use super::{Context, Flow, Report};
use crate::steps::error::{ErrorName, HeartbeatTimeout, Timeout};
use asl_document::ALL_ERRORS;

/// What runs code of others can fail in any way: a task, and the reader, writer and executions of a distributed map.
pub(super) fn every_error_is_handled(flow: &Flow, context: &Context<'_>, report: &mut Report) {
    let arms = match flow {
        Flow::Task(task) => &task.arms,
        Flow::Map(map) if map.distributed.is_some() => &map.arms,
        _ => return,
    };
    if !context.errors.handled && !arms.catches(ALL_ERRORS) {
        let message = "it has no handler for errors that no `catch` names";
        let help = if context.errors.skips_compensations {
            "end it with `catch_all` and a `pass`, or let the saga's handler receive its errors: `catch_all_with_undos`"
        } else {
            "end with `catch_all`, give the parallel or the map around it one, or put it into a `saga`"
        };
        report.push(flow.entry(), message, help);
    }
}

pub(super) fn catch_all_is_last(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let Some(arms) = flow.arms() else { return };
    let caught = arms.caught.iter().map(|arm| arm.error);
    for error in caught.skip_while(|error| *error != ALL_ERRORS).skip(1) {
        let message = format!("its `catch` of {error} is never reached: it comes after `catch_all`");
        report.push(flow.entry(), message, "put `catch_all` last");
    }
}

pub(super) fn an_error_is_caught_once(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let Some(arms) = flow.arms() else { return };
    let caught = arms.caught.iter().map(|arm| arm.error);
    let mut before = HashSet::new();
    for error in caught.take_while(|error| *error != ALL_ERRORS) {
        if error == HeartbeatTimeout::NAME && before.contains(Timeout::NAME) {
            let timeout = Timeout::NAME;
            let message = format!("its `catch` of {error} is never reached: that of {timeout} includes it");
            report.push(flow.entry(), message, "catch `HeartbeatTimeout` first");
        } else if !before.insert(error) {
            let message = format!("it catches {error} twice");
            report.push(flow.entry(), message, "remove the second `catch`");
        }
    }
}

pub(super) fn heartbeat_errors_need_a_heartbeat(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let Flow::Task(task) = flow else { return };
    let retried = task
        .retry_on
        .iter()
        .any(|(error, _)| *error == HeartbeatTimeout::NAME);
    if task.heartbeat.is_none() && (retried || task.arms.catches(HeartbeatTimeout::NAME)) {
        let message = "it handles `HeartbeatTimeout`, and has no heartbeat that could time out";
        let help = "give the callback a `heartbeat`, or handle `Timeout`";
        report.push(&task.name, message, help);
    }
}

pub(super) fn workflows_fail_with_declared_errors(flow: &Flow, context: &Context<'_>, report: &mut Report) {
    if let Flow::Fail(fail) = flow
        && !context.contract.errors.contains(&fail.error)
    {
        let message = format!(
            "it fails with {}, which {} does not declare",
            fail.error, context.contract.name
        );
        let help = "declare it among the workflow's errors, or fail with one that is";
        report.push(&fail.name, message, help);
    }
}
