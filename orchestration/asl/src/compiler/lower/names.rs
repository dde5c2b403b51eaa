//! Names of variables.

use crate::steps::flow::Flow;

/// `StoreUserData` as a variable is `storeUserData`; one that would not start with a letter gets `state` in front.
pub(super) fn variable_name(state: &str) -> String {
    // Room for what is put behind a name: 80 characters are the most.
    let mut letters: Vec<char> = state.replace('-', "_").chars().take(64).collect();
    match letters.first_mut() {
        Some(first) if first.is_ascii_alphabetic() => first.make_ascii_lowercase(),
        _ => letters.splice(0..0, "state".chars()).for_each(drop),
    }
    letters.into_iter().collect()
}

/// The variable for the output of a flow: an `Outcome` where several states can end it.
pub(super) fn outcome_name(flow: &Flow) -> String {
    let name = variable_name(flow.entry());
    match flow {
        Flow::Saga(_) | Flow::Repeat(_) => format!("{name}Outcome"),
        Flow::Compensated(compensated) => outcome_name(&compensated.step),
        Flow::Then { rest, .. } => outcome_name(rest),
        _ if flow.arms().is_some_and(|arms| !arms.is_empty()) => format!("{name}Outcome"),
        _ => name,
    }
}
