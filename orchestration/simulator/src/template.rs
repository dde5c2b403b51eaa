//! Payload templates: JSON in which some strings are expressions.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::SharedValue;
use crate::jsonata::{EvaluationError, Expression, ExpressionError, Scope};

/// JSON with its expressions parsed.
#[derive(Debug)]
pub(crate) enum Template {
    /// Without any expression.
    Literal(SharedValue),
    Expression(Expression),
    Array(Vec<Template>),
    Object(Vec<(String, Template)>),
}

#[derive(Debug)]
pub(crate) struct TemplateError {
    /// The field of the state, such as `Arguments/FunctionName`.
    pub(crate) field: String,
    pub(crate) expression: Arc<str>,
    pub(crate) error: EvaluationError,
}

impl Template {
    /// Parses the expressions of `value`.
    ///
    /// # Errors
    ///
    /// Why the first expression that is not valid is not.
    pub(crate) fn parse(value: &Value) -> Result<Self, ExpressionError> {
        match value {
            Value::String(text) => match asl_document::expression(text) {
                Some(expression) => Expression::parse(expression).map(Self::Expression),
                None => Ok(Self::Literal(value.clone().into())),
            },
            Value::Array(items) => {
                let items = items.iter().map(Self::parse).collect::<Result<Vec<_>, _>>()?;
                Ok(if items.iter().all(Self::is_literal) {
                    Self::Literal(value.clone().into())
                } else {
                    Self::Array(items)
                })
            }
            Value::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(key, item)| Ok((key.clone(), Self::parse(item)?)))
                    .collect::<Result<Vec<_>, ExpressionError>>()?;
                Ok(if fields.iter().all(|(_, item)| item.is_literal()) {
                    Self::Literal(value.clone().into())
                } else {
                    Self::Object(fields)
                })
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(Self::Literal(value.clone().into())),
        }
    }

    fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// The expression, if the template is nothing else.
    pub(crate) fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    pub(crate) fn evaluate(&self, field: &str, scope: &Scope<'_>) -> Result<SharedValue, TemplateError> {
        match self {
            Self::Literal(value) => Ok(Arc::clone(value)),
            _ => self
                .evaluate_value(scope)
                .map(SharedValue::new)
                .map_err(|located| TemplateError {
                    field: located.within(field),
                    expression: located.expression,
                    error: located.error,
                }),
        }
    }

    fn evaluate_value(&self, scope: &Scope<'_>) -> Result<Value, Located> {
        match self {
            Self::Literal(value) => Ok(Value::clone(value)),
            Self::Expression(expression) => expression.evaluate(scope).map_err(|error| Located {
                steps: Vec::new(),
                expression: expression.text().into(),
                error,
            }),
            Self::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    item.evaluate_value(scope)
                        .map_err(|error| error.under(format!("[{index}]")))
                })
                .collect::<Result<_, _>>()
                .map(Value::Array),
            Self::Object(fields) => {
                let mut object = Map::with_capacity(fields.len());
                for (key, item) in fields {
                    let value = item
                        .evaluate_value(scope)
                        .map_err(|error| error.under(format!("/{key}")))?;
                    object.insert(key.clone(), value);
                }
                Ok(Value::Object(object))
            }
        }
    }
}

/// An error, and the steps from it up to the template.
struct Located {
    steps: Vec<String>,
    expression: Arc<str>,
    error: EvaluationError,
}

impl Located {
    fn under(mut self, step: String) -> Self {
        self.steps.push(step);
        self
    }

    fn within(&self, field: &str) -> String {
        let mut path = field.to_owned();
        for step in self.steps.iter().rev() {
            path.push_str(step);
        }
        path
    }
}
