//! The JSON of a definition, and the keys that one object of it repeats. Of those only the last counts in a value.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::diagnostic::{Diagnostic, DiagnosticCode};
use super::location::Location;

/// Reads JSON.
///
/// # Errors
///
/// If the text is not JSON.
pub(super) fn read(text: &str) -> Result<(Value, Vec<Diagnostic>), serde_json::Error> {
    let mut repeated = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Node {
        at: Location::Root,
        repeated: &mut repeated,
    };
    let value = node.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, repeated))
}

/// A value at its place in the definition.
struct Node<'a> {
    at: Location<'a>,
    repeated: &'a mut Vec<Diagnostic>,
}

impl Node<'_> {
    /// AWS has a code for states. What it makes of other keys is not known.
    fn repeats(&mut self, key: &str) {
        self.repeated.push(match self.at {
            Location::Field(_, "States") => Diagnostic::error(
                DiagnosticCode::DuplicateStateName,
                format!("Duplicate State name: {key}"),
                Some(self.at.field(key).to_string()),
            ),
            at => Diagnostic::error(
                DiagnosticCode::NotSimulated,
                format!("Field '{key}' occurs more than once"),
                Some(at.to_string()),
            ),
        });
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        let number = Number::from_f64(number).ok_or_else(|| E::custom("a number out of range"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Node {
            at: self.at.item(array.len()),
            repeated: &mut *self.repeated,
        })? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if object.contains_key(&key) {
                self.repeats(&key);
            }
            let field = fields.next_value_seed(Node {
                at: self.at.field(&key),
                repeated: &mut *self.repeated,
            })?;
            object.insert(key, field);
        }
        Ok(Value::Object(object))
    }
}
