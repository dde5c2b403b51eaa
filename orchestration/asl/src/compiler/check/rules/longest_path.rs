//! The worst case of a machine: its longest path and its history.

use std::time::Duration;

use super::{Machine, Report, express};
use asl_analysis::duration::{about, exactly, number};
use asl_analysis::{MAX_EVENTS, express_executions, max_events, worst_case, worst_cases};

/// Both as text, rounded unless that would hide the difference.
fn both(longest: Duration, limit: Duration) -> (String, String) {
    let is_lost = about(longest) == about(limit);
    let text = if is_lost { exactly } else { about };
    (text(longest), text(limit))
}

/// A timeout that suffices, in whole minutes.
fn at_least(longest: Duration) -> String {
    let seconds = longest.saturating_add(Duration::from_millis(999)).as_secs();
    exactly(Duration::from_mins(seconds.div_ceil(60)))
}

/// The longest path is reported if no state takes too long by itself.
pub(super) fn paths_end_before_the_workflow(machine: &Machine<'_>, report: &mut Report) {
    let limit = machine.contract.timeout;
    let states = worst_cases(machine.document, machine.hints).into_iter();
    let states = states.filter_map(|(state, longest)| Some((state, longest.ok()?)));
    let too_long: Vec<_> = states.filter(|(_, longest)| *longest > limit).collect();
    for (state, longest) in &too_long {
        let (longest_text, limit) = both(*longest, limit);
        let message = format!(
            "with its retries it may take {longest_text}, longer than the TIMEOUT of {}, {limit}",
            machine.contract.name
        );
        let help = format!(
            "lower its retries, or set the TIMEOUT to at least {}",
            at_least(*longest)
        );
        report.push(state, message, help);
    }
    if too_long.is_empty()
        && let Ok(longest) = worst_case(machine.document, machine.hints)
        && longest > limit
    {
        let (longest_text, limit) = both(longest, limit);
        let message = format!(
            "its longest path may take {longest_text} with retries, longer than its TIMEOUT of {limit}"
        );
        let help = format!(
            "set the TIMEOUT to at least {}, or lower the retries or timeouts on that path",
            at_least(longest)
        );
        report.push(machine.contract.name, message, help);
    }
}

/// The executions of a map have no TIMEOUT of their own: the platform ends an Express one.
pub(super) fn express_executions_end_within_five_minutes(machine: &Machine<'_>, report: &mut Report) {
    for (state, longest) in express_executions(machine.document, machine.hints) {
        if let Ok(longest) = longest
            && longest > express::LONGEST
        {
            let (longest, limit) = both(longest, express::LONGEST);
            let message = format!(
                "with retries one of its executions may take {longest}, longer than the {limit} that an Express execution has"
            );
            let help = "lower the retries inside of it, or leave out `express`";
            report.push(&state, message, help);
        }
    }
}

/// An Express execution has no history.
pub(super) fn histories_have_at_most_25000_events(machine: &Machine<'_>, report: &mut Report) {
    if let Ok(events) = max_events(machine.document, machine.hints)
        && events > MAX_EVENTS
        && !machine.contract.express
    {
        let (events, most) = (number(events), number(MAX_EVENTS));
        let message = format!("its history may have {events} events, and an execution has at most {most}");
        let help = "put a part of it into a workflow of its own, or into a distributed map";
        report.push(machine.contract.name, message, help);
    }
}
