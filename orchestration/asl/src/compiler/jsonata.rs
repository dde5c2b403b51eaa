//! Expressions as JSONata text, and payload templates as JSON.
//!
//! Source: [Transforming data with JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Map, Value};

use crate::values::expr::{Binding, ExprKind, Node};

/// What a task's state reads of its own work.
pub(crate) const WHOLE_RESULT: &str = "$states.result";

/// The functions that give a sequence. JSONata unwraps one of one item, and an empty one is nothing; brackets make it an
/// array again.
///
/// Source: [floci#2676](https://github.com/floci-io/floci/pull/2676), measured on AWS.
const GIVE_SEQUENCES: [&str; 2] = ["partition", "range"];

/// Where the values that steps have left can be read, seen from one state.
pub(crate) type Places = HashMap<Binding, String>;

/// The value as a payload template: JSON, with expressions in `{% %}`.
pub(crate) fn template(node: &Node, places: &Places) -> Value {
    match &node.kind {
        ExprKind::Literal(value) => value_template(value),
        ExprKind::Substitution(name) => Value::String(format!("${{{name}}}")),
        ExprKind::Object(fields) => {
            let fields = fields
                .iter()
                .map(|field| (field.name.to_owned(), template(field.value, places)));
            Value::Object(fields.collect())
        }
        ExprKind::Array(items) => Value::Array(items.iter().map(|item| template(item, places)).collect()),
        _ => Value::String(enclosed(&text(node, places))),
    }
}

/// An expression where the document takes a JSONata string.
pub(crate) fn enclosed(expression: &str) -> String {
    format!("{{% {expression} %}}")
}

/// The value as JSONata.
pub(crate) fn text(node: &Node, places: &Places) -> String {
    match &node.kind {
        ExprKind::Field { optional: true, .. } | ExprKind::At { .. } => or_null(&path(node, places)),
        ExprKind::Input(_)
        | ExprKind::Context(_)
        | ExprKind::ChildInput(_)
        | ExprKind::TaskResult
        | ExprKind::Bound(_)
        | ExprKind::MapItem { .. }
        | ExprKind::Parameter(_)
        | ExprKind::Field { .. }
        | ExprKind::Item { .. }
        | ExprKind::Present { .. } => path(node, places),
        ExprKind::Literal(value) => literal_text(value),
        ExprKind::Substitution(name) => format!("'${{{name}}}'"),
        ExprKind::Object(fields) => {
            let fields = fields
                .iter()
                .map(|field| format!("{}: {}", quoted(field.name), text(field.value, places)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Array(items) => {
            let items = items.iter().map(|item| text(item, places));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        ExprKind::Infix {
            operator,
            left,
            right,
        } => {
            format!("{} {operator} {}", operand(left, places), operand(right, places))
        }
        ExprKind::Call { function, arguments } => {
            let arguments = arguments.iter().map(|argument| text(argument, places));
            let call = format!("${function}({})", arguments.collect::<Vec<_>>().join(", "));
            if GIVE_SEQUENCES.contains(function) {
                format!("[{call}]")
            } else {
                call
            }
        }
        // A sequence, too. The brackets behind it keep the one item, which may be an array itself and would be taken for
        // the whole; those around it make an array of nothing.
        ExprKind::Each {
            function,
            array,
            parameter,
            body,
        } => {
            let name = parameter_name(places);
            let mut inside = places.clone();
            inside.insert(*parameter, name.clone());
            format!(
                "[${function}({}, function({name}) {{ {} }})[]]",
                text(array, places),
                text(body, &inside)
            )
        }
        ExprKind::IsPresent(inner) => {
            let value = path(inner, places);
            format!("$exists({value}) and {value} != null")
        }
        ExprKind::Select { condition, yes, no } => {
            let (condition, yes) = (operand(condition, places), operand(yes, places));
            format!("{condition} ? {yes} : {}", operand(no, places))
        }
    }
}

/// The value where it may be absent: an expression without a result fails its state.
pub(crate) fn or_null(path: &str) -> String {
    format!("$exists({path}) ? {path} : null")
}

fn operand(node: &Node, places: &Places) -> String {
    let text = text(node, places);
    match &node.kind {
        ExprKind::Infix { .. }
        | ExprKind::IsPresent(_)
        | ExprKind::Select { .. }
        | ExprKind::At { .. }
        | ExprKind::Field { optional: true, .. } => format!("({text})"),
        _ => text,
    }
}

/// The value as something that `.field` can follow.
fn path(node: &Node, places: &Places) -> String {
    match &node.kind {
        ExprKind::Input(_) | ExprKind::ChildInput(_) => "$states.context.Execution.Input".to_owned(),
        ExprKind::TaskResult => WHOLE_RESULT.to_owned(),
        ExprKind::Context(path) => format!("$states.context.{path}"),
        ExprKind::Bound(binding) => places.get(binding).cloned().unwrap_or_default(),
        ExprKind::Field { of, name, .. } => match of.literal_field(name) {
            Some(field) => operand(field, places),
            None => join(&path(of, places), name),
        },
        ExprKind::Item { of, index } => format!("{}[{index}]", path(of, places)),
        ExprKind::At { of, index } => format!("{}[{}]", path(of, places), text(index, places)),
        ExprKind::MapItem { index: false, .. } => "$states.context.Map.Item.Value".to_owned(),
        ExprKind::MapItem { index: true, .. } => "$states.context.Map.Item.Index".to_owned(),
        ExprKind::Parameter(parameter) => places.get(parameter).cloned().unwrap_or_default(),
        ExprKind::Present { of, .. } => path(of, places),
        _ => format!("({})", text(node, places)),
    }
}

/// The parameter of a function that is applied to each item: `$item`, and inside of it `$item2` and so on.
fn parameter_name(places: &Places) -> String {
    match places
        .values()
        .filter(|place| is_parameter_name(place.trim_start_matches('$')))
        .count()
    {
        0 => "$item".to_owned(),
        outer => format!("$item{}", outer + 1),
    }
}

/// Whether a variable may not have this name: it means something else already.
pub(crate) fn is_reserved(variable: &str) -> bool {
    is_parameter_name(variable) || FUNCTIONS.contains(&variable) || variable == "states"
}

/// The functions of JSONata and those that AWS adds: a variable of such a name would hide the function.
///
/// Source: [JSONata function library](https://docs.jsonata.org/string-functions) and
/// [functions provided by Step Functions](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn).
const FUNCTIONS: [&str; 70] = [
    "abs",
    "append",
    "assert",
    "average",
    "base64decode",
    "base64encode",
    "boolean",
    "ceil",
    "clone",
    "contains",
    "count",
    "decodeUrl",
    "decodeUrlComponent",
    "distinct",
    "each",
    "encodeUrl",
    "encodeUrlComponent",
    "error",
    "eval",
    "exists",
    "filter",
    "floor",
    "formatBase",
    "formatInteger",
    "formatNumber",
    "fromMillis",
    "hash",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "map",
    "match",
    "max",
    "merge",
    "millis",
    "min",
    "not",
    "now",
    "number",
    "pad",
    "parse",
    "parseInteger",
    "partition",
    "power",
    "random",
    "range",
    "reduce",
    "replace",
    "reverse",
    "round",
    "shuffle",
    "sift",
    "single",
    "sort",
    "split",
    "spread",
    "sqrt",
    "string",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "toMillis",
    "trim",
    "type",
    "uppercase",
    "uuid",
    "zip",
];

fn is_parameter_name(variable: &str) -> bool {
    variable
        .strip_prefix("item")
        .is_some_and(|rest| rest.chars().all(|letter| letter.is_ascii_digit()))
}

/// `base.name`, with the name quoted where JSONata would read it otherwise.
pub(crate) fn join(base: &str, name: &str) -> String {
    let mut letters = name.chars();
    let starts_well = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let plain = starts_well && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain && !["and", "or", "in", "true", "false", "null", "function"].contains(&name) {
        format!("{base}.{name}")
    } else {
        format!("{base}.`{name}`")
    }
}

/// A text as a template string: itself, unless Step Functions would evaluate it, CloudFormation substitute it or a
/// validator refuse it.
pub(crate) fn literal_template(text: &str) -> String {
    if text.is_empty() || text.contains("${") || text.starts_with("{%") || text.contains(LINE_ENDS) {
        enclosed(&quoted(text))
    } else {
        text.to_owned()
    }
}

/// What ends a line in JavaScript, and with it what `asl-validator` takes for a text.
const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// A literal as a template. Most strings stand for themselves; not those that Step Functions would evaluate,
/// nor those that CloudFormation would substitute.
fn value_template(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(literal_template(text)),
        Value::Array(items) => Value::Array(items.iter().map(value_template).collect()),
        Value::Object(fields) => {
            if fields.keys().any(|name| name.contains("${")) {
                return Value::String(enclosed(&literal_text(value)));
            }
            let fields = fields
                .iter()
                .map(|(name, field)| (name.clone(), value_template(field)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}

fn literal_text(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(literal_text).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, field)| format!("{}: {}", quoted(name), literal_text(field)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}

/// A JSONata string literal. It holds neither `${`, which CloudFormation would substitute, nor `%}`, which
/// would end the expression: one of the two characters is written as its code.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    let mut before = None;
    for letter in text.chars() {
        match letter {
            // JSONata takes the escapes of JSON, and JSON has none for this one.
            '\'' => quoted.push_str("\\u0027"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{2028}' => quoted.push_str("\\u2028"),
            '\u{2029}' => quoted.push_str("\\u2029"),
            '{' if before == Some('$') => quoted.push_str("\\u007b"),
            '}' if before == Some('%') => quoted.push_str("\\u007d"),
            control if control.is_control() && (control as u32) < 0x1_0000 => {
                // Writing to a string does not fail.
                let _ = write!(quoted, "\\u{:04x}", control as u32);
            }
            plain => quoted.push(plain),
        }
        before = Some(letter);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        assert_eq!(quoted(r"it's a \ path"), r"'it\u0027s a \\ path'");
    }

    #[test]
    fn no_literal_holds_what_cloudformation_substitutes() {
        let literal = json!({"a": "${Name}", "b": ["$${x}", "plain"], "${key}": 1});

        let template = value_template(&literal).to_string();

        assert!(!template.contains("${"), "{template}");
    }

    #[test]
    fn a_text_that_a_validator_would_refuse_is_an_expression() {
        assert_eq!(value_template(&json!("")), json!("{% '' %}"));
        assert_eq!(value_template(&json!("a\nb")), json!("{% 'a\\nb' %}"));
        assert_eq!(value_template(&json!("\u{2028}")), json!("{% '\\u2028' %}"));
    }

    #[test]
    fn a_literal_that_looks_like_an_expression_is_not_evaluated() {
        assert_eq!(
            value_template(&json!("{% $now() %}")),
            json!("{% '{% $now() %\\u007d' %}")
        );
    }

    #[test]
    fn no_variable_hides_a_function() {
        assert!(
            ["uuid", "hash", "now", "zip"]
                .iter()
                .all(|name| is_reserved(name))
        );
    }

    #[test]
    fn names_that_jsonata_would_misread_are_quoted() {
        assert_eq!(join("$x", "userId"), "$x.userId");
        assert_eq!(join("$x", "user-id"), "$x.`user-id`");
        assert_eq!(join("$x", "and"), "$x.`and`");
    }
}
