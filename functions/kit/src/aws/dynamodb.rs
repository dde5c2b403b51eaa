//! The functions' table in DynamoDB.
//!
//! A [`Table`] reads items, and makes writes alone or in a transaction. If a condition fails, the [`WriteError`] says of which
//! write, and an adapter turns that into an outcome of its port.

use std::collections::HashMap;

pub use aws_sdk_dynamodb::types::builders::{ConditionCheckBuilder, PutBuilder, UpdateBuilder};
pub use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnValue, ReturnValuesOnConditionCheckFailure,
};

mod table;
mod write_error;

pub use table::{InTransaction, Table};
pub use write_error::{WriteError, is_in_conflict, is_refused};

use crate::StoreFault;

/// An item as the SDK represents it.
pub type Item = HashMap<String, AttributeValue>;

/// The item lacks an attribute, or another version of a function wrote it.
#[derive(Debug, thiserror::Error)]
#[error("the item has no `{0}` that is known here")]
struct UnknownAttribute(&'static str);

pub fn string(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub fn boolean(value: bool) -> AttributeValue {
    AttributeValue::Bool(value)
}

/// The names of attributes in expressions, each with a `#` before it.
pub fn names(names: impl IntoIterator<Item = &'static str>) -> Option<HashMap<String, String>> {
    let names = names
        .into_iter()
        .map(|name| (format!("#{name}"), name.to_owned()));
    Some(names.collect())
}

pub fn get_string<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

pub fn get_number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// The boolean attribute of this name; `false` where it is absent.
pub fn get_bool(item: &Item, name: &str) -> bool {
    matches!(item.get(name), Some(AttributeValue::Bool(true)))
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
    value.ok_or_else(|| StoreFault(UnknownAttribute(name).into()))
}
