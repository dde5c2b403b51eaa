//! Checking states.

use serde_json::{Map, Value};

use super::language::is_jsonata;
use super::schema::{TYPES, shape_of};
use super::{Checker, DiagnosticCode};
use crate::definition::location::Location;

/// The longest name of a state, in characters.
///
/// Source: [Common state
/// fields](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html#amazon-states-language-common-fields).
const MAX_NAME_CHARACTERS: usize = 80;

impl Checker {
    pub(super) fn state(&mut self, at: Location<'_>, name: &str, state: &Value) {
        self.name(at, name);
        let Value::Object(fields) = state else {
            self.mistyped(at, "OBJECT");
            return;
        };
        let state_type = fields.get("Type").and_then(Value::as_str);
        let Some((state_type, shape)) = state_type.and_then(|name| Some((name, shape_of(name)?))) else {
            self.no_type(at, fields);
            return;
        };
        if !is_jsonata(state, self.is_jsonata) {
            self.jsonpath_state(at, name, fields);
            self.inner_blocks(at, fields);
            return;
        }
        self.object(at, state, shape);
        match state_type {
            "Wait" => self.exactly_one(at, fields, ["Seconds", "Timestamp"]),
            "Task" => self.task(at, fields),
            "Map" => self.map(at, name, fields),
            _ => {}
        }
        if !matches!(state_type, "Choice" | "Succeed" | "Fail") {
            self.transition(at, fields);
        }
        self.order_of_errors(at, fields);
    }

    fn name(&mut self, at: Location<'_>, name: &str) {
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARACTERS {
            self.report(
                DiagnosticCode::InvalidStateName,
                at,
                format!("A state's name has 1 to {MAX_NAME_CHARACTERS} characters"),
            );
        }
        if !self.names.insert(name.to_owned()) {
            self.report(
                DiagnosticCode::DuplicateStateName,
                at,
                format!("Duplicate State name: {name}"),
            );
        }
    }

    /// Reports a state without one of the types. Its other fields are not checked.
    fn no_type(&mut self, at: Location<'_>, state: &Map<String, Value>) {
        if state.contains_key("Type") {
            let types = TYPES.join(", ");
            self.schema(
                at.field("Type"),
                format!("The field 'Type' should have one of these values: [{types}]"),
            );
        } else {
            self.schema(at, "These fields are required: [Type]");
        }
    }

    /// Checks the blocks inside of a state whose own fields are not checked.
    fn inner_blocks(&mut self, at: Location<'_>, state: &Map<String, Value>) {
        if let Some(branches) = state.get("Branches") {
            self.branches(at.field("Branches"), branches);
        }
        for field in ["ItemProcessor", "Iterator"] {
            if let Some(processor) = state.get(field) {
                self.item_processor(at.field(field), processor);
            }
        }
    }

    /// A state goes on or ends its block. `"End": false` is as if absent.
    fn transition(&mut self, at: Location<'_>, state: &Map<String, Value>) {
        let ends = state.get("End").is_some_and(|end| end != &Value::Bool(false));
        match (state.contains_key("Next"), ends) {
            (true, true) => self.only_one(at, ["Next", "End"]),
            (false, false) => self.at_least_one(at, ["Next", "End"]),
            _ => {}
        }
    }

    pub(super) fn exactly_one(&mut self, at: Location<'_>, fields: &Map<String, Value>, names: [&str; 2]) {
        match names.map(|name| fields.contains_key(name)) {
            [true, true] => self.only_one(at, names),
            [false, false] => self.at_least_one(at, names),
            _ => {}
        }
    }

    /// The wording is measured in [floci#3733](https://github.com/floci-io/floci/issues/3733).
    pub(super) fn only_one(&mut self, at: Location<'_>, names: [&str; 2]) {
        let names = names.join(", ");
        self.schema(
            at,
            format!("There should only be one of the following fields: [{names}]"),
        );
    }

    pub(super) fn at_least_one(&mut self, at: Location<'_>, names: [&str; 2]) {
        let names = names.join(", ");
        self.schema(at, format!("One of these fields is required: [{names}]"));
    }
}
