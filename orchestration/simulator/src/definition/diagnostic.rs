//! Diagnostics: what is wrong with a definition, and where.

use std::fmt;

use serde::Serialize;

/// One problem of a definition, in the shape of AWS's API.
///
/// Wording, code and location are AWS's where they are recorded or measured, and ours elsewhere: AWS asks to rely on the
/// result alone.
///
/// Source: [ValidateStateMachineDefinitionDiagnostic](https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html).
///
/// ```
/// use simulator::{DiagnosticCode, WorkflowType, validate};
///
/// let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "Go", "States": {
///     "Go": {"Type": "Pass", "Outputs": 1, "End": true}}}"#;
///
/// let found = validate(definition, WorkflowType::Standard);
///
/// assert_eq!(found[0].code, DiagnosticCode::SchemaValidationFailed);
/// assert_eq!(found[0].to_string(), "SCHEMA_VALIDATION_FAILED: Field 'Outputs' is not supported at /States/Go");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    pub severity: Severity,
    pub code: DiagnosticCode,
    pub message: String,
    /// The path of the object or field, such as `/States/Go/Retry[0]`; `None` for the definition as a whole. Of JSON that
    /// does not parse it is the line and column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// Whether a definition with that problem is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    Error,
    /// Accepted, but suspicious. All of AWS's warnings are about `JSONPath`, so there are none here yet.
    Warning,
}

/// The kind of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum DiagnosticCode {
    /// The text is not JSON.
    InvalidJsonDescription,
    /// A field is unknown, missing, of the wrong type or out of its range.
    SchemaValidationFailed,
    /// An expression does not parse. Measured:
    /// [floci#2745](https://github.com/floci-io/floci/issues/2745).
    InvalidJsonataExpression,
    /// An expression reads what is not there: an input document, or a field of `$states`. Measured:
    /// [floci#2699](https://github.com/floci-io/floci/pull/2699) and
    /// [#2786](https://github.com/floci-io/floci/pull/2786).
    UnsupportedJsonataExpression,
    /// None of the machine's own states ends it.
    MissingEndState,
    /// A transition leads nowhere, or none leads to a state.
    MissingTransitionTarget,
    DuplicateStateName,
    InvalidStateName,
    DuplicateLabelName,
    InvalidLabelName,
    /// Ours: a state is written in `JSONPath`, which AWS accepts.
    JsonpathNotSimulated,
    /// Ours: AWS accepts it, and the simulator cannot run it as AWS does.
    NotSimulated,
    /// Ours: a `${Name}` of a template has no value.
    MissingSubstitution,
}

impl DiagnosticCode {
    /// The code as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJsonDescription => "INVALID_JSON_DESCRIPTION",
            Self::SchemaValidationFailed => "SCHEMA_VALIDATION_FAILED",
            Self::InvalidJsonataExpression => "INVALID_JSONATA_EXPRESSION",
            Self::UnsupportedJsonataExpression => "UNSUPPORTED_JSONATA_EXPRESSION",
            Self::MissingEndState => "MISSING_END_STATE",
            Self::MissingTransitionTarget => "MISSING_TRANSITION_TARGET",
            Self::DuplicateStateName => "DUPLICATE_STATE_NAME",
            Self::InvalidStateName => "INVALID_STATE_NAME",
            Self::DuplicateLabelName => "DUPLICATE_LABEL_NAME",
            Self::InvalidLabelName => "INVALID_LABEL_NAME",
            Self::JsonpathNotSimulated => "JSONPATH_NOT_SIMULATED",
            Self::NotSimulated => "NOT_SIMULATED",
            Self::MissingSubstitution => "MISSING_SUBSTITUTION",
        }
    }
}

impl Diagnostic {
    pub(super) fn error(code: DiagnosticCode, message: impl Into<String>, location: Option<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            location,
        }
    }
}

/// As `CreateStateMachine` words it: code, message and location.
impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message)?;
        match &self.location {
            Some(location) => write!(formatter, " at {location}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for DiagnosticCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
        })
    }
}
