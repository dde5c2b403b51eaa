//! Names of the states that the compiler adds.

use crate::steps::flow::{ParallelFlow, Rounds};

/// The state that assigns the results of a parallel where the next state cannot.
pub(crate) fn results_state(parallel: &ParallelFlow) -> String {
    format!("{}Results", parallel.name)
}

/// The state that decides whether a loop runs another round.
pub(crate) fn again_state(rounds: &Rounds) -> String {
    format!("{}Again", rounds.name)
}
