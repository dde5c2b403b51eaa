//! What happened in an execution, for its diagram.

use std::collections::{HashMap, HashSet};

/// What a diagram shows of an execution, beside the definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    /// By name, the states that were entered.
    pub states: HashMap<String, StateOverlay>,
    /// The transitions that were taken.
    pub transitions: HashSet<TakenTransition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateOverlay {
    pub outcome: Outcome,
    /// The small text below the name, in place of the state's type. Up to [`StateOverlay::NOTE_LENGTH`] characters fit.
    pub note: String,
}

impl StateOverlay {
    /// How many characters of a note fit into every state.
    pub const NOTE_LENGTH: usize = 17;
}

/// How far a state has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Running,
    /// It waits for a token, a job, a time or its next attempt.
    Waiting,
    Succeeded,
    /// It failed, and the error was caught.
    Caught,
    Failed,
    Aborted,
}

impl Outcome {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Caught => "caught",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
        }
    }

    /// The class of the state's group in the diagram; `caught` is that of lines.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Caught => "recovered",
            other => other.label(),
        }
    }

    /// The sign in the state's badge, around its middle: colours alone do not tell everybody apart.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Running => "M-2 -3.5 3.5 0 -2 3.5Z",
            Self::Waiting => "M0 -4V0L2.8 1.8",
            Self::Succeeded => "M-3.6 0.2 -1 2.8 3.6 -2.6",
            Self::Caught => "M-3.5 2.5V0A3 3 0 0 1 3 0V2.5M0.8 0.6 3 3 5 0.6",
            Self::Failed => "M-2.8 -2.8 2.8 2.8M-2.8 2.8 2.8 -2.8",
            Self::Aborted => "M-3.2 0H3.2",
        }
    }
}

/// A transition that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TakenTransition {
    /// The state that was left; `None` at the beginning of a level.
    pub from: Option<String>,
    /// The state that was entered; `None` at the end of a level.
    pub to: Option<String>,
    /// Whether an error led to it.
    pub is_caught: bool,
}
