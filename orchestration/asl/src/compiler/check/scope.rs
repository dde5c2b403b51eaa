//! Where values may be read.
//!
//! The types keep most values in their place. A step, though, is a value without a scope: kept outside of the closure
//! that made it, it can be put where what it reads does not exist.

use crate::values::TASK_TOKEN;
use crate::values::expr::{Binding, ExprKind, Node};

/// What is wrong with reading something, and what to do about it.
type Wrong = (&'static str, &'static str);

/// The values that a state can read.
pub(super) struct Scope {
    input: Option<Binding>,
    /// The input of an execution that a distributed map starts.
    child: Option<Binding>,
    bound: Vec<Binding>,
    /// The maps around, innermost last: the context object holds the item of that one only.
    maps: Vec<Binding>,
}

impl Scope {
    pub(super) fn new(input: Binding) -> Self {
        Self {
            input: Some(input),
            child: None,
            bound: Vec::new(),
            maps: Vec::new(),
        }
    }

    /// An execution that a distributed map starts sees its own input, and nothing of the one that it belongs to.
    pub(super) fn of_child(input: Binding) -> Self {
        Self {
            input: None,
            child: Some(input),
            bound: Vec::new(),
            maps: Vec::new(),
        }
    }

    pub(super) fn with(&mut self, binding: Binding, inside: impl FnOnce(&mut Self)) {
        self.bound.push(binding);
        inside(self);
        self.bound.pop();
    }

    pub(super) fn in_map(&mut self, map: Binding, inside: impl FnOnce(&mut Self)) {
        self.maps.push(map);
        inside(self);
        self.maps.pop();
    }

    /// What is wrong with what the expression reads, each once.
    pub(super) fn diagnostics_of(&self, node: &'static Node) -> Vec<Wrong> {
        let mut diagnostics = Vec::new();
        self.collect(node, &mut Vec::new(), &mut diagnostics);
        diagnostics.dedup();
        diagnostics
    }

    fn collect(&self, node: &'static Node, items: &mut Vec<Binding>, diagnostics: &mut Vec<Wrong>) {
        const STEP: &str =
            "build the step where it stands, inside of the closure that hands out what it reads";

        match &node.kind {
            ExprKind::Input(workflow) if self.input.is_none_or(|input| input != *workflow) => {
                diagnostics.push(("it reads the input of another workflow", STEP));
            }
            ExprKind::ChildInput(map) if self.child.is_none_or(|input| input != *map) => {
                diagnostics.push((
                    "it reads the input of a distributed map's execution from outside",
                    STEP,
                ));
            }
            ExprKind::Bound(binding) if !self.bound.contains(binding) => {
                diagnostics.push(("it reads a value that is not bound here", STEP));
            }
            ExprKind::Present { arm: Some(way), .. } if !self.bound.contains(way) => {
                let message = "it reads a value off the way on which it is there";
                diagnostics.push((message, "build the step inside of the closure of `when_some`"));
            }
            ExprKind::MapItem { map, .. } if self.maps.last() != Some(map) => {
                let message = "it reads an item of a map that it is not directly inside of";
                diagnostics.push((
                    message,
                    "hand the value on by a payload, or read it before the inner map begins",
                ));
            }
            ExprKind::Parameter(item) if !items.contains(item) => {
                let message = "it reads an item of a `map` or `filter` outside of its closure";
                diagnostics.push((message, "use the item inside of the closure only"));
            }
            ExprKind::Each {
                array,
                parameter,
                body,
                ..
            } => {
                self.collect(array, items, diagnostics);
                items.push(*parameter);
                self.collect(body, items, diagnostics);
                items.pop();
            }
            _ => node
                .parts()
                .into_iter()
                .for_each(|part| self.collect(part, items, diagnostics)),
        }
    }
}

pub(super) fn reads_task_token(node: &'static Node) -> bool {
    matches!(node.kind, ExprKind::Context(path) if path == TASK_TOKEN)
        || node.parts().into_iter().any(reads_task_token)
}
