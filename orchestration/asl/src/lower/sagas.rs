//! Sagas: errors lead back through the undos of what was done.

use crate::document::{FailState, State, States, Transition};
use crate::expr::Node;
use crate::flow::{FailFlow, SagaFlow, UndoableFlow};
use crate::jsonata::template;

use super::names::variable_name;
use super::{Delivery, Exit, Failing, FromInput, Lowering, not_empty, pass_state};

impl Lowering {
    pub(super) fn saga(
        &mut self,
        saga: &SagaFlow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
        let handler = saga.handler.entry();
        let error = self.variable_of(saga.error, &format!("{}Error", variable_name(handler)));
        let around = self.failing.replace(Failing {
            to: handler.to_owned(),
            error,
        });
        self.flow(&saga.body, exit, input, states);
        // The saga around forgets the undos of one that is complete.
        self.failing = around;
        let mut ways = self.part();
        self.way(&mut ways, &saga.handler, exit, None, states);
        self.join(ways);
    }

    pub(super) fn undoable(
        &mut self,
        undoable: &UndoableFlow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
        let value = match exit.value {
            Delivery::Variable(binding) => {
                self.alias(binding, undoable.value);
                exit.value
            }
            Delivery::Nowhere | Delivery::Output => {
                self.variable_of(undoable.value, &super::outcome_name(&undoable.step))
            }
        };
        let to = exit.to.clone();
        self.flow(&undoable.step, &Exit { to, value }, input, states);
        let Some(before) = self.failing.take() else {
            return;
        };
        let undone = Exit {
            to: Transition::Next(before.to),
            value: Delivery::Nowhere,
        };
        // What an undo fails with is for its author to answer, not for the undos behind it.
        self.flow(&undoable.undo, &undone, None, states);
        self.failing = Some(Failing {
            to: undoable.undo.entry().to_owned(),
            error: before.error,
        });
    }

    /// In a saga an error leads to the undos, and only their handler may end the execution.
    pub(super) fn fail(&mut self, fail: &FailFlow, input: Option<&FromInput>, states: &mut States) {
        let state = if let Some(failing) = self.failing.clone() {
            let error = Node::literal(fail.error.into());
            let error = Node::object(vec![("Error", error), ("Cause", fail.cause)]);
            let mut assign = self.assign_from_input(input);
            self.deliver_node_to_variable(failing.error, error, input, &mut assign);
            pass_state(not_empty(assign), None, Transition::Next(failing.to))
        } else {
            let cause = self.in_state(input, |places| template(fail.cause, places));
            State::Fail(FailState {
                comment: None,
                query_language: None,
                error: Some(fail.error.to_owned()),
                cause: cause.as_str().map(str::to_owned),
            })
        };
        self.insert(states, fail.name.clone(), state);
    }
}
