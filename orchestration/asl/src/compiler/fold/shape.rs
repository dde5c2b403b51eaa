//! Shapes: what is known of a value at a place, and with that, which expressions have a result whatever happens.
//!
//! ```text
//! Object {outcome: Any}         $states.result.outcome   has a result
//! Any                           $states.result.outcome   may have none: then the state fails with `States.QueryEvaluationError`
//! ```

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::expression::{Expression, Path, Root, Step, parse};
use asl_document::expression;

/// What is known of a value that exists.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Any,
    /// Exactly this text, number, truth value or `null`.
    Scalar(Value),
    /// An object with at least these fields.
    Object(IndexMap<String, Shape>),
    /// An array of exactly these items.
    Array(Vec<Shape>),
}

/// What is known where expressions are evaluated.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scope {
    pub(super) input: Shape,
    /// `$states.result`, where there is one.
    pub(super) result: Option<Shape>,
    /// `$states.errorOutput`, where there is one.
    pub(super) error: Option<Shape>,
    /// The variables that are assigned on each way to this place.
    pub(super) variables: BTreeMap<String, Shape>,
}

impl Scope {
    pub(super) fn entering(input: Shape, variables: BTreeMap<String, Shape>) -> Self {
        Self {
            input,
            result: None,
            error: None,
            variables,
        }
    }

    /// What is known where two ways meet.
    pub(super) fn join(&self, other: &Self) -> Self {
        let variables = self.variables.iter().filter_map(|(name, shape)| {
            let other = other.variables.get(name)?;
            Some((name.clone(), shape.join(other)))
        });
        Self::entering(self.input.join(&other.input), variables.collect())
    }
}

impl Shape {
    /// What is known of a value that is either.
    pub(super) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Scalar(one), Self::Scalar(two)) if one == two => self.clone(),
            (Self::Object(one), Self::Object(two)) => {
                let common = one
                    .iter()
                    .filter_map(|(name, shape)| Some((name.clone(), shape.join(two.get(name)?))));
                Self::Object(common.collect())
            }
            (Self::Array(one), Self::Array(two)) if one.len() == two.len() => {
                Self::Array(one.iter().zip(two).map(|(one, two)| one.join(two)).collect())
            }
            _ => Self::Any,
        }
    }

    fn follow(&self, steps: &[Step]) -> Option<&Self> {
        let Some((step, rest)) = steps.split_first() else {
            return Some(self);
        };
        match (self, step) {
            (Self::Object(fields), Step::Field(name)) => fields.get(name)?.follow(rest),
            (Self::Array(items), Step::Index(index)) => items.get(*index)?.follow(rest),
            _ => None,
        }
    }
}

/// The shape of a template's value, if its evaluation cannot fail.
pub(super) fn of_template(template: &Value, scope: &Scope) -> Option<Shape> {
    shape(template, &|text| of_expression(&parse(text)?, scope))
}

/// The shape of a template's value after its evaluation has succeeded.
pub(super) fn once_evaluated(template: &Value, scope: &Scope) -> Shape {
    let assumed = shape(template, &|text| {
        let known = parse(text).and_then(|expression| of_expression(&expression, scope));
        Some(known.unwrap_or(Shape::Any))
    });
    assumed.unwrap_or(Shape::Any)
}

fn shape(template: &Value, of_text: &impl Fn(&str) -> Option<Shape>) -> Option<Shape> {
    Some(match template {
        Value::String(text) => match expression(text) {
            Some(expression) => of_text(expression)?,
            // CloudFormation substitutes it.
            None if text.contains("${") => Shape::Any,
            None => Shape::Scalar(template.clone()),
        },
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, field)| Some((name.clone(), shape(field, of_text)?)));
            Shape::Object(fields.collect::<Option<_>>()?)
        }
        Value::Array(items) => Shape::Array(
            items
                .iter()
                .map(|item| shape(item, of_text))
                .collect::<Option<_>>()?,
        ),
        plain => Shape::Scalar(plain.clone()),
    })
}

/// The shape of an expression's result, if there is one whatever the values are.
pub(super) fn of_expression(expression: &Expression, scope: &Scope) -> Option<Shape> {
    Some(match expression {
        Expression::Literal(value) => Shape::Scalar(value.clone()),
        Expression::Path(path) => of_path(path, scope)?,
        Expression::Equal { sides, negated } => {
            let [left, right] = &**sides;
            if !(evaluates(left, scope) && evaluates(right, scope)) {
                return None;
            }
            match (of_expression(left, scope), of_expression(right, scope)) {
                (Some(Shape::Scalar(Value::String(left))), Some(Shape::Scalar(Value::String(right)))) => {
                    Shape::Scalar(Value::Bool((left == right) != *negated))
                }
                _ => Shape::Any,
            }
        }
        Expression::Logic(sides) => {
            let all = sides.iter().all(|side| evaluates(side, scope));
            all.then_some(Shape::Any)?
        }
        Expression::Exists(inner) => {
            if !evaluates(inner, scope) {
                return None;
            }
            match of_expression(inner, scope) {
                Some(_) => Shape::Scalar(Value::Bool(true)),
                None => Shape::Any,
            }
        }
        Expression::Not(inner) => match of_expression(inner, scope)? {
            Shape::Scalar(Value::Bool(value)) => Shape::Scalar(Value::Bool(!value)),
            _ => Shape::Any,
        },
        Expression::Conditional(parts) => {
            let [condition, yes, no] = &**parts;
            if !evaluates(condition, scope) {
                return None;
            }
            let yes = match yes {
                Expression::Path(path) if proves(condition, path) => Shape::Any,
                other => of_expression(other, scope)?,
            };
            yes.join(&of_expression(no, scope)?)
        }
        Expression::Object(fields) => {
            let shapes = fields
                .iter()
                .map(|(name, field)| Some((name.clone(), of_expression(field, scope)?)));
            Shape::Object(shapes.collect::<Option<_>>()?)
        }
        Expression::Array(items) => {
            // JSONata joins arrays in an array, so that the number of items is not known.
            items
                .iter()
                .all(|item| of_expression(item, scope).is_some())
                .then_some(Shape::Any)?
        }
        Expression::Partial(_) => return None,
    })
}

/// Whether the evaluation raises no error, though there may be no result.
fn evaluates(expression: &Expression, scope: &Scope) -> bool {
    match expression {
        Expression::Path(path) => match &path.root {
            Root::Input => true,
            Root::Result => scope.result.is_some(),
            Root::ErrorOutput => scope.error.is_some(),
            Root::Context => path.is_movable(),
            // Step Functions fails on a variable that is not assigned.
            Root::Variable(name) => scope.variables.contains_key(name),
        },
        other => of_expression(other, scope).is_some(),
    }
}

/// Whether the condition holds only if there is a value at the path.
fn proves(condition: &Expression, path: &Path) -> bool {
    matches!(condition, Expression::Exists(inner) if matches!(&**inner, Expression::Path(known) if known == path))
}

fn of_path(path: &Path, scope: &Scope) -> Option<Shape> {
    let root = match &path.root {
        Root::Input => &scope.input,
        Root::Result => scope.result.as_ref()?,
        Root::ErrorOutput => scope.error.as_ref()?,
        Root::Variable(name) => scope.variables.get(name)?,
        Root::Context => return is_always_in_context(&path.steps).then_some(Shape::Any),
    };
    root.follow(&path.steps).cloned()
}

/// Source: [Accessing execution data from the Context
/// object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).
fn is_always_in_context(steps: &[Step]) -> bool {
    matches!(
        steps,
        [Step::Field(section), Step::Field(field)]
            if section == "Execution" && ["Id", "Input", "Name", "StartTime"].contains(&field.as_str())
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        let order = json!({"id": "{% $states.input.id %}", "kind": "gift"});
        let nothing = Scope::entering(Shape::Any, BTreeMap::new());
        let order = once_evaluated(&order, &nothing);
        Scope::entering(Shape::Any, [("order".to_owned(), order)].into())
    }

    fn known(template: &Value) -> Option<Shape> {
        of_template(template, &scope())
    }

    #[test]
    fn a_field_that_was_assigned_exists() {
        assert_eq!(known(&json!("{% $order.id %}")), Some(Shape::Any));
        assert_eq!(
            known(&json!("{% $order.kind %}")),
            Some(Shape::Scalar("gift".into()))
        );
    }

    #[test]
    fn a_field_of_an_unknown_value_may_be_absent() {
        for text in [
            "$states.input.id",
            "$order.id.more",
            "$order.other",
            "$other",
            "$states.result",
        ] {
            assert_eq!(known(&json!(format!("{{% {text} %}}"))), None, "{text}");
        }
    }

    #[test]
    fn comparisons_and_guarded_reads_have_results() {
        for text in [
            "$order.id = 'a' and $states.input.x != 1",
            "$exists($states.input.x) ? $states.input.x : null",
            "$not($exists($states.input.x))",
            "$states.context.Execution.Input",
        ] {
            assert!(known(&json!(format!("{{% {text} %}}"))).is_some(), "{text}");
        }
        assert_eq!(
            known(&json!("{% $order.kind = 'gift' %}")),
            Some(Shape::Scalar(true.into()))
        );
    }

    #[test]
    fn what_fails_for_some_values_may_have_no_result() {
        for text in [
            "$order.id + 1",
            "$order.id < 2",
            "$other = 1",
            "$not($states.input.x)",
            "$order.id = 1 ? $states.input.x : null",
            "$exists($states.input.x) ? $states.input.y : null",
            "$string($order.id)",
            "$states.context.State.EnteredTime",
        ] {
            assert_eq!(known(&json!(format!("{{% {text} %}}"))), None, "{text}");
        }
    }

    #[test]
    fn a_text_that_cloudformation_substitutes_is_not_known() {
        assert_eq!(known(&json!("${Name}")), Some(Shape::Any));
    }
}
