//! Scopes: the values that a state can read.
//!
//! The types keep most values in scope. A step, though, is a value that can be moved out of the closure that built it, to
//! where the values that it reads do not exist.

use crate::steps::flow::Flow;
use crate::values::expr::Binding;

#[derive(Clone)]
pub(super) struct Scope {
    /// The input of the execution: that of the workflow, or of a distributed map's execution.
    pub(super) input: Binding,
    pub(super) bound: Vec<Binding>,
    /// The innermost map: the context object holds the item of that one only.
    pub(super) map: Option<Binding>,
}

impl Scope {
    /// At the beginning of an execution, which reads its own input and nothing of the execution that started it.
    pub(super) fn of_execution(input: Binding) -> Self {
        Self {
            input,
            bound: Vec::new(),
            map: None,
        }
    }

    pub(super) fn with(&self, bindings: impl IntoIterator<Item = Binding>) -> Self {
        let mut scope = self.clone();
        scope.bound.extend(bindings);
        scope
    }

    /// Inside of an inline map, or in the item selector of a distributed one.
    pub(super) fn in_map(&self, map: Binding) -> Self {
        Self {
            map: Some(map),
            ..self.clone()
        }
    }

    /// The scope of the flow's [inner nodes](Flow::inner_nodes).
    pub(super) fn of_inner_nodes(&self, flow: &Flow) -> Self {
        match flow {
            Flow::Map(map) => self.in_map(map.item),
            Flow::Repeat(repeat) => self.with([repeat.rounds.value]),
            _ => self.clone(),
        }
    }
}
