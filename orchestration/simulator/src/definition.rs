//! Machine definitions: parsing, checking and compiling.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use asl_document::StateMachine;
use serde::Deserialize;
use serde_json::Value;

use crate::WorkflowType;

mod check;
mod compile;
mod diagnostic;
mod error;
mod fields;
mod json;
mod kinds;
mod location;
mod program;
mod substitution;

pub use diagnostic::{Diagnostic, DiagnosticCode, Severity};
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
    /// What an Express workflow must not have.
    express_problems: Arc<[Diagnostic]>,
}

impl Machine {
    /// Reads a definition as it is emitted and deployed.
    ///
    /// A `${Name}` is not substituted; see [`Machine::from_template`].
    ///
    /// # Errors
    ///
    /// If the text is no definition, or one that AWS would refuse or that cannot run here. All problems are reported at
    /// once, but those of a text that is not JSON, and of states in `JSONPath` only the first: see [`validate`].
    pub fn from_json(json: &str) -> Result<Self, DefinitionError> {
        let (value, problems) = read(json)?;
        Self::from_value(&value, problems)
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
    /// assert_eq!(
    ///     error.to_string(),
    ///     "MISSING_SUBSTITUTION: nothing is given to substitute for `${FunctionArn}`"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Machine::from_json`], and if a `${Name}` has no value.
    pub fn from_template(
        json: &str,
        substitutions: &BTreeMap<String, String>,
    ) -> Result<Self, DefinitionError> {
        let (mut value, problems) = read(json)?;
        substitution::substitute(&mut value, substitutions)?;
        Self::from_value(&value, problems)
    }

    /// Checks a definition that is in memory.
    ///
    /// # Errors
    ///
    /// As [`Machine::from_json`].
    pub fn new(document: impl Borrow<StateMachine>) -> Result<Self, DefinitionError> {
        let value = serde_json::to_value(document.borrow()).map_err(|error| not_json(&error))?;
        Self::from_value(&value, Vec::new())
    }

    /// Checks that a workflow of that type may have this definition.
    ///
    /// ```
    /// use simulator::{Machine, WorkflowType};
    ///
    /// let waits = Machine::from_json(
    ///     r#"{"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": {
    ///         "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true}}}"#,
    /// )?;
    /// assert!(waits.check_type(WorkflowType::Standard).is_ok());
    /// assert!(waits.check_type(WorkflowType::Express).is_err());
    /// # Ok::<(), simulator::DefinitionError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is Express, and the definition has a callback, a `.sync` integration, an activity or a distributed Map.
    pub fn check_type(&self, workflow_type: WorkflowType) -> Result<(), DefinitionError> {
        match workflow_type {
            WorkflowType::Standard => Ok(()),
            WorkflowType::Express => DefinitionError::check(self.express_problems.to_vec()),
        }
    }

    /// The definition as JSON, after substitution: [`Machine::from_json`] makes the same machine of it.
    pub fn to_json(&self) -> &Arc<str> {
        &self.json
    }

    fn from_value(value: &Value, mut problems: Vec<Diagnostic>) -> Result<Self, DefinitionError> {
        let findings = check::check(value);
        problems.extend(findings.problems);
        DefinitionError::check(problems)?;
        let document = StateMachine::deserialize(value).map_err(|error| malformed(&error))?;
        let json = serde_json::to_string(&document).map_err(|error| not_json(&error))?;
        Ok(Self {
            program: Arc::new(compile::compile(&document)),
            json: json.into(),
            express_problems: findings.express.into(),
        })
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

/// Lists what is wrong with a definition, as AWS's `ValidateStateMachineDefinition` does; empty if a workflow of that type
/// can be created and simulated.
///
/// All problems are listed at once, in the order of the states. Only the syntax error of a text that is not JSON is alone,
/// and of states in `JSONPath`, which AWS accepts, only the first is listed.
///
/// ```
/// use simulator::{WorkflowType, validate};
///
/// let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "Again", "States": {
///     "Again": {"Type": "Wait", "Seconds": "{% 1 %", "Next": "Again"}}}"#;
///
/// let found = validate(definition, WorkflowType::Standard);
///
/// let codes: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
/// assert_eq!(codes, ["SCHEMA_VALIDATION_FAILED", "MISSING_END_STATE"]);
/// ```
pub fn validate(json: &str, workflow_type: WorkflowType) -> Vec<Diagnostic> {
    let (value, mut problems) = match read(json) {
        Ok(read) => read,
        Err(error) => return error.problems().to_vec(),
    };
    let findings = check::check(&value);
    problems.extend(findings.problems);
    if workflow_type == WorkflowType::Express {
        problems.extend(findings.express);
    }
    if problems.is_empty()
        && let Err(error) = StateMachine::deserialize(&value)
    {
        problems.push(malformed(&error));
    }
    problems
}

/// Reads JSON; the problems are keys that it repeats.
fn read(json: &str) -> Result<(Value, Vec<Diagnostic>), DefinitionError> {
    json::read(json).map_err(|error| not_json(&error).into())
}

fn not_json(error: &serde_json::Error) -> Diagnostic {
    let location = format!("line {}, column {}", error.line(), error.column());
    Diagnostic::error(
        DiagnosticCode::InvalidJsonDescription,
        error.to_string(),
        Some(location),
    )
}

/// What the document's types refuse, although the check accepts it.
fn malformed(error: &serde_json::Error) -> Diagnostic {
    Diagnostic::error(DiagnosticCode::SchemaValidationFailed, error.to_string(), None)
}
