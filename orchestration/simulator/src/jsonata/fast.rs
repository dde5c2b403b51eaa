//! The fast path: simple expressions, evaluated by the `jsonata-core` crate.
//!
//! What is simple is decided by the reference's syntax tree, from a short list of node types and functions for which both
//! give the same value; `tests/differential.rs` holds them against each other. An expression that fails here, and one that
//! reads an integer beyond 2^53, is evaluated again by the reference, so that no message is the crate's own.
//!
//! The crate's values are reference-counted without atomics and so cannot cross threads; none leaves this module and
//! `scope`. Between evaluations, only the parsed expression is kept, which is plain data.

use std::cell::RefCell;
use std::rc::Rc;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::reads::Reads;
use super::syntax::{children, field, kind, text};
use super::values::{MAX_DEPTH, number_to_json, wide_integer};
use crate::EpochMillis;
use crate::invariant::Invariant;
use crate::random::uuid;

/// The expression for the fast path, if it is simple.
pub(super) fn compile(expression: &str, tree: &Value) -> Option<AstNode> {
    if !is_simple(tree, 0) {
        return None;
    }
    parser::parse(expression).ok()
}

/// How deep a simple expression may nest: below the depth at which AWS ends an evaluation.
const MAX_NESTING: usize = 30;

/// The functions whose results are the same, with the number of arguments they take here. Whoever calls `$error` gets no
/// result here, and so the reference's message.
const FUNCTIONS: [(&str, usize); 6] = [
    ("exists", 1),
    ("not", 1),
    ("error", 1),
    ("now", 0),
    ("millis", 0),
    ("uuid", 0),
];

/// The names that an object of JavaScript inherits: the reference finds those in any object.
const INHERITED: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

fn is_inherited(name: &str) -> bool {
    INHERITED.contains(&name)
}

/// Whether the name is one of the functions that the fast path has.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.iter().any(|(function, _)| *function == name)
}

fn is_simple(node: &Value, depth: usize) -> bool {
    let simple = |node: &Value| is_simple(node, depth + 1);
    let part = |name| field(node, name).is_some_and(simple);
    if depth > MAX_NESTING
        || ["group", "keepArray", "focus", "index", "tuple"]
            .iter()
            .any(|mark| field(node, mark).is_some())
    {
        return false;
    }
    match kind(node) {
        "number" | "value" => field(node, "predicate").is_none(),
        "string" => field(node, "predicate").is_none() && text(node, "value").is_some_and(str::is_ascii),
        "variable" => {
            text(node, "value").is_some_and(|name| {
                !name.is_empty() && name != "$" && !is_inherited(name) && !is_function(name)
            }) && has_simple_filters(node, "predicate")
        }
        "path" => is_simple_path(node),
        "condition" => part("condition") && part("then") && part("else"),
        "block" => {
            field(node, "predicate").is_none()
                && children(node, "expressions").len() == 1
                && children(node, "expressions").iter().all(simple)
        }
        "binary" => {
            field(node, "predicate").is_none()
                && text(node, "value").is_some_and(is_simple_operator)
                && (!is_order(node) || is_number(node, "lhs") || is_number(node, "rhs"))
                && part("lhs")
                && part("rhs")
        }
        "unary" => field(node, "predicate").is_none() && is_simple_constructor(node, simple),
        "function" => field(node, "predicate").is_none() && is_simple_call(node, simple),
        _ => false,
    }
}

/// Division is none, since `0 / 0` is no number to the reference and one to the crate.
fn is_simple_operator(operator: &str) -> bool {
    ["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "and", "or"].contains(&operator)
}

/// An order is simple beside a number. The reference orders texts by UTF-16 units, and the crate by characters.
fn is_order(node: &Value) -> bool {
    text(node, "value").is_some_and(|operator| ["<", "<=", ">", ">="].contains(&operator))
}

fn is_number(node: &Value, side: &str) -> bool {
    field(node, side).is_some_and(|side| kind(side) == "number")
}

/// A variable and names behind it, with or without positions.
fn is_simple_path(node: &Value) -> bool {
    let Some((first, names)) = children(node, "steps").split_first() else {
        return false;
    };
    field(node, "predicate").is_none()
        && field(node, "keepSingletonArray").is_none()
        && kind(first) == "variable"
        && is_simple(first, 0)
        && names.iter().all(|step| {
            kind(step) == "name"
                && text(step, "value").is_some_and(|name| !is_inherited(name))
                && ["group", "keepArray", "focus", "index", "tuple", "predicate"]
                    .iter()
                    .all(|mark| field(step, mark).is_none())
                && has_simple_filters(step, "stages")
        })
}

/// Whether the filters of a step are positions counted from its start.
fn has_simple_filters(step: &Value, name: &str) -> bool {
    children(step, name).iter().all(|filter| {
        kind(filter) == "filter"
            && field(filter, "expr").is_some_and(|position| {
                kind(position) == "number" && position.get("value").is_some_and(Value::is_u64)
            })
    })
}

fn is_simple_constructor(node: &Value, simple: impl Fn(&Value) -> bool) -> bool {
    match text(node, "value") {
        Some("[") => children(node, "expressions").iter().all(|item| {
            // An array in an array is marked, so that it is not flattened.
            field(item, "consarray").is_none() && simple(item)
        }),
        Some("{") => {
            let pairs: Vec<&[Value]> = children(node, "lhs")
                .iter()
                .map(|pair| pair.as_array().map_or(&[][..], Vec::as_slice))
                .collect();
            let mut keys: Vec<&str> = Vec::new();
            pairs.into_iter().all(|pair| match pair {
                [key, value] => {
                    let name = text(key, "value").unwrap_or_default();
                    let fresh = kind(key) == "string"
                        && !keys.contains(&name)
                        && !is_inherited(name)
                        && !is_index(name);
                    keys.push(name);
                    fresh && simple(key) && simple(value)
                }
                _ => false,
            })
        }
        _ => false,
    }
}

/// A key that JavaScript puts before the others.
fn is_index(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_digit())
}

fn is_simple_call(node: &Value, simple: impl Fn(&Value) -> bool) -> bool {
    let called = field(node, "procedure").filter(|called| kind(called) == "variable");
    let Some(name) = called.and_then(|called| text(called, "value")) else {
        return false;
    };
    let arguments = children(node, "arguments");
    FUNCTIONS.contains(&(name, arguments.len())) && arguments.iter().all(simple)
}

/// The result, if the fast path has one; `None` leaves it to the reference.
pub(super) fn evaluate(
    tree: &AstNode,
    context: Context,
    reads: &Reads,
    now: EpochMillis,
    random: Option<ChaCha8Rng>,
) -> Option<Result<Value, Undefined>> {
    let mut evaluator = Evaluator::with_options(context, EvaluatorOptions::default());
    register(&mut evaluator, reads, now, random).ok()?;
    let result = evaluator.evaluate(tree, &JValue::Undefined).ok()?;
    if result.is_undefined() {
        return Some(Err(Undefined));
    }
    to_json(&result, 0).map(Ok)
}

/// The expression has no result.
#[derive(Debug)]
pub(super) struct Undefined;

fn register(
    evaluator: &mut Evaluator,
    reads: &Reads,
    now: EpochMillis,
    random: Option<ChaCha8Rng>,
) -> Result<(), EvaluatorError> {
    if reads.may_call("error") {
        evaluator.register_fn_override("error", |_: &[JValue]| {
            Err(EvaluatorError::EvaluationError("$error was called".to_owned()))
        })?;
    }
    if reads.may_call("millis") {
        evaluator.register_fn_override("millis", move |_: &[JValue]| {
            Ok(JValue::from_i64(now.as_millis()))
        })?;
    }
    if reads.may_call("now") {
        let text = now.to_string();
        evaluator.register_fn_override("now", move |_: &[JValue]| Ok(JValue::string(text.as_str())))?;
    }
    if let Some(random) = random {
        let random = Rc::new(RefCell::new(random));
        evaluator.register_fn("uuid", move |_: &[JValue]| {
            Ok(JValue::string(uuid(&mut *random.borrow_mut())))
        })?;
    }
    Ok(())
}

/// JSON as an expression sees it; `None` if there is an integer that a double cannot hold.
pub(super) fn from_json(value: &Value) -> Option<JValue> {
    Some(match value {
        Value::Null => JValue::Null,
        Value::Bool(truth) => JValue::Bool(*truth),
        Value::Number(number) if wide_integer(number).is_some() => return None,
        Value::Number(number) => JValue::Number(
            number
                .as_f64()
                .expect_invariant("every JSON number can be read as a double"),
        ),
        Value::String(text) => JValue::string(text.as_str()),
        Value::Array(items) => JValue::array(items.iter().map(from_json).collect::<Option<_>>()?),
        Value::Object(fields) => JValue::object(
            fields
                .iter()
                .map(|(key, value)| Some((key.clone(), from_json(value)?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// The result as JSON; `None` if it is or holds a function.
fn to_json(value: &JValue, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    Some(match value {
        JValue::Null | JValue::Undefined => Value::Null,
        JValue::Bool(truth) => Value::Bool(*truth),
        JValue::Number(number) => number_to_json(*number),
        JValue::String(text) => Value::String(text.to_string()),
        JValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| to_json(item, depth + 1))
                .collect::<Option<_>>()?,
        ),
        JValue::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, value)| Some((key.clone(), to_json(value, depth + 1)?)))
                .collect::<Option<_>>()?,
        ),
        JValue::Lambda(_) | JValue::Builtin { .. } | JValue::Regex { .. } => return None,
    })
}
