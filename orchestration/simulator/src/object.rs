//! Adding fields to JSON objects.

use serde_json::Value;

use crate::invariant::Invariant;

pub(crate) fn set(object: &mut Value, key: &str, value: impl Into<Value>) {
    let fields = object.as_object_mut();
    fields
        .expect_invariant("fields are added to objects only")
        .insert(key.to_owned(), value.into());
}
