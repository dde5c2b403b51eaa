//! Literals: values that are known now, as JSONata text and as templates.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::enclosed;

/// A text as a template string: itself, unless Step Functions would evaluate or reject it, CloudFormation substitute it or
/// a validator reject it.
fn literal_template(text: &str) -> String {
    let is_delimited = text.starts_with("{%") || text.ends_with("%}");
    if text.is_empty() || text.contains("${") || is_delimited || text.contains(LINE_ENDS) {
        enclosed(&quoted(text))
    } else {
        text.to_owned()
    }
}

/// The line ends of JavaScript, at which a text ends for `asl-validator`.
const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// A literal as a template. Most strings stand for themselves; not those that Step Functions would evaluate,
/// nor those that CloudFormation would substitute.
pub(super) fn value_template(value: &Value) -> Value {
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

pub(super) fn literal_text(value: &Value) -> String {
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
pub(crate) fn quoted(text: &str) -> String {
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
    fn a_literal_that_looks_like_half_an_expression_is_not_rejected() {
        assert_eq!(value_template(&json!("{% 1")), json!("{% '{% 1' %}"));
        assert_eq!(value_template(&json!("100 %}")), json!("{% '100 %\\u007d' %}"));
    }
}
