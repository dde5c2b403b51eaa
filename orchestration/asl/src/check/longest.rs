//! Whether what a workflow does at the worst fits what it is given: its own time, and the platform's history.

use super::{Contract, express};
use crate::document::StateMachine;
use crate::problem::Problem;
use crate::report::{
    Knowledge, MOST_EVENTS, about, express_executions, most_events, worst_case, worst_cases,
};

/// What takes longer, or leaves more behind, than it may. What has no bound is left out.
pub(crate) fn longest(machine: &StateMachine, knowledge: &Knowledge, contract: &Contract) -> Vec<Problem> {
    let mut problems = too_long(machine, knowledge, contract);
    problems.extend(express_too_long(machine, knowledge));
    // An Express execution keeps no history.
    if let Ok(events) = most_events(machine, knowledge)
        && events > MOST_EVENTS
        && !contract.express
    {
        problems.push(Problem {
            state: contract.name.to_owned(),
            what: format!(
                "its history may get {events} events, and an execution has {MOST_EVENTS} at the most"
            ),
            remedy: "put a part of it into a workflow of its own, or into a distributed map".to_owned(),
        });
    }
    problems
}

/// The executions of a map have no TIMEOUT of their own: what ends an Express one is the platform.
fn express_too_long(machine: &StateMachine, knowledge: &Knowledge) -> impl Iterator<Item = Problem> {
    let executions = express_executions(machine, knowledge).into_iter();
    executions.filter_map(|(state, longest)| {
        let longest = longest.ok().filter(|longest| *longest > express::LONGEST)?;
        Some(Problem {
            state,
            what: format!(
                "with retries one of its executions may take {}, longer than the five minutes that an Express one has",
                about(longest)
            ),
            remedy: "try again less often inside of it, or leave out `express`".to_owned(),
        })
    })
}

fn too_long(machine: &StateMachine, knowledge: &Knowledge, contract: &Contract) -> Vec<Problem> {
    let bound = contract.timeout;
    let states = worst_cases(machine, knowledge)
        .into_iter()
        .filter_map(|(state, longest)| {
            let longest = longest.ok().filter(|longest| *longest > bound)?;
            Some(Problem {
                state,
                what: format!(
                    "with its retries it may take {}, longer than {} as a whole",
                    about(longest),
                    contract.name
                ),
                remedy: "try it again less often, or lengthen the workflow's TIMEOUT".to_owned(),
            })
        });
    let states: Vec<_> = states.collect();
    match worst_case(machine, knowledge) {
        Ok(longest) if longest > bound && states.is_empty() => vec![Problem {
            state: contract.name.to_owned(),
            what: format!(
                "its longest way may take {}, and its TIMEOUT ends it after {}, amid its retries",
                about(longest),
                about(bound)
            ),
            remedy: "lower the retries or bounds on that way, or lengthen the TIMEOUT".to_owned(),
        }],
        _ => states,
    }
}
