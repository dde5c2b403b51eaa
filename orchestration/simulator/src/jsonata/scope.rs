//! The scope of an evaluation: `$states` and variables.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use jsonata_core::evaluator::Context;
use jsonata_core::value::JValue;
use serde_json::{Map, Value};

use super::fast::{from_json, is_function};
use super::host::Host;
use super::reads::{PlainPath, Reads, StatesField};
use super::values::canonical;
use crate::SharedValue;

/// The variables that a state can read, by name.
pub(crate) type Variables = Arc<BTreeMap<Arc<str>, SharedValue>>;

/// The scope of the expressions of one field, or of a few that are evaluated together.
///
/// For the fast path, values are converted when the first expression reads them, and only once.
pub(crate) struct Scope<'a> {
    input: &'a SharedValue,
    result: Option<&'a SharedValue>,
    error_output: Option<&'a SharedValue>,
    variables: &'a Variables,
    host: &'a dyn Host,
    converted_input: OnceCell<Option<JValue>>,
    converted_result: OnceCell<Option<JValue>>,
    converted_context: OnceCell<Option<JValue>>,
    converted_execution_input: OnceCell<Option<JValue>>,
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

    /// Binds what the expression reads, for the fast path; `None` if it reads something that this path has not.
    pub(super) fn bind(&self, reads: &Reads, context: &mut Context) -> Option<()> {
        for name in reads.names() {
            match self.variables.get(name) {
                Some(value) => context.bind(name.to_owned(), from_json(value)?),
                // Nothing, or a function that only the reference knows.
                None if !is_function(name) => return None,
                None => {}
            }
        }
        if reads.any_state() {
            context.bind("states".to_owned(), self.converted_states(reads)?);
        }
        Some(())
    }

    fn converted_states(&self, reads: &Reads) -> Option<JValue> {
        let mut fields = IndexMap::new();
        if reads.may_read(StatesField::Input) {
            let input = self.converted_input.get_or_init(|| from_json(self.input));
            fields.insert("input".to_owned(), input.clone()?);
        }
        if let Some(result) = self.result
            && reads.may_read(StatesField::Result)
        {
            let result = self.converted_result.get_or_init(|| from_json(result));
            fields.insert("result".to_owned(), result.clone()?);
        }
        if let Some(error_output) = self.error_output
            && reads.may_read(StatesField::ErrorOutput)
        {
            fields.insert("errorOutput".to_owned(), from_json(error_output)?);
        }
        if reads.may_read(StatesField::Context) {
            fields.insert("context".to_owned(), self.converted_context(reads)?);
        }
        Some(JValue::object(fields))
    }

    /// As much of the context object as is read.
    fn converted_context(&self, reads: &Reads) -> Option<JValue> {
        let Some(wanted) = self.context_fields(reads) else {
            let whole = self
                .converted_context
                .get_or_init(|| from_json(&self.host.context()));
            return whole.clone();
        };
        let mut sections: IndexMap<String, IndexMap<String, JValue>> = IndexMap::new();
        for ([section, field], value) in wanted {
            let value = match value {
                ContextValue::ExecutionInput(input) => self
                    .converted_execution_input
                    .get_or_init(|| from_json(input))
                    .clone()?,
                ContextValue::Small(value) => from_json(&value)?,
            };
            let fields = sections.entry(section.clone()).or_default();
            fields.insert(field.clone(), value);
        }
        let sections = sections
            .into_iter()
            .map(|(section, fields)| (section, JValue::object(fields)));
        Some(JValue::object(sections.collect()))
    }

    /// The fields of the context object that are read; `None` if it may be read in another way, or if the host does not
    /// give one of them alone.
    fn context_fields<'r>(&self, reads: &'r Reads) -> Option<Vec<(&'r [String; 2], ContextValue<'_>)>> {
        let wanted = reads.context_fields()?;
        let value = |keys: &[String; 2]| {
            let [section, field] = keys;
            if section == "Execution" && field == "Input" {
                return Some(ContextValue::ExecutionInput(self.host.execution_input()));
            }
            self.host.context_field(keys).map(ContextValue::Small)
        };
        wanted.iter().map(|keys| Some((keys, value(keys)?))).collect()
    }

    /// The variables that the expression may read.
    pub(super) fn variables<'r>(&self, reads: &'r Reads) -> impl Iterator<Item = (&'r str, &'a Value)> {
        let variables = self.variables;
        reads
            .names()
            .filter_map(|name| Some((name, &**variables.get(name)?)))
    }

    /// The fields of `$states` that the expression may read; `None` if it reads none.
    pub(super) fn states(&self, reads: &Reads) -> Option<Vec<(&'static str, Cow<'_, Value>)>> {
        if !reads.any_state() {
            return None;
        }
        let mut fields: Vec<(&'static str, Cow<'_, Value>)> = Vec::new();
        if reads.may_read(StatesField::Input) {
            fields.push(("input", Cow::Borrowed(self.input)));
        }
        if let Some(result) = self.result
            && reads.may_read(StatesField::Result)
        {
            fields.push(("result", Cow::Borrowed(result)));
        }
        if let Some(error_output) = self.error_output
            && reads.may_read(StatesField::ErrorOutput)
        {
            fields.push(("errorOutput", Cow::Borrowed(error_output)));
        }
        if reads.may_read(StatesField::Context) {
            fields.push(("context", Cow::Owned(self.context(reads))));
        }
        Some(fields)
    }

    /// As much of the context object as is read.
    fn context(&self, reads: &Reads) -> Value {
        let Some(wanted) = self.context_fields(reads) else {
            return self.host.context();
        };
        let mut sections = Map::new();
        for ([section, field], value) in wanted {
            let value = match value {
                ContextValue::ExecutionInput(input) => input.clone(),
                ContextValue::Small(value) => value,
            };
            let fields = sections
                .entry(section)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(fields) = fields {
                fields.insert(field.clone(), value);
            }
        }
        Value::Object(sections)
    }
}

/// A field of the context object.
enum ContextValue<'s> {
    /// The one that may be large.
    ExecutionInput(&'s Value),
    Small(Value),
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
