//! The paths of an input: what can be read from it, and of which type it is.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::Value;

use crate::literals;

/// The type of what an expression is to evaluate to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Any,
    Number,
    Text,
    Boolean,
    Array,
    Numbers,
    Texts,
    Objects,
    Object,
}

impl Kind {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Any,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Object(_) => Self::Object,
            Value::Array(items) => match items.first().map(Self::of) {
                Some(kind) if items.iter().any(|item| Self::of(item) != kind) => Self::Array,
                Some(Self::Number) => Self::Numbers,
                Some(Self::Text) => Self::Texts,
                Some(Self::Object) => Self::Objects,
                _ => Self::Array,
            },
        }
    }

    fn includes(self, kind: Self) -> bool {
        let array = matches!(kind, Self::Numbers | Self::Texts | Self::Objects);
        self == kind || self == Self::Any || (self == Self::Array && array)
    }
}

/// The paths of an input.
#[derive(Debug)]
pub(crate) struct Schema {
    paths: Vec<(Kind, String)>,
    fields: Vec<(Kind, String)>,
}

impl Schema {
    pub(crate) fn of(input: &Value) -> Self {
        let mut schema = Self {
            paths: Vec::new(),
            fields: Vec::new(),
        };
        schema.note("$states.input", input);
        schema
    }

    fn note(&mut self, path: &str, value: &Value) {
        self.paths.push((Kind::of(value), path.to_owned()));
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let step = literals::name(name);
                    self.note(&format!("{path}.{step}"), value);
                    self.fields.push((Kind::of(value), step));
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    if let (0, Value::Object(fields)) = (at, item) {
                        // A step goes through the items by itself.
                        for (name, value) in fields {
                            self.note(&format!("{path}.{}", literals::name(name)), value);
                        }
                    }
                    self.note(&format!("{path}[{at}]"), item);
                }
            }
            _ => {}
        }
    }

    /// A path that leads to such a value, if there is one; now and then any path.
    pub(crate) fn path(&self, kind: Kind, random: &mut impl Rng) -> Option<&str> {
        chosen(&self.paths, kind, random)
    }

    /// The name of a field, as a step.
    pub(crate) fn field(&self, kind: Kind, random: &mut impl Rng) -> Option<&str> {
        chosen(&self.fields, kind, random)
    }
}

fn chosen<'a>(all: &'a [(Kind, String)], kind: Kind, random: &mut impl Rng) -> Option<&'a str> {
    let kind = if random.random_ratio(1, 12) {
        Kind::Any
    } else {
        kind
    };
    let fit: Vec<&str> = all
        .iter()
        .filter(|(found, _)| kind.includes(*found))
        .map(|(_, path)| path.as_str())
        .collect();
    fit.choose(random).copied()
}
