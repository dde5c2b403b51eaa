//! What comes of an evaluation, and the numbers of expressions.

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
    /// The simulator does not know what AWS does: the reason.
    Refused(String),
}

/// The wording of AWS.
///
/// Source: [floci#2667](https://github.com/floci-io/floci/issues/2667) and
/// [#2783](https://github.com/floci-io/floci/pull/2783).
impl EvaluationError {
    pub(crate) const STACK: Self = Self::Exceeded(
        "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive",
    );
    pub(crate) const TIME: Self = Self::Exceeded("Expression evaluation timeout: Check for infinite loop");
    pub(crate) const MEMORY: Self =
        Self::Exceeded("Expression evaluation memory limit exceeded: Check for excessive memory usage");
}

/// The maximum depth of a result: a deeper one could not be parsed as JSON, and would overflow the stack.
pub(super) const MAX_DEPTH: usize = 1000;

/// The integer, if 64 bits hold it and a double might not: beyond 2^53.
pub(super) fn wide_integer(number: &Number) -> Option<i64> {
    const EXACT: u64 = 1 << 53;
    number.as_i64().filter(|integer| integer.unsigned_abs() > EXACT)
}

/// A number the way JavaScript prints it: whole ones without a fraction. One that is not finite is a text, since JSON
/// has no such number.
///
/// Source: [floci#2737](https://github.com/floci-io/floci/issues/2737), measured on AWS.
pub(super) fn number_to_json(number: f64) -> Value {
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

/// A copy with every number as an expression would give it back.
pub(super) fn canonical(value: &Value) -> Value {
    match value {
        Value::Number(number) if wide_integer(number).is_some() => value.clone(),
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
