//! Conversion between JSON and the values of `jsonata-core`.

use jsonata_core::value::JValue;
use serde_json::{Number, Value};

use crate::invariant::Invariant;

const DOUBLE: &str = "every JSON number can be read as a double";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EvaluationError {
    Undefined,
    /// The result is a function.
    Unsupported,
    Threw(String),
    /// A bound of time, depth or memory was exceeded.
    Exceeded(&'static str),
}

/// The wording of AWS.
pub(super) const STACK_OVERFLOW: &str = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";

pub(super) fn to_json(value: &JValue) -> Result<Value, EvaluationError> {
    if value.is_undefined() {
        Err(EvaluationError::Undefined)
    } else {
        to_json_part(value, 0)
    }
}

/// The maximum depth of a result: a deeper one could not be parsed as JSON, and would overflow the stack.
const MAX_DEPTH: usize = 1000;

fn to_json_part(value: &JValue, depth: usize) -> Result<Value, EvaluationError> {
    if depth > MAX_DEPTH {
        return Err(EvaluationError::Exceeded(STACK_OVERFLOW));
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
        JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => {
            Err(EvaluationError::Unsupported)
        }
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
    let number = Number::from_f64(number);
    Value::Number(number.expect_invariant("a finite double is a JSON number"))
}

/// JSON as an expression sees it.
pub(super) fn from_json(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(truth) => JValue::Bool(*truth),
        Value::Number(number) => JValue::Number(number.as_f64().expect_invariant(DOUBLE)),
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
pub(super) fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) => number_to_json(number.as_f64().expect_invariant(DOUBLE)),
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
