//! JSONata as Step Functions runs it, over the `jsonata-core` crate.
//!
//! The crate's values are reference-counted without atomics and so cannot cross threads; none leaves this
//! module. What is kept between evaluations is the parsed expression, which is plain data.
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use rand_chacha::ChaCha8Rng;
use serde_json::{Number, Value};

mod digest;
mod functions;
mod reads;
mod refusals;
mod scope;

pub(crate) use functions::uuid;
pub(crate) use reads::Reads;
pub(crate) use scope::{ContextObject, Scope, StatesField, Variables, walk};

use crate::EpochMillis;

/// A parsed expression.
#[derive(Debug)]
pub(crate) struct Expression {
    text: Arc<str>,
    ast: AstNode,
    reads: Reads,
}

/// Why an expression gave no JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It gave nothing.
    Undefined,
    /// It gave a function.
    Unsupported,
    /// It threw.
    Threw(String),
}

/// What expressions see of the world: the execution's clock and its randomness.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) now: EpochMillis,
    pub(crate) random: &'a mut ChaCha8Rng,
}

impl Expression {
    /// Parses what stands between `{%` and `%}`.
    ///
    /// # Errors
    ///
    /// A sentence on what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let ast = parser::parse(text).map_err(|error| error.to_string())?;
        refusals::check(text, &ast)?;
        Ok(Self {
            text: text.into(),
            reads: Reads::of(text),
            ast,
        })
    }

    /// The expression as it was written, without its delimiters.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the expression names that field of `$states`: in a string literal it does not.
    pub(crate) fn certainly_reads(&self, field: StatesField) -> bool {
        self.reads.names_field(field) && refusals::reads_field(&self.ast, field.name())
    }

    /// Evaluates the expression.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>, world: &mut World<'_>) -> Result<Value, Problem> {
        if let Some(path) = self.reads.plain_path()
            && let Some(value) = scope.follow(path)
        {
            return Ok(value);
        }
        let mut context = Context::new();
        scope.bind(&self.reads, &mut context);
        let mut evaluator = Evaluator::with_context(context);
        functions::register(&mut evaluator, &self.reads, world)
            .map_err(|error| Problem::Threw(error.message().to_owned()))?;
        let result = evaluator
            .evaluate(&self.ast, &JValue::Undefined)
            .map_err(|error| Problem::Threw(thrown(error.message())))?;
        to_json(&result)
    }
}

/// The message as the reference implementation words it: it names no function in T1006.
fn thrown(message: &str) -> String {
    if message.starts_with("T1006:") {
        "T1006: Attempted to invoke a non-function".to_owned()
    } else {
        message.to_owned()
    }
}

/// JSON from a result.
fn to_json(value: &JValue) -> Result<Value, Problem> {
    if value.is_undefined() {
        Err(Problem::Undefined)
    } else {
        to_json_part(value)
    }
}

fn to_json_part(value: &JValue) -> Result<Value, Problem> {
    match value {
        JValue::Null | JValue::Undefined => Ok(Value::Null),
        JValue::Bool(truth) => Ok(Value::Bool(*truth)),
        JValue::Number(number) => Ok(number_to_json(*number)),
        JValue::String(text) => Ok(Value::String(text.to_string())),
        JValue::Array(items) => items
            .iter()
            .map(to_json_part)
            .collect::<Result<_, _>>()
            .map(Value::Array),
        JValue::Object(fields) => fields
            .iter()
            .map(|(key, value)| Ok((key.clone(), to_json_part(value)?)))
            .collect::<Result<_, _>>()
            .map(Value::Object),
        JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => Err(Problem::Unsupported),
    }
}

/// The largest integer up to which a double has no gaps.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// A number the way JavaScript prints it: whole ones without a fraction.
fn number_to_json(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 53 bits")]
        let whole = number as i64;
        Value::Number(whole.into())
    } else {
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    }
}

/// JSON as an expression sees it.
fn from_json(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(truth) => JValue::Bool(*truth),
        Value::Number(number) => JValue::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => JValue::string(text.as_str()),
        Value::Array(items) => JValue::array(items.iter().map(from_json).collect()),
        Value::Object(fields) => JValue::object(
            fields
                .iter()
                .map(|(key, value)| (key.clone(), from_json(value)))
                .collect(),
        ),
    }
}

/// A copy with every number as an expression would give it back.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(double) => number_to_json(double),
            None => value.clone(),
        },
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, value)| (key.clone(), canonical(value)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests;
