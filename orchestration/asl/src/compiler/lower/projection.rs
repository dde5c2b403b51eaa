//! Projections: templates of those parts of a value that are read.
//!
//! ```text
//! {number}               of $states.result   {"number": "{% $states.result.number %}"}
//! {[0].number, [1].id}   of $states.input    [{"number": "{% $states.input[0].number %}"}, {"id": "{% $states.input[1].id %}"}]
//! the whole              of $states.result   "{% $states.result %}"
//! ```

use indexmap::IndexSet;
use serde_json::Value;

use crate::compiler::jsonata::{enclosed, join, or_null, template};
use crate::compiler::liveness::Part;
use crate::compiler::symbols::SymbolTable;
use crate::values::expr::Node;

/// A template of just these parts of the value at the path `base`.
pub(super) fn projection(base: &str, parts: &IndexSet<Part>) -> Value {
    let parts: Vec<_> = parts.iter().collect();
    project(base, &parts, 0)
}

fn project(base: &str, parts: &[&Part], depth: usize) -> Value {
    let whole = parts
        .iter()
        .any(|part| part.items.len() == depth && part.field.is_none());
    if whole {
        return Value::String(enclosed(base));
    }
    let branches = parts.iter().filter_map(|part| part.items.get(depth)).max();
    if let Some(last) = branches {
        let items = (0..=*last).map(|index| {
            let of_branch: Vec<_> = parts
                .iter()
                .copied()
                .filter(|part| part.items.get(depth) == Some(&index))
                .collect();
            project(&format!("{base}[{index}]"), &of_branch, depth + 1)
        });
        return Value::Array(items.collect());
    }
    object(parts.iter().copied(), |name, optional| {
        let path = join(base, name);
        let value = if optional { or_null(&path) } else { path };
        Value::String(enclosed(&value))
    })
}

fn object<'p>(parts: impl Iterator<Item = &'p Part>, value: impl Fn(&'static str, bool) -> Value) -> Value {
    let fields = parts.filter_map(|part| part.field);
    let fields = fields.map(|(name, optional)| (name.to_owned(), value(name, optional)));
    Value::Object(fields.collect())
}

/// The same for the value of an expression.
pub(super) fn projection_of_node(
    node: &'static Node,
    parts: &IndexSet<Part>,
    symbols: &SymbolTable,
) -> Value {
    let whole = parts.iter().any(|part| part.field.is_none());
    if whole {
        return template(node, symbols);
    }
    object(parts.iter(), |name, optional| {
        let read = || Node::field(node, name, optional);
        template(node.literal_field(name).unwrap_or_else(read), symbols)
    })
}
