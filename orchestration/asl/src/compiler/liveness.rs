//! Liveness: which parts of which values later states read.
//!
//! Only these parts are assigned to variables, so that little travels between states:
//!
//! ```text
//! charge(order).then(|charged| {
//!     pass("Paid", ..charged.number..).then(|_| pass("Booked", ..charged.cents..))
//! })
//!
//! of_flow:      charged -> {number, cents}    Charge assigns both, and no other field of its output
//! after_entry:  charged -> {cents}            for the flow that begins with Paid
//! ```

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::steps::flow::Flow;
use crate::values::expr::{Binding, ExprKind, Node};

/// The path from a value to a part of it: indices of branches first, then at most one field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    pub(crate) items: Vec<usize>,
    /// Its name, and whether it is optional.
    pub(crate) field: Option<(&'static str, bool)>,
}

/// The parts that are read, in the order of their first reading.
pub(crate) type Reads = HashMap<Binding, IndexSet<Part>>;

/// All that is read in `flow`, the flows inside of it included.
pub(crate) fn of_flow(flow: &Flow, reads: &mut Reads) {
    for node in flow.nodes() {
        of_node(node, reads);
    }
    for child in flow.children() {
        of_flow(child, reads);
    }
}

/// Whether anything of the binding is read in `flow`.
pub(crate) fn reads(flow: &Flow, binding: Binding) -> bool {
    let mut reads = Reads::new();
    of_flow(flow, &mut reads);
    reads.contains_key(&binding)
}

/// The parts of the binding that are read in `flow`, except by the state that it begins with.
pub(crate) fn after_entry(flow: &Flow, binding: Binding) -> IndexSet<Part> {
    let mut reads = Reads::new();
    collect_after_entry(flow, &mut reads);
    reads.remove(&binding).unwrap_or_default()
}

fn collect_after_entry(flow: &Flow, reads: &mut Reads) {
    let (first, rest) = match flow {
        Flow::Then { first, rest, .. } => (first.as_ref(), rest.as_ref()),
        Flow::Saga(saga) => (&saga.body, &saga.handler),
        Flow::Compensated(compensated) => (&compensated.step, &compensated.compensation),
        state => {
            // The condition of a loop is evaluated after each round.
            if let Flow::Repeat(repeat) = state {
                of_node(repeat.rounds.until, reads);
            }
            return state
                .children()
                .into_iter()
                .for_each(|child| of_flow(child, reads));
        }
    };
    collect_after_entry(first, reads);
    of_flow(rest, reads);
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
    for part in node.kind.parts() {
        of_node(part, reads);
    }
}

/// The binding that a path starts from, and the part that it leads to.
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
