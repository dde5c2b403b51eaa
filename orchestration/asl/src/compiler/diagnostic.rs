//! What is wrong with a workflow that compiles.

use std::fmt;

/// One thing to mend before the machine can be emitted.
///
/// See [`Diagnostics`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The state it is about.
    pub state: String,
    /// What is wrong with it.
    pub message: String,
    /// One thing to try.
    pub help: String,
}

/// All that is wrong with a workflow.
///
/// ```
/// # use shop::*;
/// use asl::{Diagnostic, Diagnostics};
///
/// let Diagnostics { diagnostics, .. } = diagnostics(|_| receipt("Not charged!", "none"));
///
/// let [Diagnostic { state, message, help }] = &diagnostics[..] else { panic!("there is one") };
/// assert_eq!(state, "Not charged!");
/// assert_eq!(message, "its name has a character that is not allowed, or none at all");
/// assert!(!help.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Diagnostics {
    /// The workflow's name.
    pub workflow: String,
    /// In written order of the states.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "workflow {} cannot be emitted:", self.workflow)?;
        for Diagnostic { state, message, help } in &self.diagnostics {
            write!(formatter, "\n  {state}: {message}; {help}")?;
        }
        Ok(())
    }
}
