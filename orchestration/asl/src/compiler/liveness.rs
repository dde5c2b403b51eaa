//! Which parts of which values are read behind the state that leaves them.
//!
//! Only these are assigned to variables, so that what travels between states stays thin.

use std::collections::HashMap;

use indexmap::IndexSet;
use serde_json::{Map, Value};

use crate::compiler::jsonata::Places;
use crate::compiler::jsonata::{enclosed, join, or_null, template};
use crate::steps::flow::Flow;
use crate::values::expr::{Binding, ExprKind, Node};

/// The way from a value to a part of it: branches of a parallel first, then at most one field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    items: Vec<usize>,
    field: Option<(&'static str, bool)>,
}

/// The parts that are read, in the order of their first reading.
pub(crate) type Reads = HashMap<Binding, IndexSet<Part>>;

/// All that is read in `flow`, the flows inside of it included.
pub(crate) fn of_flow(flow: &Flow, reads: &mut Reads) {
    for node in flow.own_nodes().into_iter().chain(flow.inner_nodes()) {
        of_node(node, reads);
    }
    for child in flow.children() {
        of_flow(child, reads);
    }
}

/// All that is read in `flow`, except by the state that it begins with.
pub(crate) fn behind_entry(flow: &Flow, reads: &mut Reads) {
    let (first, behind) = match flow {
        Flow::Then { first, rest, .. } => (first.as_ref(), rest.as_ref()),
        Flow::Saga(saga) => (&saga.body, &saga.handler),
        Flow::Compensated(compensated) => (&compensated.step, &compensated.compensation),
        one_state => {
            if let Flow::Repeat(repeat) = one_state {
                of_node(repeat.rounds.until, reads);
            }
            return one_state
                .children()
                .into_iter()
                .for_each(|child| of_flow(child, reads));
        }
    };
    behind_entry(first, reads);
    of_flow(behind, reads);
}

fn of_node(node: &'static Node, reads: &mut Reads) {
    if let Some((binding, part)) = part_of(node) {
        reads.entry(binding).or_default().insert(part);
        return;
    }
    if let ExprKind::Field { of, name, .. } = &node.kind
        && let Some(field) = of.literal_field(name)
    {
        return of_node(field, reads);
    }
    for part in node.parts() {
        of_node(part, reads);
    }
}

/// The binding that a path starts from, and how far into it the path leads.
fn part_of(node: &'static Node) -> Option<(Binding, Part)> {
    match &node.kind {
        ExprKind::Bound(binding) => Some((*binding, Part::default())),
        ExprKind::Present { of, .. } => part_of(of),
        ExprKind::Item { of, index } => {
            let (binding, mut part) = part_of(of)?;
            if part.field.is_none() {
                part.items.push(*index);
            }
            Some((binding, part))
        }
        ExprKind::Field { of, name, optional } => {
            let (binding, mut part) = part_of(of)?;
            if part.field.is_none() {
                part.field = Some((name, *optional));
            }
            Some((binding, part))
        }
        _ => None,
    }
}

/// A template of just the parts that are read, taken from `base`.
pub(crate) fn projection(base: &str, parts: &IndexSet<Part>) -> Value {
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
    let fields = parts
        .iter()
        .filter_map(|part| part.field)
        .map(|(name, optional)| {
            let path = join(base, name);
            let value = if optional { or_null(&path) } else { path };
            (name.to_owned(), Value::String(enclosed(&value)))
        });
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The same, where the value is itself an expression of the workflow.
pub(crate) fn projection_of_node(node: &'static Node, parts: &IndexSet<Part>, places: &Places) -> Value {
    let whole = parts.iter().any(|part| part.field.is_none());
    if whole {
        return template(node, places);
    }
    let fields = parts
        .iter()
        .filter_map(|part| part.field)
        .map(|(name, optional)| {
            let field = node.literal_field(name).unwrap_or_else(|| {
                Node::new(ExprKind::Field {
                    of: node,
                    name,
                    optional,
                })
            });
            (name.to_owned(), template(field, places))
        });
    Value::Object(fields.collect::<Map<_, _>>())
}
