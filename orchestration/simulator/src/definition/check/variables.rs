//! Variables: assignments by block, and names.
//!
//! Source: [Variable name syntax](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-name-syntax)
//! and [Variable scope](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Checker;
use crate::definition::location::Location;
use crate::jsonata::StatesField;

/// The longest that a variable's name may be, in characters.
const MAX_NAME_CHARACTERS: usize = 80;

impl Checker {
    /// Checks an `Assign`: names, scopes and values.
    pub(super) fn assignments(&mut self, at: Location<'_>, value: &Value, readable: Option<StatesField>) {
        let Value::Object(assign) = value else {
            self.mistyped(at, "OBJECT");
            return;
        };
        for (name, value) in assign {
            if let Err(message) = check_name(name) {
                self.schema(at, message);
            }
            let around = self.outer.split_last().map_or(&[][..], |(_own, around)| around);
            if around.iter().any(|variables| variables.contains(name)) {
                self.schema(
                    at,
                    format!("Variable '{name}' is also assigned outside of this Parallel or Map"),
                );
            }
            self.template(at.field(name), value, readable);
        }
    }
}

fn check_name(name: &str) -> Result<(), String> {
    if name == "states" {
        return Err("'states' is a reserved name".to_owned());
    }
    let mut characters = name.chars();
    let begins = characters.next().is_some_and(char::is_alphabetic);
    let goes_on = characters.all(|character| character.is_alphanumeric() || character == '_');
    if !begins || !goes_on {
        return Err(format!(
            "'{name}' is no name for a variable: a letter, then letters, digits and underscores"
        ));
    }
    if name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(format!(
            "'{name}' is longer than the {MAX_NAME_CHARACTERS} characters that a variable's name may have"
        ));
    }
    Ok(())
}

/// The variables that a block assigns, without those of the blocks inside of it.
pub(super) fn assigned(states: &Map<String, Value>) -> BTreeSet<String> {
    let assigns = states.values().flat_map(|state| {
        let lists = ["Catch", "Choices"]
            .into_iter()
            .filter_map(|field| state.get(field)?.as_array());
        lists
            .flatten()
            .chain([state])
            .filter_map(|place| place.get("Assign")?.as_object())
    });
    assigns.flat_map(Map::keys).cloned().collect()
}
