//! The names of what the emitter adds: variables, and the few states that nobody wrote.

use crate::steps::flow::{Flow, ParallelFlow, Rounds};

/// The state that assigns the results of a parallel where the next state cannot. Whether the name is free is checked
/// as for every other state.
pub(crate) fn collector(parallel: &ParallelFlow) -> String {
    format!("{}Results", parallel.name)
}

/// The state that decides whether a loop goes round again.
pub(crate) fn again(rounds: &Rounds) -> String {
    format!("{}Again", rounds.name)
}

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

/// The variable for what a flow leaves: one of several states leaves it where the flow has arms.
pub(super) fn outcome_name(flow: &Flow) -> String {
    let name = variable_name(flow.entry());
    match flow {
        Flow::Task(task) if !task.arms.is_empty() => format!("{name}Outcome"),
        Flow::Parallel(parallel) if !parallel.arms.is_empty() => format!("{name}Outcome"),
        Flow::Map(map) if !map.arms.is_empty() => format!("{name}Outcome"),
        Flow::Saga(_) | Flow::Repeat(_) => format!("{name}Outcome"),
        Flow::Compensated(compensated) => outcome_name(&compensated.step),
        Flow::Then { rest, .. } => outcome_name(rest),
        _ => name,
    }
}
