//! Comparing a replay with its expectation.

use serde_json::{Map, Value, json};

use super::format::{Event, Vector};
use crate::invariant::Invariant;
use crate::{Execution, HistoryEvent, Status};

/// The first difference, in words.
pub(super) fn difference(vector: &Vector, execution: &Execution) -> Option<String> {
    let placeholders = vector.placeholders.as_deref().unwrap_or_default();
    let alike = |expected: &Value, got: &Value| alike(expected, got, placeholders);
    let expected = &vector.expected;
    let (error, cause) = match execution.status() {
        Status::Failed { error, cause } => (error.as_deref(), cause.as_deref()),
        _ => (None, None),
    };
    let status = execution.status().name();
    if status != expected.status {
        return Some(differs(
            "status",
            &json!(expected.status),
            &json!([status, error, cause]),
        ));
    }
    let got = [
        (
            "output",
            expected.output.clone(),
            execution.status().output().cloned().unwrap_or_default(),
        ),
        ("error", expected.error.clone().map(Value::from), json!(error)),
        ("cause", expected.cause.clone(), json!(cause)),
    ];
    for (name, expected, got) in got {
        if let Some(expected) = expected
            && !alike(&expected, &got)
        {
            return Some(differs(name, &expected, &got));
        }
    }
    let expected: Vec<Value> = vector.events.as_ref()?.iter().map(expected_event).collect();
    let got: Vec<Value> = execution.history().iter().map(replayed_event).collect();
    if vector.events_exact == Some(false) {
        return unordered_difference(&expected, &got, placeholders);
    }
    if let Some(difference) = time_difference(vector, execution) {
        return Some(difference);
    }
    for (index, expected) in expected.iter().enumerate() {
        let got = got.get(index).unwrap_or(&Value::Null);
        if !alike(expected, got) {
            return Some(differs(&format!("event {index}"), expected, got));
        }
    }
    (got.len() > expected.len())
        .then(|| differs("number of events", &json!(expected.len()), &json!(got.len())))
}

fn time_difference(vector: &Vector, execution: &Execution) -> Option<String> {
    let events = vector.events.iter().flatten();
    events
        .zip(execution.history())
        .enumerate()
        .find_map(|(index, (expected, got))| {
            let expected = expected.at?;
            let at = (got.timestamp - execution.started_at()).as_secs_f64();
            ((at - expected).abs() > 1e-9)
                .then(|| differs(&format!("time of event {index}"), &json!(expected), &json!(at)))
        })
}

/// Compares events whose order was lost, and with it their predecessors.
fn unordered_difference(expected: &[Value], got: &[Value], placeholders: &[String]) -> Option<String> {
    let without_order = |event: &Value| json!({"type": event.get("type"), "details": event.get("details")});
    let mut left: Vec<Value> = got.iter().map(without_order).collect();
    for expected in expected.iter().map(without_order) {
        match left.iter().position(|got| alike(&expected, got, placeholders)) {
            Some(index) => {
                left.remove(index);
            }
            None => return Some(differs("event", &expected, &json!("none of those left"))),
        }
    }
    left.first()
        .map(|event| differs("events", &json!("no more"), event))
}

fn differs(what: &str, expected: &Value, got: &Value) -> String {
    format!("{what}: expected {expected}, got {got}")
}

fn expected_event(event: &Event) -> Value {
    json!({"type": event.kind, "prev": event.prev, "details": event.details})
}

/// An event in the form of the vectors: payloads are JSON, and notes on truncation are left out.
fn replayed_event(event: &HistoryEvent) -> Value {
    let json = serde_json::to_value(event).expect_invariant("every event can be written as JSON");
    let details = json
        .as_object()
        .and_then(|fields| fields.iter().find(|(key, _)| key.ends_with("EventDetails")))
        .and_then(|(_, details)| details.as_object());
    let mut compared = Map::new();
    for (key, value) in details.into_iter().flatten() {
        let is_payload = ["input", "output", "parameters"].contains(&key.as_str());
        let value = match (key.as_str(), value) {
            (_, Value::String(text)) if is_payload => parsed(text),
            ("assignedVariables", Value::Object(variables)) => variables
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().map_or(Value::Null, parsed)))
                .collect(),
            ("roleArn", _) => continue,
            (key, _) if key.ends_with("Details") => continue,
            _ => value.clone(),
        };
        compared.insert(key.clone(), value);
    }
    let previous = event.previous_event_id.checked_sub(1);
    json!({"type": event.event_type.name(), "prev": previous, "details": compared})
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// Whether `got` is what was recorded, except for placeholders, the order of keys, and the form of numbers.
fn alike(expected: &Value, got: &Value, placeholders: &[String]) -> bool {
    match (expected, got) {
        (Value::String(expected), Value::String(got)) => {
            expected == got || placeholders.contains(expected) || glob(expected, got, placeholders)
        }
        (Value::String(expected), _) if placeholders.contains(expected) => true,
        (Value::Number(expected), Value::Number(got)) => expected.as_f64() == got.as_f64(),
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len()
                && expected
                    .iter()
                    .zip(got)
                    .all(|(expected, got)| alike(expected, got, placeholders))
        }
        (Value::Object(expected), Value::Object(got)) => {
            expected.len() == got.len()
                && expected
                    .iter()
                    .all(|(key, expected)| got.get(key).is_some_and(|got| alike(expected, got, placeholders)))
        }
        // A text that the recorder parsed, since it was JSON.
        (Value::Object(_) | Value::Array(_), Value::String(text)) => {
            serde_json::from_str(text).is_ok_and(|got: Value| alike(expected, &got, placeholders))
        }
        _ => expected == got,
    }
}

/// Whether `got` matches `expected` with anything in the place of its `<placeholders>`.
fn glob(expected: &str, got: &str, placeholders: &[String]) -> bool {
    let first = placeholders
        .iter()
        .filter(|placeholder| placeholder.starts_with('<'))
        .filter_map(|placeholder| expected.split_once(placeholder.as_str()))
        .min_by_key(|(before, _)| before.len());
    let Some((before, after)) = first else {
        return expected == got;
    };
    let Some(rest) = got.strip_prefix(before) else {
        return false;
    };
    (0..=rest.len())
        .filter_map(|skipped| rest.get(skipped..))
        .any(|rest| glob(after, rest, placeholders))
}
