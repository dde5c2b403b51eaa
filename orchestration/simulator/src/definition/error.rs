//! Refused definitions.

use std::fmt;

use super::diagnostic::{Diagnostic, DiagnosticCode};

/// Why a definition is refused: AWS would refuse it, or the simulator cannot run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionError {
    /// At least one.
    problems: Vec<Diagnostic>,
}

impl DefinitionError {
    /// Every problem by itself.
    ///
    /// ```
    /// use simulator::Machine;
    ///
    /// let error = Machine::from_json(
    ///     r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
    ///         "A": {"Type": "Wait", "Seconds": -1, "Next": "B"},
    ///         "C": {"Type": "Succeed"}}}"#,
    /// )
    /// .unwrap_err();
    ///
    /// let found: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    /// assert_eq!(found, [
    ///     "SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/A/Seconds",
    ///     "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
    ///     "MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C",
    /// ]);
    /// ```
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// Whether the definition is rejected because of its language alone, and not because something in it is wrong.
    pub fn is_jsonpath(&self) -> bool {
        let mut problems = self.problems.iter();
        problems.all(|problem| problem.code == DiagnosticCode::JsonpathNotSimulated)
    }

    /// An error if there are problems.
    pub(super) fn check(problems: Vec<Diagnostic>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self { problems })
        }
    }
}

impl From<Diagnostic> for DefinitionError {
    fn from(problem: Diagnostic) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

/// The problem; or their number, and then one a line.
impl fmt::Display for DefinitionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [problem] => problem.fmt(formatter),
            problems => {
                write!(formatter, "the definition has {} problems:", problems.len())?;
                let mut problems = problems.iter();
                problems.try_for_each(|problem| write!(formatter, "\n- {problem}"))
            }
        }
    }
}

impl std::error::Error for DefinitionError {}
