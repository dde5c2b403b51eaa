//! Variables: assignments by block, and names.
//!
//! Source: [Variable name syntax](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-name-syntax)
//! and [Variable scope](https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope).

use asl_document::{Catcher, State, States};
use serde_json::{Map, Value};

/// The longest that a variable's name may be, in characters.
const MAX_NAME_CHARACTERS: usize = 80;

pub(super) fn check_name(name: &str) -> Result<(), String> {
    if name == "states" {
        return Err("`states` is a reserved name".to_owned());
    }
    let mut characters = name.chars();
    let begins = characters.next().is_some_and(char::is_alphabetic);
    let goes_on = characters.all(|character| character.is_alphanumeric() || character == '_');
    if !begins || !goes_on {
        return Err(format!(
            "`{name}` is no name for a variable: a letter, then letters, digits and underscores"
        ));
    }
    if name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(format!(
            "`{name}` is longer than the {MAX_NAME_CHARACTERS} characters that a variable's name may have"
        ));
    }
    Ok(())
}

/// Every assignment in a block, without those of the blocks inside: the state, the field and the variable.
pub(super) fn assigned(states: &States) -> Vec<(&str, String, &str)> {
    let mut all = Vec::new();
    for (name, state) in states {
        for (field, assign) in fields(state) {
            all.extend(
                assign
                    .keys()
                    .map(|variable| (name.as_str(), field.clone(), variable.as_str())),
            );
        }
    }
    all
}

/// The `Assign`s of a state.
fn fields(state: &State) -> Vec<(String, &Map<String, Value>)> {
    let (own, catch): (_, &[Catcher]) = match state {
        State::Task(task) => (task.assign.as_ref(), &task.catch),
        State::Parallel(parallel) => (parallel.assign.as_ref(), &parallel.catch),
        State::Map(map) => (map.assign.as_ref(), &map.catch),
        State::Choice(choice) => (choice.assign.as_ref(), &[]),
        State::Pass(pass) => (pass.assign.as_ref(), &[]),
        State::Wait(wait) => (wait.assign.as_ref(), &[]),
        State::Succeed(_) | State::Fail(_) => (None, &[]),
    };
    let rules = match state {
        State::Choice(choice) => choice.choices.as_slice(),
        _ => &[],
    };
    let own = own.map(|assign| ("Assign".to_owned(), assign));
    let catch = catch
        .iter()
        .enumerate()
        .filter_map(|(index, catcher)| Some((format!("Catch[{index}]/Assign"), catcher.assign.as_ref()?)));
    let rules = rules
        .iter()
        .enumerate()
        .filter_map(|(index, rule)| Some((format!("Choices[{index}]/Assign"), rule.assign.as_ref()?)));
    own.into_iter().chain(catch).chain(rules).collect()
}
