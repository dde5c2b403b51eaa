//! Refused definitions.

use std::fmt;

use thiserror::Error;

#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DefinitionError {
    #[error("the definition is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// A field of the machine itself is missing or of the wrong type.
    #[error("the definition is not that of a state machine: {message}")]
    Malformed { message: String },
    #[error("state `{state}` is malformed: {message}")]
    MalformedState { state: String, message: String },
    #[error("nothing is given to substitute for `${{{name}}}`")]
    UnknownSubstitution { name: String },
    /// The query language of the state is `JSONPath`, by its own field or by default.
    #[error("state `{state}` is written in JSONPath: only JSONata states can be run")]
    JsonPathState { state: String },
    #[error("state `{state}` has the field `{field}`, which only JSONPath states have")]
    JsonPathField { state: String, field: String },
    #[error("{block} starts at `{target}`, which is not one of its states")]
    UnknownStart {
        /// The machine, or the branch of which state.
        block: String,
        target: String,
    },
    #[error("state `{state}` goes to `{target}` by its `{field}`, but there is no such state beside it")]
    UnknownTarget {
        state: String,
        /// The field, such as `Next` or `Catch[0]/Next`.
        field: String,
        target: String,
    },
    #[error("state `{state}` cannot be reached")]
    Unreachable { state: String },
    #[error("there are two states named `{state}`")]
    DuplicateState { state: String },
    #[error(
        "state `{state}` assigns `{variable}` in its `{field}`, and so does a state outside of the Parallel or Map \
         that it is in"
    )]
    ShadowedVariable {
        state: String,
        /// The field, such as `Assign` or `Catch[0]/Assign`.
        field: String,
        variable: String,
    },
    /// An expression does not parse, or uses a feature that Step Functions does not have.
    #[error("state `{state}` has a bad expression in its `{field}`: {message}: {expression}")]
    Expression {
        state: String,
        /// The field, such as `Arguments/Payload`.
        field: String,
        /// The expression, without its delimiters.
        expression: String,
        message: String,
    },
    #[error("state `{state}` has a bad `{field}`: {message}")]
    Field {
        state: String,
        field: String,
        message: String,
    },
    #[error("the definition has {} problems:{}", problems.len(), Listed(problems))]
    Several {
        /// All of them, in the order of the states.
        problems: Vec<DefinitionError>,
    },
}

impl DefinitionError {
    /// Every problem by itself.
    ///
    /// ```
    /// use simulator::Machine;
    ///
    /// let error = Machine::from_json(
    ///     r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
    ///         "A": {"Type": "Wait", "Seconds": 1, "Timestamp": "2030-01-01T00:00:00Z", "Next": "B"}}}"#,
    /// )
    /// .unwrap_err();
    /// assert_eq!(error.problems().len(), 2);
    /// ```
    pub fn problems(&self) -> &[DefinitionError] {
        match self {
            Self::Several { problems } => problems,
            single => std::slice::from_ref(single),
        }
    }

    /// Whether the definition is rejected because of its language, and not because something in it is wrong.
    pub fn is_jsonpath(&self) -> bool {
        matches!(self, Self::JsonPathState { .. } | Self::JsonPathField { .. })
    }

    /// Nothing if there are no problems, and otherwise all of them as one.
    pub(super) fn check(mut problems: Vec<Self>) -> Result<(), Self> {
        match problems.len() {
            0 => Ok(()),
            1 => problems.pop().map_or(Ok(()), Err),
            _ => Err(Self::Several { problems }),
        }
    }
}

/// One problem a line.
struct Listed<'a>(&'a [DefinitionError]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|problem| write!(formatter, "\n- {problem}"))
    }
}
