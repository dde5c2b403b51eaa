//! The scope of an evaluation: `$states` and variables.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jsonata_core::evaluator::Context;
use jsonata_core::value::JValue;
use serde_json::Value;

use super::host::Host;
use super::reads::{PlainPath, Reads, StatesField};
use super::values::{canonical, from_json};
use crate::SharedValue;

/// The variables that a state can read, by name.
pub(crate) type Variables = Arc<BTreeMap<Arc<str>, SharedValue>>;

/// The scope of the expressions of one field, or of a few that are evaluated together.
///
/// Values are converted when the first expression reads them, and only once.
pub(crate) struct Scope<'a> {
    input: &'a SharedValue,
    result: Option<&'a SharedValue>,
    error_output: Option<&'a SharedValue>,
    variables: &'a Variables,
    host: &'a dyn Host,
    converted_input: OnceCell<JValue>,
    converted_result: OnceCell<JValue>,
    converted_context: OnceCell<JValue>,
    converted_execution_input: OnceCell<JValue>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(input: &'a SharedValue, variables: &'a Variables, host: &'a dyn Host) -> Self {
        Self {
            input,
            result: None,
            error_output: None,
            variables,
            host,
            converted_input: OnceCell::new(),
            converted_result: OnceCell::new(),
            converted_context: OnceCell::new(),
            converted_execution_input: OnceCell::new(),
        }
    }

    pub(super) fn host(&self) -> &dyn Host {
        self.host
    }

    pub(crate) fn with_result(self, result: &'a SharedValue) -> Self {
        Self {
            result: Some(result),
            ..self
        }
    }

    pub(crate) fn with_error_output(self, error_output: &'a SharedValue) -> Self {
        Self {
            error_output: Some(error_output),
            ..self
        }
    }

    /// The value at a plain path, if it can be read without an evaluator: objects all the way down.
    pub(super) fn follow(&self, path: &PlainPath) -> Option<Value> {
        if path.variable != "states" {
            return walk(self.variables.get(path.variable.as_str())?, &path.keys);
        }
        let (field, keys) = path.keys.split_first()?;
        match StatesField::named(field)? {
            StatesField::Input => walk(self.input, keys),
            StatesField::Result => walk(self.result?, keys),
            StatesField::ErrorOutput => walk(self.error_output?, keys),
            StatesField::Context => self.host.context_field(keys),
        }
    }

    /// Binds what the expression reads.
    pub(super) fn bind(&self, reads: &Reads, context: &mut Context) {
        for name in reads.names() {
            if let Some(value) = self.variables.get(name) {
                context.bind(name.to_owned(), from_json(value));
            }
        }
        if reads.any_state() {
            context.bind("states".to_owned(), self.states(reads));
        }
    }

    fn states(&self, reads: &Reads) -> JValue {
        let mut fields = IndexMap::new();
        if reads.may_read(StatesField::Input) {
            let input = self.converted_input.get_or_init(|| from_json(self.input));
            fields.insert("input".to_owned(), input.clone());
        }
        if let Some(result) = self.result
            && reads.may_read(StatesField::Result)
        {
            let result = self.converted_result.get_or_init(|| from_json(result));
            fields.insert("result".to_owned(), result.clone());
        }
        if let Some(error_output) = self.error_output
            && reads.may_read(StatesField::ErrorOutput)
        {
            fields.insert("errorOutput".to_owned(), from_json(error_output));
        }
        if reads.may_read(StatesField::Context) {
            fields.insert("context".to_owned(), self.context(reads));
        }
        JValue::object(fields)
    }

    /// As much of the context object as is read.
    fn context(&self, reads: &Reads) -> JValue {
        reads
            .context_fields()
            .and_then(|wanted| self.context_of(wanted))
            .unwrap_or_else(|| {
                self.converted_context
                    .get_or_init(|| from_json(&self.host.context()))
                    .clone()
            })
    }

    /// The context object with these fields; `None` if the host does not give one of them alone.
    fn context_of(&self, wanted: &[[String; 2]]) -> Option<JValue> {
        let mut sections: IndexMap<String, IndexMap<String, JValue>> = IndexMap::new();
        for keys in wanted {
            let [section, field] = keys;
            let value = if section == "Execution" && field == "Input" {
                self.converted_execution_input
                    .get_or_init(|| from_json(self.host.execution_input()))
                    .clone()
            } else {
                from_json(&self.host.context_field(keys)?)
            };
            sections
                .entry(section.clone())
                .or_default()
                .insert(field.clone(), value);
        }
        let sections = sections
            .into_iter()
            .map(|(section, fields)| (section, JValue::object(fields)))
            .collect();
        Some(JValue::object(sections))
    }
}

/// Follows `keys` through objects.
pub(crate) fn walk(value: &Value, keys: &[String]) -> Option<Value> {
    let mut value = value;
    for key in keys {
        // A path over an array maps over its items; that is left to the evaluator.
        value = value.as_object()?.get(key)?;
    }
    Some(canonical(value))
}
