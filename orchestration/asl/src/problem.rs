//! What is wrong with a workflow that compiles.

use std::fmt;

/// One thing to mend before the machine can be emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The state it is about.
    pub state: String,
    /// What is wrong with it.
    pub what: String,
    /// One thing to try.
    pub remedy: String,
}

/// All that is wrong with a workflow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// The workflow's name.
    pub workflow: String,
    /// In written order of the states.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "workflow {} cannot be emitted:", self.workflow)?;
        for Problem { state, what, remedy } in &self.problems {
            write!(formatter, "\n  {state}: {what}; {remedy}")?;
        }
        Ok(())
    }
}
