//! Why a definition is refused.

use thiserror::Error;

/// A definition cannot run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// The text is not JSON.
    #[error("the definition is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// A field of the machine itself is missing or of the wrong type.
    #[error("the definition is not that of a state machine: {message}")]
    Malformed {
        /// What is wrong.
        message: String,
    },
    /// A field of a state is missing or of the wrong type.
    #[error("state `{state}` is malformed: {message}")]
    MalformedState {
        /// The state.
        state: String,
        /// What is wrong.
        message: String,
    },
    /// Nothing was given for a `${Name}`.
    #[error("nothing is given to substitute for `${{{name}}}`")]
    UnknownSubstitution {
        /// The name.
        name: String,
    },
    /// The state is written in `JSONPath`, by its own word or by default.
    #[error("state `{state}` is written in JSONPath: only JSONata states can be run")]
    JsonPathState {
        /// The state.
        state: String,
    },
    /// A JSONata state holds a field that only `JSONPath` has.
    #[error("state `{state}` has the field `{field}`, which only JSONPath states have")]
    JsonPathField {
        /// The state.
        state: String,
        /// The field.
        field: String,
    },
    /// `StartAt` names no state of its level.
    #[error("{level} starts at `{target}`, which is not one of its states")]
    UnknownStart {
        /// The machine, or the branch of which state.
        level: String,
        /// What `StartAt` says.
        target: String,
    },
    /// A transition names no state of its level.
    #[error("state `{state}` goes to `{target}` by its `{field}`, but there is no such state beside it")]
    UnknownTarget {
        /// The state.
        state: String,
        /// The field, such as `Next` or `Catch[0]/Next`.
        field: String,
        /// What it names.
        target: String,
    },
    /// No transition leads to a state.
    #[error("state `{state}` cannot be reached")]
    Unreachable {
        /// The state.
        state: String,
    },
    /// Two states of one machine have the same name.
    #[error("there are two states named `{state}`")]
    DuplicateState {
        /// The name.
        state: String,
    },
    /// An expression does not parse, or uses what Step Functions does not offer.
    #[error("state `{state}` has a bad expression in its `{field}`: {message}: {expression}")]
    Expression {
        /// The state.
        state: String,
        /// The field, such as `Arguments/Payload`.
        field: String,
        /// The expression, without its delimiters.
        expression: String,
        /// What is wrong with it.
        message: String,
    },
    /// A field has a value that the language does not allow.
    #[error("state `{state}` has a bad `{field}`: {message}")]
    Field {
        /// The state.
        state: String,
        /// The field.
        field: String,
        /// What is wrong with it.
        message: String,
    },
}
