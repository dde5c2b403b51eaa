//! Checking objects and values against the schema.

use serde_json::{Map, Value};

use super::schema::{Field, Kind, Limits, Shape};
use super::{Checker, DiagnosticCode};
use crate::EpochMillis;
use crate::definition::location::Location;

impl Checker {
    /// Checks the fields of an object, in written order; `None` if it is none.
    pub(super) fn object<'v>(
        &mut self,
        at: Location<'_>,
        value: &'v Value,
        shape: &Shape,
    ) -> Option<&'v Map<String, Value>> {
        let Value::Object(fields) = value else {
            self.mistyped(at, "OBJECT");
            return None;
        };
        for (name, value) in fields {
            match shape.fields.iter().find(|field| field.name == name) {
                Some(field) => self.value(at.field(name), value, field.kind),
                None if shape.jsonpath.contains(&name.as_str()) => self.of_jsonpath(at, name),
                None => self.schema(at, format!("Field '{name}' is not supported")),
            }
        }
        let is_missing = |field: &&Field| field.required && !fields.contains_key(field.name);
        let missing: Vec<&str> = shape
            .fields
            .iter()
            .filter(is_missing)
            .map(|field| field.name)
            .collect();
        if !missing.is_empty() {
            self.schema(at, format!("These fields are required: [{}]", missing.join(", ")));
        }
        Some(fields)
    }

    fn value(&mut self, at: Location<'_>, value: &Value, kind: Kind) {
        match kind {
            Kind::Text if value.is_string() => {}
            Kind::Text => self.mistyped(at, "STRING"),
            Kind::Boolean if value.is_boolean() => {}
            Kind::Boolean => self.mistyped(at, "BOOLEAN"),
            Kind::OneOf(names) => self.one_of(at, value, names),
            Kind::Integer(limits) => self.integer(at, value, limits),
            Kind::IntegerOrExpression(limits) => match value {
                Value::String(text) => self.only_expression(at, text),
                number => self.integer(at, number, limits),
            },
            Kind::Percentage => self.percentage(at, value),
            Kind::Factor => match value.as_f64() {
                Some(factor) if factor >= 1.0 => {}
                Some(_) => self.schema(at, "Minimum value is 1.0"),
                None => self.mistyped(at, "NUMBER"),
            },
            Kind::Texts => self.texts(at, value),
            Kind::TextOrExpression => match value {
                Value::String(text) => self.text(at, text, None),
                _ => self.mistyped(at, "STRING"),
            },
            Kind::Timestamp => self.timestamp(at, value),
            Kind::Condition => match value {
                Value::Bool(_) => {}
                Value::String(text) => self.only_expression(at, text),
                _ => self.mistyped(at, "BOOLEAN, STRING"),
            },
            Kind::Items => match value {
                Value::Array(_) => self.template(at, value, None),
                Value::String(text) => self.only_expression(at, text),
                _ => self.mistyped(at, "ARRAY, STRING"),
            },
            Kind::Template(readable) => self.template(at, value, readable),
            Kind::Assignments(readable) => self.assignments(at, value, readable),
            Kind::Object(shape) => {
                self.object(at, value, shape);
            }
            Kind::Objects(shape) => self.objects(at, value, shape),
            Kind::Rules(shape) => self.filled(at, value, |checker| checker.objects(at, value, shape)),
            Kind::Branches => self.filled(at, value, |checker| checker.branches(at, value)),
            Kind::ItemProcessor => self.item_processor(at, value),
            Kind::States if value.is_object() => {}
            Kind::States => self.mistyped(at, "OBJECT"),
        }
    }

    pub(super) fn mistyped(&mut self, at: Location<'_>, types: &str) {
        self.schema(at, format!("Expected value of type [{types}]"));
    }

    /// Checks what cannot be empty.
    pub(super) fn filled(&mut self, at: Location<'_>, value: &Value, check: impl FnOnce(&mut Self)) {
        if value.as_array().is_some_and(Vec::is_empty) {
            self.schema(at, "Value cannot be empty");
        } else {
            check(self);
        }
    }

    fn one_of(&mut self, at: Location<'_>, value: &Value, names: &[&str]) {
        match value.as_str() {
            Some(name) if names.contains(&name) => {}
            Some(_) => {
                let names = names.join(", ");
                self.schema(at, format!("Value should be one of the following: [{names}]"));
            }
            None => self.mistyped(at, "STRING"),
        }
    }

    fn integer(&mut self, at: Location<'_>, value: &Value, limits: Limits) {
        let Limits { least, most } = limits;
        match (value.as_u64(), value.as_i64()) {
            (Some(number), _) if number > most => self.schema(at, format!("Maximum value is {most}")),
            (Some(number), _) if number >= least => {}
            (Some(_), _) | (None, Some(_)) => self.schema(at, format!("Minimum value is {least}")),
            (None, None) => self.mistyped(at, "INTEGER"),
        }
    }

    fn percentage(&mut self, at: Location<'_>, value: &Value) {
        match (value, value.as_f64()) {
            (Value::String(text), _) => self.only_expression(at, text),
            (_, Some(percentage)) if percentage < 0.0 => self.schema(at, "Minimum value is 0.0"),
            (_, Some(percentage)) if percentage > 100.0 => self.schema(at, "Maximum value is 100.0"),
            (Value::Number(number), Some(_)) if !number.is_u64() => self.report(
                DiagnosticCode::NotSimulated,
                at,
                "Only a whole percentage can be simulated",
            ),
            (_, Some(_)) => {}
            (_, None) => self.mistyped(at, "NUMBER"),
        }
    }

    fn texts(&mut self, at: Location<'_>, value: &Value) {
        let Value::Array(texts) = value else {
            self.mistyped(at, "ARRAY");
            return;
        };
        self.filled(at, value, |checker| {
            for (index, _) in texts.iter().enumerate().filter(|(_, text)| !text.is_string()) {
                checker.mistyped(at.item(index), "STRING");
            }
        });
    }

    /// "An uppercase T must separate the date and time portions, and an uppercase Z must denote that a numeric time zone
    /// offset is not present": see [Wait state](https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html). The
    /// refusal is recorded by [`LocalStack`](https://github.com/localstack/localstack/pull/12074).
    fn timestamp(&mut self, at: Location<'_>, value: &Value) {
        match value {
            Value::String(text) if asl_document::expression(text).is_some() => self.text(at, text, None),
            Value::String(text) if EpochMillis::parse_rfc3339(text).is_some() => {}
            Value::String(_) => self.schema(at, "String does not match RFC3339 timestamp"),
            _ => self.mistyped(at, "STRING"),
        }
    }

    fn objects(&mut self, at: Location<'_>, value: &Value, shape: &Shape) {
        let Value::Array(items) = value else {
            self.mistyped(at, "ARRAY");
            return;
        };
        for (index, item) in items.iter().enumerate() {
            self.object(at.item(index), item, shape);
        }
    }
}
