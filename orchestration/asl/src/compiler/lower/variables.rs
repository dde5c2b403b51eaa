//! Variables: which values get one, what is assigned to it, and where it is read.

use super::{Assign, Delivery, FromInput, Lowering, STATE_INPUT};
use crate::compiler::jsonata::{Places, is_reserved};
use crate::compiler::liveness;
use crate::values::expr::{Binding, Node};

impl Lowering {
    /// Gives the binding its variable, if anything reads it.
    pub(super) fn variable_of(&mut self, binding: Binding, name: &str) -> Delivery {
        if !self.reads.contains_key(&binding) {
            return Delivery::Nowhere;
        }
        let mut variable = name.to_owned();
        let mut number = 2;
        while is_reserved(&variable) || !self.variables.insert(variable.clone()) {
            variable = format!("{name}{number}");
            number += 1;
        }
        self.places.insert(binding, format!("${variable}"));
        Delivery::Variable(binding)
    }

    pub(super) fn variable(&self, binding: Binding) -> String {
        self.places
            .get(&binding)
            .map(|place| place.trim_start_matches('$').to_owned())
            .unwrap_or_default()
    }

    pub(super) fn deliver_to_variable(&self, value: Delivery, from: &str, assign: &mut Assign) {
        if let Delivery::Variable(binding) = value
            && let Some(parts) = self.reads.get(&binding)
        {
            assign.insert(self.variable(binding), liveness::projection(from, parts));
        }
    }

    pub(super) fn deliver_node_to_variable(
        &mut self,
        value: Delivery,
        node: &'static Node,
        input: Option<&FromInput>,
        assign: &mut Assign,
    ) {
        if let Delivery::Variable(binding) = value
            && let Some(parts) = self.reads.get(&binding).cloned()
        {
            let value = self.in_state(input, |places| liveness::projection_of_node(node, &parts, places));
            assign.insert(self.variable(binding), value);
        }
    }

    /// Lets `other` name what `binding` does.
    pub(super) fn alias(&mut self, binding: Binding, other: Binding) {
        if let Some(parts) = self.reads.get(&other).cloned() {
            self.reads.entry(binding).or_default().extend(parts);
            if let Some(place) = self.places.get(&binding).cloned() {
                self.places.insert(other, place);
            }
        }
    }

    /// What the state at a flow's entry assigns of its input for the states behind it.
    pub(super) fn assign_from_input(&self, input: Option<&FromInput>) -> Assign {
        let mut assign = Assign::new();
        if let Some(input) = input
            && !input.behind.is_empty()
        {
            let value = liveness::projection(STATE_INPUT, &input.behind);
            assign.insert(self.variable(input.binding), value);
        }
        assign
    }

    /// Evaluates with the places seen from a state that reads `input` from its own input.
    pub(super) fn in_state<T>(
        &mut self,
        input: Option<&FromInput>,
        evaluate: impl FnOnce(&Places) -> T,
    ) -> T {
        let Some(binding) = input.map(|input| input.binding) else {
            return evaluate(&self.places);
        };
        let variable = self.places.insert(binding, STATE_INPUT.to_owned());
        let value = evaluate(&self.places);
        if let Some(variable) = variable {
            self.places.insert(binding, variable);
        }
        value
    }
}
