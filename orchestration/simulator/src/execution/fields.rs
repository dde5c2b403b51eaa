//! Evaluation of the fields of a state.

use std::sync::Arc;

use serde_json::Value;

use super::Execution;
use super::cursor::Cursor;
use super::flow::Flow;
use crate::failure::{DATA_LIMIT_EXCEEDED, Failure, QUERY_EVALUATION_ERROR, RUNTIME};
use crate::history::{Details, EventType};
use crate::jsonata::{EvaluationError, Scope};
use crate::limits::{MAX_ASSIGNED_BYTES, MAX_STORED_BYTES, bytes, exceeds_payload};
use crate::template::{Template, TemplateError};
use crate::{EpochMillis, SharedValue};

/// A field of a state has no usable value.
#[derive(Debug)]
pub(super) struct FieldError {
    /// The field, such as `Output/result`; `None` if it is the input.
    pub(super) field: Option<String>,
    pub(super) message: String,
    pub(super) step: FailedStep,
}

/// The step of using a field that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailedStep {
    /// Its evaluation, with the check of the type.
    Evaluation,
    /// The interpretation of its value.
    Interpretation,
    /// Whether AWS has a value is not known, or the simulator does not use it. No retrier and no catcher may hide that.
    Refused,
}

pub(super) type Assigned = Vec<(Arc<str>, SharedValue)>;

impl From<TemplateError> for FieldError {
    fn from(error: TemplateError) -> Self {
        let TemplateError {
            field,
            expression,
            error,
        } = error;
        let step = match &error {
            EvaluationError::Refused(_) => FailedStep::Refused,
            _ => FailedStep::Evaluation,
        };
        let what = match error {
            EvaluationError::Undefined => "returned nothing (undefined).".to_owned(),
            EvaluationError::Unsupported => "returned an unsupported result type.".to_owned(),
            EvaluationError::Threw(message) => format!("threw an error during evaluation. {message}"),
            EvaluationError::Exceeded(bound) => format!("threw an error during evaluation: {bound}"),
            EvaluationError::Refused(reason) => format!("is refused by the simulator: {reason}."),
        };
        let message =
            format!("The JSONata expression '{expression}' specified for the field '{field}' {what}");
        Self {
            field: Some(field),
            message,
            step,
        }
    }
}

/// A value of another type than the field needs.
pub(super) fn unexpected(template: &Template, field: &str, expected: &str, value: &Value) -> FieldError {
    let actual = type_name(value);
    let message = match template.expression() {
        Some(expression) => format!(
            "The JSONata expression '{}' specified for the field '{field}' returned an unexpected result type. \
             Expected '{expected}', but was '{actual}' for value: {value}",
            expression.text()
        ),
        None => format!("The field '{field}' must be of type '{expected}' but was '{actual}': {value}"),
    };
    FieldError {
        field: Some(field.to_owned()),
        message,
        step: FailedStep::Evaluation,
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub(super) fn string(
    template: Option<&Template>,
    field: &str,
    scope: &Scope<'_>,
) -> Result<Option<Arc<str>>, FieldError> {
    let Some(template) = template else { return Ok(None) };
    let value = template.evaluate(field, scope)?;
    match value.as_str() {
        Some(text) => Ok(Some(text.into())),
        None => Err(unexpected(template, field, "string", &value)),
    }
}

pub(super) fn boolean(template: &Template, field: &str, scope: &Scope<'_>) -> Result<bool, FieldError> {
    let value = template.evaluate(field, scope)?;
    value
        .as_bool()
        .ok_or_else(|| unexpected(template, field, "boolean", &value))
}

pub(super) fn timestamp(
    template: &Template,
    field: &str,
    scope: &Scope<'_>,
) -> Result<EpochMillis, FieldError> {
    let value = template.evaluate(field, scope)?;
    let text = value
        .as_str()
        .ok_or_else(|| unexpected(template, field, "string", &value))?;
    EpochMillis::parse_rfc3339(text).ok_or_else(|| FieldError {
        field: Some(field.to_owned()),
        message: format!(
            "The {field} field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
        ),
        step: FailedStep::Interpretation,
    })
}

pub(super) fn assignments(
    assign: &[(Arc<str>, Template)],
    field: &str,
    scope: &Scope<'_>,
) -> Result<Assigned, FieldError> {
    assign
        .iter()
        .map(|(name, template)| {
            let value = match template {
                Template::Literal(value) => Arc::clone(value),
                _ => template.evaluate(&format!("{field}/{name}"), scope)?,
            };
            Ok((Arc::clone(name), value))
        })
        .collect()
}

impl Execution {
    pub(super) fn evaluation_failed(&mut self, cursor: &mut Cursor, error: FieldError) -> Failure {
        let cause: Arc<str> = super::redacted_text(about(cursor, &error.message).into());
        if error.step == FailedStep::Refused {
            return Failure::new(RUNTIME, cause);
        }
        let details = Details::EvaluationFailed {
            state: Arc::clone(&cursor.node.name),
            location: error.field.map(Into::into),
            error: QUERY_EVALUATION_ERROR.into(),
            cause: Arc::clone(&cause),
        };
        // As recorded on AWS: the predecessor of an evaluation that fails on the way into a state is the predecessor of
        // the event of entering the state, not that event.
        if cursor.last_event == cursor.visit.entered_event && error.step != FailedStep::Interpretation {
            cursor.last_event = cursor.visit.before_entered;
        }
        self.push_event(cursor, EventType::EvaluationFailed, details);
        Failure::new(QUERY_EVALUATION_ERROR, cause)
    }
}

/// The wording of AWS for an error in a state.
pub(super) fn about(cursor: &Cursor, message: &str) -> String {
    format!(
        "An error occurred while executing the state '{}' (entered at the event id #{}). {message}",
        cursor.node.name, cursor.visit.entered_event
    )
}

impl Execution {
    /// Refuses assignments beyond the limits of variables. Their documentation names no error: this is the one of
    /// data that is too large.
    pub(super) fn within_variable_limits(
        &self,
        cursor: &Cursor,
        assigned: &[(Arc<str>, SharedValue)],
    ) -> Result<(), Failure> {
        let assigns: usize = assigned.iter().map(|(_, value)| bytes(value)).sum();
        let stores = self.stored_bytes + assigns - replaced_bytes(cursor, assigned);
        let limit = if assigns > MAX_ASSIGNED_BYTES {
            "256 KiB of one `Assign`"
        } else if stores > MAX_STORED_BYTES {
            "10 MiB of an execution"
        } else {
            return Ok(());
        };
        Err(Failure::new(
            DATA_LIMIT_EXCEEDED,
            format!(
                "The variables that the state '{}' assigns exceed the {limit}.",
                cursor.node.name
            ),
        ))
    }

    /// Counts the bytes of variables that are about to be set.
    pub(super) fn count_stored(&mut self, flow: &mut Flow, assigned: &[(Arc<str>, SharedValue)]) {
        let added: usize = assigned.iter().map(|(_, value)| bytes(value)).sum();
        let removed = replaced_bytes(flow, assigned);
        flow.stored_bytes = flow.stored_bytes + added - removed;
        self.stored_bytes = self.stored_bytes + added - removed;
    }
}

/// The bytes of the variables that an assignment replaces: always the flow's own, since one of an outer scope
/// cannot be assigned.
fn replaced_bytes(flow: &Flow, assigned: &[(Arc<str>, SharedValue)]) -> usize {
    assigned
        .iter()
        .filter_map(|(name, _)| flow.variables.get(name))
        .map(|old| bytes(old))
        .sum()
}

/// Refuses a payload that is too large; `what` is the state or resource that it comes from.
pub(super) fn within_limit(payload: &SharedValue, what: &str) -> Result<(), Failure> {
    if exceeds_payload(payload) {
        return Err(Failure::new(
            DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{what}' returned a result with a size exceeding the maximum number of bytes \
                 service limit."
            ),
        ));
    }
    Ok(())
}
