//! Compensations of sagas.
//!
//! An error runs the compensations of the steps that are done, so each state needs to know which these are, whatever path
//! led to it.

use super::{Context, Flow, Report};

pub(super) fn compensated_steps_are_in_a_saga(flow: &Flow, at: &Context<'_>, report: &mut Report) {
    if let Flow::Compensated(compensated) = flow
        && !at.in_saga
    {
        let message = "it compensates a step that is not in a saga of its own level";
        let help = "put the step into a `saga`, which does not reach into branches and maps";
        report.push(compensated.compensation.entry(), message, help);
    }
}

pub(super) fn compensate_begun_wraps_no_compensation(flow: &Flow, at: &Context<'_>, report: &mut Report) {
    if let Flow::Compensated(compensated) = flow
        && at.in_saga
        && compensated.value.is_none()
        && !compensated.step.compensations().is_empty()
    {
        let message = "`compensate_begun` may not wrap a step that has its own compensation";
        let help = "put `compensate_begun` directly on the one step that needs it";
        report.push(compensated.compensation.entry(), message, help);
    }
}

pub(super) fn compensations_continue_to_the_next(flow: &Flow, at: &Context<'_>, report: &mut Report) {
    if let Flow::Fail(fail) = flow
        && at.errors.skips_compensations
    {
        let message =
            "it ends the workflow inside of a compensation, so the remaining compensations never run";
        let help = "end the compensation with `pass`, or let the saga's handler receive its errors: `catch_all_with_undos`";
        report.push(&fail.name, message, help);
    }
}

pub(super) fn compensations_do_not_depend_on_the_path(flow: &Flow, at: &Context<'_>, report: &mut Report) {
    let mut paths = flow.joining().into_iter();
    if let Some(first) = paths.next()
        && at.in_saga
        && paths.any(|other| other != first)
    {
        let message = "its paths have different compensations where they join";
        let help =
            "move the steps that follow into the path with the compensation, or `compensate` the whole";
        report.push(flow.entry(), message, help);
    }
}

pub(super) fn rounds_add_no_compensations(flow: &Flow, at: &Context<'_>, report: &mut Report) {
    if let Flow::Repeat(repeat) = flow
        && at.in_saga
        && !repeat.rounds.body.compensations().is_empty()
    {
        let message = "each of its rounds would add the same compensation again";
        let help = "put the body of the loop into a `saga` of its own";
        report.push(flow.entry(), message, help);
    }
}
