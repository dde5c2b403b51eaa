//! Machine definitions: parsing, checking and compiling.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use asl_document::StateMachine;
use serde_json::Value;

mod bounds;
mod compile;
mod error;
mod jsonpath;
mod kinds;
mod program;
mod state_compiler;
mod substitution;
mod variables;

pub use error::DefinitionError;
pub(crate) use program::{
    BatcherNode, ChoiceNode, Distributed, MapNode, NumberField, Program, StateKind, StateNode, Target,
    TaskNode, Transformation, WaitNode,
};

/// A state machine's definition, checked, with its expressions parsed. Cheap to clone.
///
/// ```
/// use simulator::Machine;
///
/// let machine = Machine::from_json(
///     r#"{"QueryLanguage": "JSONata", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
/// )?;
/// assert_eq!(machine.state_names().collect::<Vec<_>>(), ["Done"]);
/// # Ok::<(), simulator::DefinitionError>(())
/// ```
#[derive(Clone)]
pub struct Machine {
    program: Arc<Program>,
    json: Arc<str>,
}

impl Machine {
    /// Reads a definition as it is emitted and deployed.
    ///
    /// A `${Name}` is not substituted; see [`Machine::from_template`].
    ///
    /// # Errors
    ///
    /// If the text is no definition, or one that cannot run here: see [`DefinitionError`]. All problems of the
    /// states are reported at once, but a machine in `JSONPath` by the first state that is.
    pub fn from_json(json: &str) -> Result<Self, DefinitionError> {
        Self::from_value(&parse(json)?)
    }

    /// Reads a definition and substitutes its `${Name}`s, as CloudFormation does with the
    /// `DefinitionSubstitutions` of a machine.
    ///
    /// Source: [DefinitionSubstitutions](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html).
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use simulator::Machine;
    ///
    /// let template = r#"{"QueryLanguage": "JSONata", "StartAt": "Call", "States": {
    ///     "Call": {"Type": "Task", "Resource": "${FunctionArn}", "End": true}}}"#;
    ///
    /// let error = Machine::from_template(template, &BTreeMap::new()).unwrap_err();
    /// assert_eq!(error.to_string(), "nothing is given to substitute for `${FunctionArn}`");
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Machine::from_json`], and if a `${Name}` has no value.
    pub fn from_template(
        json: &str,
        substitutions: &BTreeMap<String, String>,
    ) -> Result<Self, DefinitionError> {
        let mut value = parse(json)?;
        substitution::substitute(&mut value, substitutions)?;
        Self::from_value(&value)
    }

    /// Checks a definition that is in memory.
    ///
    /// # Errors
    ///
    /// As [`Machine::from_json`].
    pub fn new(document: impl Borrow<StateMachine>) -> Result<Self, DefinitionError> {
        let document = document.borrow();
        let json = serde_json::to_string(document).map_err(DefinitionError::NotJson)?;
        compile::compile(document).map(|program| Self {
            program: Arc::new(program),
            json: json.into(),
        })
    }

    /// The definition as JSON, after substitution: [`Machine::from_json`] makes the same machine of it.
    pub fn to_json(&self) -> &Arc<str> {
        &self.json
    }

    fn from_value(value: &Value) -> Result<Self, DefinitionError> {
        jsonpath::refuse(value)?;
        let document = jsonpath::read(value)?;
        Self::new(document)
    }

    /// The names of all states, outer ones before those inside of them.
    pub fn state_names(&self) -> impl Iterator<Item = &str> {
        self.program
            .blocks
            .iter()
            .flat_map(|block| &block.states)
            .map(|state| &*state.name)
    }

    pub(crate) fn program(&self) -> &Arc<Program> {
        &self.program
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Machine")
            .field("states", &self.state_names().count())
            .finish_non_exhaustive()
    }
}

fn parse(json: &str) -> Result<Value, DefinitionError> {
    serde_json::from_str(json).map_err(DefinitionError::NotJson)
}
