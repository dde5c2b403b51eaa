//! Diagnostics: mistakes that `build` finds in a workflow.

use std::fmt;

/// One mistake to correct before the machine can be emitted.
///
/// See [`Diagnostics`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The name of the state, or of the workflow.
    pub state: String,
    /// The mistake.
    pub message: String,
    /// One thing to try.
    pub help: String,
}

/// All mistakes in a workflow.
///
/// ```
/// # use shop::*;
/// use asl::{Diagnostic, Diagnostics};
///
/// let Diagnostics { diagnostics, .. } = diagnostics(|_| receipt("Not charged!", "none"));
///
/// let [Diagnostic { state, message, help }] = &diagnostics[..] else { panic!("there is one") };
/// assert_eq!(state, "Not charged!");
/// assert_eq!(message, "its name has a character that is not allowed");
/// assert!(!help.is_empty());
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub struct Diagnostics {
    /// The workflow's name.
    pub workflow: String,
    /// In written order of the states.
    pub diagnostics: Vec<Diagnostic>,
}

impl Diagnostics {
    pub(crate) fn ok_if_none(workflow: &str, diagnostics: Vec<Diagnostic>) -> Result<(), Self> {
        if diagnostics.is_empty() {
            return Ok(());
        }
        Err(Self {
            workflow: workflow.to_owned(),
            diagnostics,
        })
    }
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

/// The same text: it is what a failing `main` or `unwrap` prints.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
