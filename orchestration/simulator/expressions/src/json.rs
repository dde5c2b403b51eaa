//! Random JSON.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::{Map, Number, Value};

use crate::literals;

/// Random JSON: mostly an object, whose fields have few names, so that paths and the fields of different objects meet.
pub fn json(random: &mut impl Rng) -> Value {
    match random.random_range(0..20) {
        0 => value(random, 3),
        1 => array(random, 3),
        _ => object(random, 3),
    }
}

fn value(random: &mut impl Rng, depth: u32) -> Value {
    let kinds = if depth == 0 { 10 } else { 18 };
    match random.random_range(0..kinds) {
        0 => Value::Null,
        1 | 2 => Value::Bool(random.random()),
        3..=5 => number(random),
        6..=9 => Value::String(literals::text(random)),
        10..=12 => array(random, depth),
        _ => object(random, depth),
    }
}

/// Numbers of which a double is exact, in the way in which an evaluator writes them: whole ones without a fraction.
fn number(random: &mut impl Rng) -> Value {
    let text = literals::number(random);
    let whole = text.parse::<i64>().map(Number::from).ok();
    whole
        .or_else(|| text.parse().ok().and_then(Number::from_f64))
        .map_or(Value::Null, Value::Number)
}

fn array(random: &mut impl Rng, depth: u32) -> Value {
    let length = random.random_range(0..5);
    let depth = depth.saturating_sub(1);
    // Arrays of one type are what most functions take.
    let item: fn(&mut _, u32) -> Value = match random.random_range(0..8) {
        0..=2 => |random, _| number(random),
        3 | 4 => |random, _| Value::String(literals::text(random)),
        5 | 6 if depth > 0 => object,
        _ => value,
    };
    (0..length).map(|_| item(random, depth)).collect()
}

fn object(random: &mut impl Rng, depth: u32) -> Value {
    let length = random.random_range(0..6);
    let depth = depth.saturating_sub(1);
    (0..length)
        .map(|_| (literals::field(random).to_owned(), value(random, depth)))
        .collect::<Map<_, _>>()
        .into()
}

/// The values that are simpler by one step.
pub fn reductions(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => {
            let mut simpler = items.clone();
            for at in 0..items.len() {
                let mut rest = items.clone();
                rest.remove(at);
                simpler.push(rest.into());
            }
            for (at, item) in items.iter().enumerate() {
                simpler.extend(reductions(item).into_iter().map(|item| {
                    let mut items = items.clone();
                    if let Some(old) = items.get_mut(at) {
                        *old = item;
                    }
                    items.into()
                }));
            }
            simpler
        }
        Value::Object(fields) => {
            let mut simpler: Vec<Value> = fields.values().cloned().collect();
            for key in fields.keys() {
                let mut rest = fields.clone();
                rest.shift_remove(key);
                simpler.push(rest.into());
            }
            for (key, item) in fields {
                simpler.extend(reductions(item).into_iter().map(|item| {
                    let mut fields = fields.clone();
                    fields.insert(key.clone(), item);
                    fields.into()
                }));
            }
            simpler
        }
        Value::String(text) if !text.is_empty() && text != "a" => vec!["a".into()],
        Value::Number(number) if number.as_u64() != Some(1) => vec![1.into()],
        _ => Vec::new(),
    }
}

/// One of those, or the other value if there is none.
pub(crate) fn one_of<'a, T: ?Sized>(all: &[&'a T], otherwise: &'a T, random: &mut impl Rng) -> &'a T {
    all.choose(random).copied().unwrap_or(otherwise)
}
