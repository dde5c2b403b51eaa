//! What is wrong with a workflow that compiles.

use std::fmt;

/// One thing to mend before the machine can be emitted.
///
/// See [`Problems`].
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
///
/// ```
/// # use shop::*;
/// use asl::{Problem, Problems};
///
/// let Problems { problems, .. } = problems(|_| receipt("Not charged!", "none"));
///
/// let [Problem { state, what, remedy }] = &problems[..] else { panic!("there is one") };
/// assert_eq!(state, "Not charged!");
/// assert_eq!(what, "its name has a character that is not allowed, or none at all");
/// assert!(!remedy.is_empty());
/// ```
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
