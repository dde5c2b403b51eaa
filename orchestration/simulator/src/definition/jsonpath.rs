//! Refusing `JSONPath`, and parsing the document.

use asl_document::{State, StateMachine};
use serde_json::Value;

use super::DefinitionError;

/// The fields that only `JSONPath` states have, and the types of state that they would be looked for in.
///
/// Source: [Changes to fields in
/// JSONata](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#convert-jsonpath-to-jsonata).
const FIELDS: [&str; 14] = [
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Parameters",
    "Result",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ErrorPath",
    "CausePath",
];

/// Refuses the first state that is written in `JSONPath`.
pub(super) fn refuse(machine: &Value) -> Result<(), DefinitionError> {
    refuse_block(machine, is_jsonata(machine).unwrap_or(false))
}

/// The query language of a block or a state itself; `None` without one.
fn is_jsonata(value: &Value) -> Option<bool> {
    value.get("QueryLanguage").map(|language| language == "JSONata")
}

fn states(block: &Value) -> impl Iterator<Item = (&String, &Value)> {
    block
        .get("States")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn inner_blocks(state: &Value) -> impl Iterator<Item = &Value> {
    let branches = state
        .get("Branches")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    branches
        .chain(state.get("ItemProcessor"))
        .chain(state.get("Iterator"))
}

fn refuse_block(block: &Value, inherited: bool) -> Result<(), DefinitionError> {
    for (name, state) in states(block) {
        let jsonata = is_jsonata(state).unwrap_or(inherited);
        if !jsonata {
            return Err(DefinitionError::JsonPathState { state: name.clone() });
        }
        if let Some(field) = FIELDS.iter().find(|field| state.get(**field).is_some()) {
            return Err(DefinitionError::JsonPathField {
                state: name.clone(),
                field: (*field).to_owned(),
            });
        }
        let rules = state
            .get("Choices")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        if rules
            .into_iter()
            .any(|rule| rule.get("Condition").is_none() && rule.get("Variable").is_some())
        {
            return Err(DefinitionError::JsonPathField {
                state: name.clone(),
                field: "Choices/Variable".to_owned(),
            });
        }
        for inner in inner_blocks(state) {
            refuse_block(inner, jsonata)?;
        }
    }
    Ok(())
}

/// The document; an error names the states where there are any to name.
pub(super) fn read(machine: &Value) -> Result<StateMachine, DefinitionError> {
    serde_json::from_value(machine.clone()).map_err(|error| {
        let mut malformed = Vec::new();
        find_malformed(machine, &mut malformed);
        match DefinitionError::check(malformed) {
            Err(problems) => problems,
            Ok(()) => DefinitionError::Malformed {
                message: error.to_string(),
            },
        }
    })
}

/// The states that do not parse on their own; of nested ones the innermost.
fn find_malformed(block: &Value, found: &mut Vec<DefinitionError>) {
    for (name, state) in states(block) {
        let before = found.len();
        for inner in inner_blocks(state) {
            find_malformed(inner, found);
        }
        if found.len() == before
            && let Err(error) = serde_json::from_value::<State>(state.clone())
        {
            found.push(DefinitionError::MalformedState {
                state: name.clone(),
                message: error.to_string(),
            });
        }
    }
}
