//! Compiling the fields of a state.

use std::cell::RefCell;
use std::sync::Arc;

use asl_document::{Number, States, Transition};
use serde_json::{Map, Value};

use super::program::{NumberField, Target};
use super::{DefinitionError, variables};
use crate::jsonata::StatesField;
use crate::template::Template;

/// Compiles the fields of one state, and reports what is wrong with them. For a field with a problem it returns
/// any value: a definition with problems is rejected and never runs.
#[derive(Clone, Copy)]
pub(super) struct StateCompiler<'a> {
    pub(super) state: &'a str,
    pub(super) siblings: &'a States,
    pub(super) problems: &'a RefCell<Vec<DefinitionError>>,
}

impl StateCompiler<'_> {
    pub(super) fn report(&self, problem: DefinitionError) {
        self.problems.borrow_mut().push(problem);
    }

    /// Reports that a field has a value that the language does not allow.
    pub(super) fn bad(&self, field: &str, message: impl Into<String>) {
        self.report(DefinitionError::Field {
            state: self.state.to_owned(),
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// A template that can read neither a result nor an error.
    pub(super) fn template(&self, field: &str, value: &Value) -> Template {
        self.reading(None, field, value)
    }

    /// A template that can also read that field of `$states`.
    ///
    /// Reading what is not there "will be caught at creation": see [Reserved variable:
    /// $states](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#reserved-variable-states).
    fn reading(&self, readable: Option<StatesField>, field: &str, value: &Value) -> Template {
        let template = match Template::parse(field, value) {
            Ok(template) => template,
            Err(error) => {
                self.report(DefinitionError::Expression {
                    state: self.state.to_owned(),
                    field: error.field,
                    expression: error.expression,
                    message: error.message,
                });
                return Template::Literal(Value::Null.into());
            }
        };
        template.each_expression(&mut |expression| {
            for (known, name) in [
                (
                    StatesField::Result,
                    "`$states.result` is there only in `Assign` and `Output` of a Task, Parallel or Map",
                ),
                (
                    StatesField::ErrorOutput,
                    "`$states.errorOutput` is there only in `Assign` and `Output` of a catcher",
                ),
            ] {
                if readable != Some(known) && expression.certainly_reads(known) {
                    self.report(DefinitionError::Expression {
                        state: self.state.to_owned(),
                        field: field.to_owned(),
                        expression: expression.text().to_owned(),
                        message: name.to_owned(),
                    });
                }
            }
        });
        template
    }

    pub(super) fn optional(&self, field: &str, value: Option<&Value>) -> Option<Template> {
        value.map(|value| self.template(field, value))
    }

    /// The `Output` of a state, or of a part of it.
    pub(super) fn output(
        &self,
        readable: Option<StatesField>,
        field: &str,
        value: Option<&Value>,
    ) -> Option<Template> {
        value.map(|value| self.reading(readable, field, value))
    }

    pub(super) fn string_template(&self, field: &str, value: Option<&String>) -> Option<Template> {
        value.map(|text| self.template(field, &Value::String(text.clone())))
    }

    pub(super) fn assign(
        &self,
        readable: Option<StatesField>,
        field: &str,
        assign: Option<&Map<String, Value>>,
    ) -> Vec<(Arc<str>, Template)> {
        assign
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                if let Err(message) = variables::check_name(name) {
                    self.bad(field, message);
                }
                (
                    name.as_str().into(),
                    self.reading(readable, &format!("{field}/{name}"), value),
                )
            })
            .collect()
    }

    pub(super) fn number(&self, field: &'static str, number: Option<&Number>) -> Option<NumberField> {
        Some(match number? {
            Number::Literal(number) => NumberField::literal(field, *number),
            Number::Expression(text) => {
                if asl_document::expression(text).is_none() {
                    self.bad(field, "neither a number nor an expression");
                }
                NumberField {
                    field,
                    value: self.template(field, &Value::String(text.clone())),
                }
            }
        })
    }

    pub(super) fn index(&self, field: &str, target: &str) -> usize {
        self.siblings.get_index_of(target).unwrap_or_else(|| {
            self.report(DefinitionError::UnknownTarget {
                state: self.state.to_owned(),
                field: field.to_owned(),
                target: target.to_owned(),
            });
            0
        })
    }

    pub(super) fn next(&self, transition: &Transition) -> Target {
        match transition {
            Transition::Next(target) => Target::State(self.index("Next", target)),
            Transition::End => Target::End,
        }
    }
}
