//! JSONata as Step Functions runs it, over the `jsonata-core` crate.
//!
//! The crate's values are reference-counted without atomics and so cannot cross threads; none leaves this
//! module. What is kept between evaluations is the parsed expression, which is plain data.
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use std::sync::Arc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use rand_chacha::ChaCha8Rng;
use serde_json::{Number, Value};

mod digest;
mod functions;
mod reads;
mod refusals;
mod scope;
mod wording;

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
    /// It took more than an expression may take.
    Exceeded(&'static str),
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
        let mut evaluator = Evaluator::with_options(context, self.bounds());
        functions::register(&mut evaluator, &self.reads, world)
            .map_err(|error| Problem::Threw(error.message().to_owned()))?;
        let result = evaluator
            .evaluate(&self.ast, &JValue::Undefined)
            .map_err(|error| thrown(error.message(), &self.ast))?;
        to_json(&result)
    }

    /// What the expression may take, so that one that never ends does.
    ///
    /// AWS bounds its evaluation by time, depth and memory, and documents none of it. Here, depth is left to
    /// `jsonata-core`. The time is real, not the execution's: it ends only what would not end, which takes a function of
    /// the expression's own. Looking at the clock costs every other expression more than it is worth.
    ///
    /// Source: [floci#2667](https://github.com/floci-io/floci/issues/2667) and
    /// [#2783](https://github.com/floci-io/floci/pull/2783), measured on AWS.
    fn bounds(&self) -> EvaluatorOptions {
        let has_functions = self.text.contains("function") || self.text.contains('λ');
        EvaluatorOptions {
            timeout_ms: has_functions.then_some(2_000),
            max_sequence_length: Some(MAX_SEQUENCE),
            ..EvaluatorOptions::default()
        }
    }
}

/// A range of one item more exceeds the memory of an expression on AWS.
const MAX_SEQUENCE: usize = 873_782;

/// The wording of AWS.
const STACK_OVERFLOW: &str = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";

/// What an error of the evaluator means. The bounds have no code, as on AWS.
fn thrown(message: &str, ast: &AstNode) -> Problem {
    match message.split(':').next() {
        Some("D1012") => Problem::Exceeded("Expression evaluation timeout: Check for infinite loop"),
        Some("D1011" | "U1001") => Problem::Exceeded(STACK_OVERFLOW),
        Some("D2014" | "D2015") => {
            Problem::Exceeded("Expression evaluation memory limit exceeded: Check for excessive memory usage")
        }
        _ => Problem::Threw(wording::reworded(message, ast)),
    }
}

/// JSON from a result.
fn to_json(value: &JValue) -> Result<Value, Problem> {
    if value.is_undefined() {
        Err(Problem::Undefined)
    } else {
        to_json_part(value, 0)
    }
}

/// The deepest result: what is deeper could not be read back as JSON, and would not fit on the stack.
const MAX_DEPTH: usize = 1000;

fn to_json_part(value: &JValue, depth: usize) -> Result<Value, Problem> {
    if depth > MAX_DEPTH {
        return Err(Problem::Exceeded(STACK_OVERFLOW));
    }
    match value {
        JValue::Null | JValue::Undefined => Ok(Value::Null),
        JValue::Bool(truth) => Ok(Value::Bool(*truth)),
        JValue::Number(number) => Ok(number_to_json(*number)),
        JValue::String(text) => Ok(Value::String(text.to_string())),
        JValue::Array(items) => items
            .iter()
            .map(|item| to_json_part(item, depth + 1))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        JValue::Object(fields) => fields
            .iter()
            .map(|(key, value)| Ok((key.clone(), to_json_part(value, depth + 1)?)))
            .collect::<Result<_, _>>()
            .map(Value::Object),
        JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => Err(Problem::Unsupported),
    }
}

/// A number the way JavaScript prints it: whole ones without a fraction. One that is not finite is a text, since JSON
/// has no such number.
///
/// Source: [floci#2737](https://github.com/floci-io/floci/issues/2737), measured on AWS.
fn number_to_json(number: f64) -> Value {
    if number.is_nan() {
        return Value::from("NaN");
    }
    if number.is_infinite() {
        return Value::from(if number > 0.0 { "Infinity" } else { "-Infinity" });
    }
    if number.fract() == 0.0
        // The digits are the fewest that give the number back, and not those of its exact value.
        && let Ok(whole) = number.to_string().parse::<i64>()
    {
        return Value::Number(whole.into());
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
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
