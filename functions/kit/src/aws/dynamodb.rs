//! The functions' table in DynamoDB.
//!
//! A [`Table`] reads items and makes [`Write`]s, alone or in a transaction. A write whose condition fails is a
//! [`WriteError`], which an adapter turns into an outcome of its port.

mod table;
mod write;

use std::collections::HashMap;

pub use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};
pub use table::Table;
pub use write::{Checking, Deleting, Putting, Updating, Write, WriteError, conflicts, refuses};

use crate::StoreFault;

/// An item as the SDK represents it.
pub type Item = HashMap<String, AttributeValue>;

/// The item lacks an attribute, or another version of a function wrote it.
#[derive(Debug, thiserror::Error)]
#[error("the item has no `{0}` that is known here")]
struct UnknownAttribute(&'static str);

/// A string attribute.
pub fn string(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A whole-number attribute.
pub fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A boolean attribute.
pub fn boolean(value: bool) -> AttributeValue {
    AttributeValue::Bool(value)
}

/// The string attribute of this name.
pub fn get_string<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The whole-number attribute of this name.
pub fn get_number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// The boolean attribute of this name; `false` where it is absent.
pub fn get_bool(item: &Item, name: &str) -> bool {
    item.get(name)
        .and_then(|value| value.as_bool().ok())
        .copied()
        .unwrap_or_default()
}

/// The string attribute of this name, parsed.
///
/// # Errors
///
/// If it is absent, or `parse` does not know it.
pub fn parse<T>(
    item: &Item,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreFault> {
    known(get_string(item, name).and_then(parse), name)
}

/// The value that an item must have under this name.
///
/// # Errors
///
/// If there is none.
pub fn known<T>(value: Option<T>, name: &'static str) -> Result<T, StoreFault> {
    value.ok_or_else(|| StoreFault::of(UnknownAttribute(name)))
}
