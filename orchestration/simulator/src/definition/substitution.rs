//! CloudFormation's `${Name}` substitutions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::DefinitionError;
use super::diagnostic::{Diagnostic, DiagnosticCode};

/// Replaces every `${Name}` in the strings and keys of `value`; an error has all names without a value.
pub(super) fn substitute(
    value: &mut Value,
    substitutions: &BTreeMap<String, String>,
) -> Result<(), DefinitionError> {
    let mut missing = BTreeSet::new();
    substitute_in(value, substitutions, &mut missing);
    let problem = |name| {
        let message = format!("nothing is given to substitute for `${{{name}}}`");
        Diagnostic::error(DiagnosticCode::MissingSubstitution, message, None)
    };
    DefinitionError::check(missing.iter().map(problem).collect())
}

fn substitute_in(
    value: &mut Value,
    substitutions: &BTreeMap<String, String>,
    missing: &mut BTreeSet<String>,
) {
    match value {
        Value::String(text) => {
            if let Some(replaced) = replace(text, substitutions, missing) {
                *text = replaced;
            }
        }
        Value::Array(items) => {
            for item in items {
                substitute_in(item, substitutions, missing);
            }
        }
        Value::Object(fields) => {
            let mut replaced = Map::with_capacity(fields.len());
            for (key, mut field) in std::mem::take(fields) {
                substitute_in(&mut field, substitutions, missing);
                replaced.insert(replace(&key, substitutions, missing).unwrap_or(key), field);
            }
            *fields = replaced;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text with its substitutions; `None` if there are none.
fn replace(
    text: &str,
    substitutions: &BTreeMap<String, String>,
    missing: &mut BTreeSet<String>,
) -> Option<String> {
    if !text.contains("${") {
        return None;
    }
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        replaced.push_str(before);
        match after.split_once('}') {
            Some((name, after)) if is_name(name) => {
                match substitutions.get(name) {
                    Some(value) => replaced.push_str(value),
                    None => {
                        missing.insert(name.to_owned());
                    }
                }
                rest = after;
            }
            _ => {
                replaced.push_str("${");
                rest = after;
            }
        }
    }
    replaced.push_str(rest);
    Some(replaced)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_replaced_anywhere_in_a_definition() {
        let mut value = json!({"Resource": "${Arn}:${Arn}", "List": ["a${Arn}b", "${not a name}", "${"]});

        substitute(&mut value, &BTreeMap::from([("Arn".to_owned(), "x".to_owned())])).unwrap();

        assert_eq!(
            value,
            json!({"Resource": "x:x", "List": ["axb", "${not a name}", "${"]})
        );
    }

    #[test]
    fn a_name_without_a_value_is_reported() {
        let error = substitute(&mut json!(["${Missing}"]), &BTreeMap::new()).unwrap_err();

        assert!(error.to_string().contains("${Missing}"), "{error}");
    }
}
