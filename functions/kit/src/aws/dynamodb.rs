//! The functions' table in DynamoDB.
//!
//! A [`Table`] reads items, and writes single items or transactions. If a condition fails, the [`WriteError`] says in which
//! write, and an adapter turns that into a result of its port.

use std::collections::HashMap;

pub use aws_sdk_dynamodb::types::builders::{ConditionCheckBuilder, PutBuilder, UpdateBuilder};
pub use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};

mod table;
mod write_error;

pub use table::{InTransaction, Table};
pub use write_error::{WriteError, condition_failed, is_in_conflict};

use crate::StoreFault;

/// An item as the SDK represents it.
pub type Item = HashMap<String, AttributeValue>;

/// The item lacks an attribute, or another version of a function wrote it.
#[derive(Debug, thiserror::Error)]
#[error(
    "attribute `{0}` is missing or has an unknown value; another version of a function may have written the item"
)]
struct UnknownAttribute(&'static str);

pub fn string(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A string set. It must not be empty.
pub fn strings(values: impl IntoIterator<Item = impl Into<String>>) -> AttributeValue {
    AttributeValue::Ss(values.into_iter().map(Into::into).collect())
}

pub fn boolean(value: bool) -> AttributeValue {
    AttributeValue::Bool(value)
}

/// The names of attributes in expressions, each with a `#` before it. `Some`, as the SDK's setters require.
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

/// The string set of this name.
pub fn get_strings<'a>(item: &'a Item, name: &str) -> Option<&'a [String]> {
    item.get(name)?.as_ss().ok().map(Vec::as_slice)
}

/// The boolean attribute of this name; `false` where it is absent.
pub fn get_bool(item: &Item, name: &str) -> bool {
    matches!(item.get(name), Some(AttributeValue::Bool(true)))
}

/// The string attribute of this name, parsed.
///
/// # Errors
///
/// If it is absent, or `parse` rejects it.
pub fn parse<T>(
    item: &Item,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreFault> {
    require(get_string(item, name).and_then(parse), name)
}

/// The value of an attribute that every item must have.
///
/// # Errors
///
/// If it is `None`.
pub fn require<T>(value: Option<T>, name: &'static str) -> Result<T, StoreFault> {
    value.ok_or_else(|| StoreFault(UnknownAttribute(name).into()))
}
