//! Syntax trees, as the reference's parser makes them: objects with a `type`.
//!
//! Source: `parser.js` of [JSONata 2.0.6](https://github.com/jsonata-js/jsonata/blob/v2.0.6/src/parser.js).

use serde_json::Value;

use super::reads::StatesField;

/// The type of a node; empty if it is none.
pub(super) fn kind(node: &Value) -> &str {
    text(node, "type").unwrap_or_default()
}

/// The field of a node, if it is there and not null.
pub(super) fn field<'t>(node: &'t Value, name: &str) -> Option<&'t Value> {
    node.get(name).filter(|value| !value.is_null())
}

pub(super) fn text<'t>(node: &'t Value, name: &str) -> Option<&'t str> {
    node.get(name).and_then(Value::as_str)
}

/// The nodes in a field that is a list.
pub(super) fn children<'t>(node: &'t Value, name: &str) -> &'t [Value] {
    node.get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Visits each node of a tree, outer ones first.
pub(super) fn each_node<'t>(tree: &'t Value, visit: &mut dyn FnMut(&'t Value)) {
    match tree {
        Value::Array(items) => items.iter().for_each(|item| each_node(item, visit)),
        Value::Object(fields) => {
            if !kind(tree).is_empty() {
                visit(tree);
            }
            fields.values().for_each(|part| each_node(part, visit));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The field of `$states` that a path reads.
pub(super) fn states_field(node: &Value) -> Option<&str> {
    let [first, second, ..] = children(node, "steps") else {
        return None;
    };
    (kind(node) == "path"
        && kind(first) == "variable"
        && text(first, "value") == Some("states")
        && kind(second) == "name")
        .then(|| text(second, "value"))
        .flatten()
}

/// The fields of `$states` that some path of a tree reads.
pub(super) fn states_fields(tree: &Value) -> Vec<StatesField> {
    let mut fields = Vec::new();
    each_node(tree, &mut |node| {
        fields.extend(states_field(node).and_then(StatesField::named));
    });
    fields
}
