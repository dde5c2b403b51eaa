//! Variables: which values get one, what it is assigned, and where it is read.
//!
//! A value gets a variable if a later state reads it, and the variable holds only the parts that are read:
//!
//! ```text
//! charge(order).then(|charged| pass("Paid", Receipt { number: charged.number }))
//!
//! Charge  Assign {"charge": {"number": "{% $states.result.Payload.number %}"}}
//! Paid    reads $charge.number
//! ```
//!
//! Names come from states. One that is taken, or that JSONata reserves, gets a number: `charge2`.

use super::projection::{projection, projection_of_node};
use super::{Assign, Destination, InputValue, Lowering, STATE_INPUT};
use crate::compiler::jsonata::is_reserved;
use crate::compiler::symbols::SymbolTable;
use crate::values::expr::{Binding, Node};

impl Lowering {
    /// Gives the binding a variable, if it is read.
    pub(super) fn variable_of(&mut self, binding: Binding, name: &str) -> Destination {
        if !self.reads.contains_key(&binding) {
            return Destination::Unused;
        }
        let mut variable = name.to_owned();
        let mut number = 2;
        while is_reserved(&variable) || !self.variables.insert(variable.clone()) {
            variable = format!("{name}{number}");
            number += 1;
        }
        self.symbols.insert(binding, format!("${variable}"));
        Destination::Variable(binding)
    }

    pub(super) fn variable(&self, binding: Binding) -> String {
        self.symbols.path(binding).trim_start_matches('$').to_owned()
    }

    /// Assigns the parts that are read of the value at `path`.
    pub(super) fn assign_path(&self, to: Destination, path: &str, assign: &mut Assign) {
        if let Destination::Variable(binding) = to
            && let Some(parts) = self.reads.get(&binding)
        {
            assign.insert(self.variable(binding), projection(path, parts));
        }
    }

    /// Assigns the parts that are read of an expression.
    pub(super) fn assign_node(
        &mut self,
        to: Destination,
        node: &'static Node,
        input: Option<&InputValue>,
        assign: &mut Assign,
    ) {
        if let Destination::Variable(binding) = to
            && let Some(parts) = self.reads.get(&binding).cloned()
        {
            let value = self.with_input(input, |symbols| projection_of_node(node, &parts, symbols));
            assign.insert(self.variable(binding), value);
        }
    }

    /// Lets `other` be read from the variable of `binding`, which then holds the parts that are read of either.
    ///
    /// In a loop, the `last` of a round is what the `value` of the round before was; a step with a compensation has one output
    /// that is bound twice, for the compensation and for the next step.
    pub(super) fn alias(&mut self, binding: Binding, other: Binding) {
        if let Some(parts) = self.reads.get(&other).cloned() {
            self.reads.entry(binding).or_default().extend(parts);
            let path = self.symbols.path(binding).to_owned();
            self.symbols.insert(other, path);
        }
    }

    /// What the state at a flow's entry assigns of its input for later states.
    pub(super) fn assign_from_input(&self, input: Option<&InputValue>) -> Assign {
        let mut assign = Assign::new();
        if let Some(input) = input
            && !input.read_later.is_empty()
        {
            let value = projection(STATE_INPUT, &input.read_later);
            assign.insert(self.variable(input.binding), value);
        }
        assign
    }

    /// Evaluates with the symbols of a state that reads `input` from its own input.
    pub(super) fn with_input<T>(
        &mut self,
        input: Option<&InputValue>,
        evaluate: impl FnOnce(&SymbolTable) -> T,
    ) -> T {
        let Some(binding) = input.map(|input| input.binding) else {
            return evaluate(&self.symbols);
        };
        let variable = self.symbols.insert(binding, STATE_INPUT.to_owned());
        let value = evaluate(&self.symbols);
        if let Some(variable) = variable {
            self.symbols.insert(binding, variable);
        }
        value
    }
}
