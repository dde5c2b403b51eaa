//! The diagnostics found so far.

use std::collections::HashSet;

use crate::compiler::diagnostic::Diagnostic;

#[derive(Default)]
pub(super) struct Report {
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The names of the states visited so far.
    pub(super) names: HashSet<String>,
}

impl Report {
    pub(super) fn push(&mut self, state: &str, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic {
            state: state.to_owned(),
            message: message.into(),
            help: help.into(),
        });
    }
}
