//! JSON, and the keys that one object of it repeats. Of those only the last counts in a value.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A key that an object has more than once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Repeated {
    /// The way to the object.
    pub(crate) at: Vec<Step>,
    pub(crate) key: String,
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Field(String),
    Item(usize),
}

/// Reads JSON.
///
/// # Errors
///
/// If the text is not JSON.
pub(crate) fn read(text: &str) -> Result<(Value, Vec<Repeated>), serde_json::Error> {
    let (mut at, mut repeated) = (Vec::new(), Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Node {
        at: &mut at,
        repeated: &mut repeated,
    };
    let value = node.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, repeated))
}

/// A value and the way to it.
struct Node<'a> {
    at: &'a mut Vec<Step>,
    repeated: &'a mut Vec<Repeated>,
}

impl Node<'_> {
    fn inner(&mut self) -> Node<'_> {
        Node {
            at: &mut *self.at,
            repeated: &mut *self.repeated,
        }
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

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        loop {
            self.at.push(Step::Item(array.len()));
            let item = items.next_element_seed(self.inner())?;
            self.at.pop();
            match item {
                Some(item) => array.push(item),
                None => return Ok(Value::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if object.contains_key(&key) {
                self.repeated.push(Repeated {
                    at: self.at.clone(),
                    key: key.clone(),
                });
            }
            self.at.push(Step::Field(key.clone()));
            let field = fields.next_value_seed(self.inner())?;
            self.at.pop();
            object.insert(key, field);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn repeated_keys_are_found_where_they_are() {
        let (value, repeated) = read(r#"{"a": [1, {"x": 1, "\u0078": 2}], "b": {}, "a": 3}"#).unwrap();

        assert_eq!(value, json!({"a": 3, "b": {}}));
        assert_eq!(
            repeated,
            [
                Repeated {
                    at: vec![Step::Field("a".to_owned()), Step::Item(1)],
                    key: "x".to_owned(),
                },
                Repeated {
                    at: Vec::new(),
                    key: "a".to_owned(),
                },
            ]
        );
    }
}
