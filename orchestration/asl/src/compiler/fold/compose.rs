//! Composition: an exit that also does what the next state does.
//!
//! ```text
//! Charge   Assign {"charge": {"id": "{% $states.result.Payload.id %}"}}   Next Paid
//! Paid     Output {"number": "{% $charge.id %}"}                          End
//!
//! Charge   Output {"number": "{% $states.result.Payload.id %}"}           End
//! ```
//!
//! The next state reads its input and the variables as the exit has set them; at the exit itself, `Output` and `Assign` see the
//! values before. So each read of what the exit sets is replaced by the expression that it is set to.

use serde_json::{Map, Value};

use super::exit::Exit;
use super::expression::{Expression, Path, Root, Step, parse};
use super::shape::{Scope, of_template};
use crate::compiler::jsonata::{enclosed, quoted};
use asl_document::{Transition, expression};

/// What a state does that can be composed: the same as an exit.
pub(super) type Work = Exit;

/// The exit with the work of the next state in it; `None` unless both are proved to be the same.
///
/// The obligations:
///
/// 1. *What moves has the same value*: it reads nothing but what the exit has, too, and calls nothing that is not pure.
/// 2. *What moves cannot fail*: in the next state nothing could catch the error, here something could. It has a result whatever
///    the values are, or the exit has evaluated the same path already.
/// 3. *What goes could not have failed*: an expression that is no longer evaluated has a result whatever the values are, or is
///    the beginning of a path that still is evaluated.
pub(super) fn compose(exit: &Exit, unchanged: &str, next: &Work, at_exit: &Scope) -> Option<Exit> {
    let before = Before {
        output: exit.output_or(unchanged),
        assign: &exit.assign,
    };
    let mut assign = exit.assign.clone();
    let mut moved = Vec::new();
    for (name, template) in &next.assign {
        let template = before.moved(template)?;
        moved.push(template.clone());
        assign.insert(name.clone(), template);
    }
    let output = match &next.output {
        Some(template) => {
            let template = before.moved(template)?;
            moved.push(template.clone());
            Some(template)
        }
        None => exit.output.clone(),
    };
    let composed = Exit {
        assign,
        output,
        to: next.to.clone(),
    };
    let old: Vec<&Value> = exit.templates().collect();
    if !moved.iter().all(|template| cannot_fail(template, &old, at_exit)) {
        return None;
    }
    replaces(exit, &composed, at_exit).then_some(composed)
}

/// Whether what `old` evaluates and `new` does not could not have failed.
pub(super) fn replaces(old: &Exit, new: &Exit, at_exit: &Scope) -> bool {
    let kept: Vec<&Value> = new.templates().collect();
    old.templates()
        .all(|template| cannot_fail(template, &kept, at_exit))
}

/// The exit as the work of a state of its own: of one whose input passes through.
pub(super) fn passing(to: Transition) -> Work {
    Work {
        assign: Map::new(),
        output: None,
        to,
    }
}

/// Whether each expression of the template has a result wherever those of `evaluated` have.
fn cannot_fail(template: &Value, evaluated: &[&Value], scope: &Scope) -> bool {
    if of_template(template, scope).is_some() {
        return true;
    }
    match template {
        Value::String(text) => {
            let Some(text) = expression(text) else { return true };
            evaluated.iter().any(|evaluated| implies(evaluated, text))
        }
        Value::Array(items) => items.iter().all(|item| cannot_fail(item, evaluated, scope)),
        Value::Object(fields) => fields.values().all(|field| cannot_fail(field, evaluated, scope)),
        _ => true,
    }
}

/// Whether the expression has a result if the template has a value.
fn implies(evaluated: &Value, text: &str) -> bool {
    match evaluated {
        Value::String(other) => expression(other).is_some_and(|other| {
            other == text
                || matches!(
                    (parse(other), parse(text)),
                    (Some(Expression::Path(other)), Some(Expression::Path(path))) if other.starts_with(&path)
                )
        }),
        Value::Array(items) => items.iter().any(|item| implies(item, text)),
        Value::Object(fields) => fields.values().any(|field| implies(field, text)),
        _ => false,
    }
}

/// What an exit sets.
struct Before<'e> {
    output: Value,
    assign: &'e Map<String, Value>,
}

/// What a path leads to in a template.
enum Found<'v> {
    /// A part of the template.
    Template(&'v Value),
    /// More steps from the path of an expression.
    Path(String),
}

impl Before<'_> {
    /// A template of the next state as one of the exit.
    fn moved(&self, template: &Value) -> Option<Value> {
        Some(match template {
            Value::String(text) => match expression(text) {
                Some(text) => self.moved_text(text)?,
                None => template.clone(),
            },
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.moved(item)).collect::<Option<_>>()?)
            }
            Value::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, field)| Some((name.clone(), self.moved(field)?)));
                Value::Object(fields.collect::<Option<_>>()?)
            }
            plain => plain.clone(),
        })
    }

    fn moved_text(&self, text: &str) -> Option<Value> {
        let parsed = parse(text)?;
        let paths = parsed.paths();
        // A state that does no work has neither a result nor an error: where the exit has one, the name would mean another.
        let stays =
            |path: &&Path| path.is_movable() && !matches!(path.root, Root::Result | Root::ErrorOutput);
        if !paths.iter().all(stays) {
            return None;
        }
        if let Expression::Path(path) = &parsed
            && let Some(set) = self.set(path)
        {
            return Some(match find(set, &path.steps)? {
                Found::Template(template) => template.clone(),
                Found::Path(path) => Value::String(enclosed(&path)),
            });
        }
        let mut moved = text.to_owned();
        // From the end, so that the places of those before stay the same.
        for path in paths.into_iter().rev() {
            if let Some(set) = self.set(path) {
                let replacement = operand(&find(set, &path.steps)?)?;
                moved.replace_range(path.span.clone(), &replacement);
            }
        }
        Some(Value::String(enclosed(&moved)))
    }

    /// The template that the path reads from, if the exit sets that.
    fn set(&self, path: &Path) -> Option<&Value> {
        match &path.root {
            Root::Input => Some(&self.output),
            Root::Variable(name) => self.assign.get(name),
            Root::Result | Root::ErrorOutput | Root::Context => None,
        }
    }
}

fn find<'v>(template: &'v Value, steps: &[Step]) -> Option<Found<'v>> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(Found::Template(template));
    };
    match (template, step) {
        (Value::Object(fields), Step::Field(name)) => find(fields.get(name)?, rest),
        (Value::Array(items), Step::Index(index)) => find(items.get(*index)?, rest),
        (Value::String(text), step) => {
            let text = expression(text)?;
            let Expression::Path(path) = parse(text)? else {
                return None;
            };
            // An index after a field counts in each item of a list, not in the whole.
            let in_each = matches!(step, Step::Index(_))
                && path.steps.iter().any(|step| matches!(step, Step::Field(_)));
            if in_each {
                return None;
            }
            Some(Found::Path(format!("{}{}", text.get(path.span)?, written(steps))))
        }
        _ => None,
    }
}

fn written(steps: &[Step]) -> String {
    let steps = steps.iter().map(|step| match step {
        Step::Field(name) => crate::compiler::jsonata::join("", name),
        Step::Index(index) => format!("[{index}]"),
    });
    steps.collect()
}

/// A value as an operand of an expression.
fn operand(found: &Found<'_>) -> Option<String> {
    let template = match found {
        Found::Path(path) => return Some(path.clone()),
        Found::Template(template) => *template,
    };
    match template {
        Value::String(text) => match expression(text) {
            Some(text) => match parse(text)? {
                Expression::Path(_) | Expression::Literal(_) => Some(text.to_owned()),
                parsed if parsed.is_boolean() => Some(format!("({text})")),
                _ => None,
            },
            // CloudFormation substitutes it in a template, and not in a literal.
            None if text.contains("${") => None,
            None => Some(quoted(text)),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(template.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
