//! The JSON that `$parse` reads: strict, with exact integers and without a repeated key.
//!
//! Source: [floci#2676](https://github.com/floci-io/floci/pull/2676), measured on AWS.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Number, Value};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum ParseFailure {
    Invalid,
    /// Deeper than this parser goes, though not than AWS's.
    TooDeep,
}

pub(super) fn parse(text: &str) -> Result<Value, ParseFailure> {
    match serde_json::from_str::<Unique>(text) {
        Ok(Unique(value)) => Ok(value),
        // The parser has no other way to tell.
        Err(error) if error.classify() == Category::Syntax && error.to_string().starts_with(RECURSION) => {
            Err(ParseFailure::TooDeep)
        }
        Err(_) => Err(ParseFailure::Invalid),
    }
}

const RECURSION: &str = "recursion limit exceeded";

/// JSON without a repeated key.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
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

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Unique(field))) = fields.next_entry::<String, Unique>()? {
            if object.insert(key, field).is_some() {
                return Err(de::Error::custom("a repeated key"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_read_as_aws_reads_it() {
        assert_eq!(
            parse(r#"{"b": [1.5, null], "a": {}}"#),
            Ok(json!({"b": [1.5, null], "a": {}}))
        );
        assert_eq!(parse("9223372036854775807"), Ok(json!(i64::MAX)));
        for text in [
            "",
            "  ",
            "{\"a\":1}{}",
            "[1] 2",
            r#"{"a":1,"a":1}"#,
            r#"[{"a":1,"\u0061":2}]"#,
            "1e400",
            "nan",
            "'a'",
        ] {
            assert_eq!(parse(text), Err(ParseFailure::Invalid), "{text}");
        }
    }

    #[test]
    fn deep_json_is_told_apart_from_invalid_json() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(127)).is_ok());
        assert_eq!(parse(&nested(200)), Err(ParseFailure::TooDeep));
    }
}
