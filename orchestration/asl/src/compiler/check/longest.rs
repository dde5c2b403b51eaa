//! Whether what a workflow does at the worst fits what it is given: its own time, and the platform's history.

use super::{Contract, express};
use crate::compiler::Diagnostic;
use asl_analysis::duration::about;
use asl_analysis::{Hints, MAX_EVENTS, express_executions, max_events, worst_case, worst_cases};
use asl_document::StateMachine;

/// What takes longer, or leaves more behind, than it may. What has no bound is left out.
pub(crate) fn longest(machine: &StateMachine, hints: &Hints, contract: &Contract) -> Vec<Diagnostic> {
    let mut diagnostics = too_long(machine, hints, contract);
    diagnostics.extend(express_too_long(machine, hints));
    // An Express execution keeps no history.
    if let Ok(events) = max_events(machine, hints)
        && events > MAX_EVENTS
        && !contract.express
    {
        diagnostics.push(Diagnostic {
            state: contract.name.to_owned(),
            message: format!(
                "its history may get {events} events, and an execution has {MAX_EVENTS} at the most"
            ),
            help: "put a part of it into a workflow of its own, or into a distributed map".to_owned(),
        });
    }
    diagnostics
}

/// The executions of a map have no TIMEOUT of their own: what ends an Express one is the platform.
fn express_too_long(machine: &StateMachine, hints: &Hints) -> impl Iterator<Item = Diagnostic> {
    let executions = express_executions(machine, hints).into_iter();
    executions.filter_map(|(state, longest)| {
        let longest = longest.ok().filter(|longest| *longest > express::LONGEST)?;
        Some(Diagnostic {
            state,
            message: format!(
                "with retries one of its executions may take {}, longer than the five minutes that an Express one has",
                about(longest)
            ),
            help: "try again less often inside of it, or leave out `express`".to_owned(),
        })
    })
}

fn too_long(machine: &StateMachine, hints: &Hints, contract: &Contract) -> Vec<Diagnostic> {
    let bound = contract.timeout;
    let states = worst_cases(machine, hints)
        .into_iter()
        .filter_map(|(state, longest)| {
            let longest = longest.ok().filter(|longest| *longest > bound)?;
            Some(Diagnostic {
                state,
                message: format!(
                    "with its retries it may take {}, longer than {} as a whole",
                    about(longest),
                    contract.name
                ),
                help: "try it again less often, or lengthen the workflow's TIMEOUT".to_owned(),
            })
        });
    let states: Vec<_> = states.collect();
    match worst_case(machine, hints) {
        Ok(longest) if longest > bound && states.is_empty() => vec![Diagnostic {
            state: contract.name.to_owned(),
            message: format!(
                "its longest way may take {}, and its TIMEOUT ends it after {}, amid its retries",
                about(longest),
                about(bound)
            ),
            help: "lower the retries or bounds on that way, or lengthen the TIMEOUT".to_owned(),
        }],
        _ => states,
    }
}
