//! CloudFormation's `${Name}` substitutions.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::DefinitionError;

/// Replaces every `${Name}` in the strings and keys of `value`.
pub(super) fn substitute(
    value: &mut Value,
    substitutions: &BTreeMap<String, String>,
) -> Result<(), DefinitionError> {
    match value {
        Value::String(text) => {
            if let Some(replaced) = replace(text, substitutions)? {
                *text = replaced;
            }
        }
        Value::Array(items) => {
            for item in items {
                substitute(item, substitutions)?;
            }
        }
        Value::Object(fields) => {
            let mut replaced = Map::with_capacity(fields.len());
            for (key, mut field) in std::mem::take(fields) {
                substitute(&mut field, substitutions)?;
                replaced.insert(replace(&key, substitutions)?.unwrap_or(key), field);
            }
            *fields = replaced;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

/// The text with its substitutions; `None` if there are none.
fn replace(text: &str, substitutions: &BTreeMap<String, String>) -> Result<Option<String>, DefinitionError> {
    if !text.contains("${") {
        return Ok(None);
    }
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        replaced.push_str(before);
        match after.split_once('}') {
            Some((name, after)) if is_name(name) => {
                let value = substitutions
                    .get(name)
                    .ok_or_else(|| DefinitionError::UnknownSubstitution {
                        name: name.to_owned(),
                    })?;
                replaced.push_str(value);
                rest = after;
            }
            _ => {
                replaced.push_str("${");
                rest = after;
            }
        }
    }
    replaced.push_str(rest);
    Ok(Some(replaced))
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
    fn every_name_is_replaced_wherever_it_stands() {
        let mut value = json!({"Resource": "${Arn}:${Arn}", "List": ["a${Arn}b", "${not a name}", "${"]});

        substitute(&mut value, &BTreeMap::from([("Arn".to_owned(), "x".to_owned())])).unwrap();

        assert_eq!(
            value,
            json!({"Resource": "x:x", "List": ["axb", "${not a name}", "${"]})
        );
    }

    #[test]
    fn an_unknown_name_is_named() {
        let error = substitute(&mut json!(["${Missing}"]), &BTreeMap::new()).unwrap_err();

        assert!(error.to_string().contains("${Missing}"), "{error}");
    }
}
