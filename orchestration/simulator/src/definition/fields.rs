//! Compiling the fields of a state.

use std::sync::Arc;

use asl_document::Number;
use serde_json::{Map, Value};

use super::program::NumberField;
use crate::invariant::Invariant;
use crate::template::Template;

pub(super) fn template(value: &Value) -> Template {
    Template::parse(value).expect_invariant("the expressions of a checked definition parse")
}

pub(super) fn text(text: &str) -> Template {
    template(&Value::from(text))
}

pub(super) fn optional(value: Option<&Value>) -> Option<Template> {
    value.map(template)
}

pub(super) fn assignments(assign: Option<&Map<String, Value>>) -> Vec<(Arc<str>, Template)> {
    assign
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str().into(), template(value)))
        .collect()
}

pub(super) fn number(field: &'static str, number: Option<&Number>) -> Option<NumberField> {
    number.map(|number| match number {
        Number::Literal(number) => NumberField::literal(field, *number),
        Number::Expression(expression) => NumberField {
            field,
            value: text(expression),
        },
    })
}
