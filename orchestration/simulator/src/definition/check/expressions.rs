//! Checking payload templates and their expressions.

use serde_json::Value;

use super::{Checker, DiagnosticCode};
use crate::definition::location::Location;
use crate::jsonata::{Expression, ExpressionError, StatesField};

impl Checker {
    /// Checks JSON with expressions at any depth. They can read `readable`, where there is such a field, besides the input
    /// and the context.
    pub(super) fn template(&mut self, at: Location<'_>, value: &Value, readable: Option<StatesField>) {
        match value {
            Value::String(text) => self.text(at, text, readable),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.template(at.item(index), item, readable);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.template(at.field(name), field, readable);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Checks a string that may be an expression.
    ///
    /// "Improperly opening or closing the expression will result in a validation error": see [Transforming
    /// data](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
    pub(super) fn text(&mut self, at: Location<'_>, text: &str, readable: Option<StatesField>) {
        match asl_document::expression(text) {
            Some(expression) => self.expression(at, expression, readable),
            None if asl_document::is_half_open(text) => self.schema(
                at,
                "An expression has to begin with '{%' and to end with '%}', without white space outside of them",
            ),
            None => {}
        }
    }

    /// Checks a string that must be an expression, since its field takes no text.
    pub(super) fn only_expression(&mut self, at: Location<'_>, text: &str) {
        if asl_document::expression(text).is_some() || asl_document::is_half_open(text) {
            self.text(at, text, None);
        } else {
            self.schema(at, "A string has to be an expression, in '{%' and '%}'");
        }
    }

    /// Reading what is not there "will be caught at creation": see [Reserved variable:
    /// $states](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#reserved-variable-states). Codes
    /// and wording are measured in [floci#2745](https://github.com/floci-io/floci/issues/2745),
    /// [#2699](https://github.com/floci-io/floci/pull/2699) and [#2786](https://github.com/floci-io/floci/pull/2786).
    fn expression(&mut self, at: Location<'_>, text: &str, readable: Option<StatesField>) {
        let expression = match Expression::parse(text) {
            Ok(expression) => expression,
            Err(ExpressionError::Syntax(message)) => {
                self.report(DiagnosticCode::InvalidJsonataExpression, at, message);
                return;
            }
            Err(ExpressionError::References(messages)) => {
                for message in messages {
                    self.report(DiagnosticCode::UnsupportedJsonataExpression, at, message);
                }
                return;
            }
        };
        for (field, name) in [
            (StatesField::Result, "result"),
            (StatesField::ErrorOutput, "errorOutput"),
        ] {
            if readable != Some(field) && expression.certainly_reads(field) {
                self.report(
                    DiagnosticCode::UnsupportedJsonataExpression,
                    at,
                    format!("Field '$states.{name}' does not exist."),
                );
            }
        }
    }
}
