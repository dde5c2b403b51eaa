//! Sagas: errors lead back through the undos of what was done.

use std::mem;

use serde_json::Value;

use crate::compiler::jsonata::template;
use crate::steps::flow::{CompensatedFlow, FailFlow, SagaFlow};
use crate::values::expr::Node;
use asl_document::{FailState, State, States, Transition};

use super::names::variable_name;
use super::{Assign, Delivery, Exit, Failing, FromInput, Lowering, not_empty, outcome_name, pass_state};

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
        let compensation_error = self.variable_of(
            saga.compensation_error,
            &format!("{}NotUndone", variable_name(handler)),
        );
        let around = self.failing.replace(Failing {
            to: handler.to_owned(),
            error,
            compensation_error,
        });
        self.flow(&saga.body, exit, input, states);
        // The saga around forgets the undos of one that is complete.
        self.failing = around;
        let mut ways = self.part();
        self.way(&mut ways, &saga.handler, exit, None, states);
        self.join(ways);
    }

    pub(super) fn compensated(
        &mut self,
        compensated: &CompensatedFlow,
        exit: &Exit,
        input: Option<&FromInput>,
        states: &mut States,
    ) {
        let value = match (exit.value, compensated.value) {
            (Delivery::Variable(binding), Some(value)) => {
                self.alias(binding, value);
                exit.value
            }
            (Delivery::Nowhere | Delivery::Output, Some(value)) => {
                self.variable_of(value, &outcome_name(&compensated.step))
            }
            (_, None) => exit.value,
        };
        let to = exit.to.clone();
        // What is undone behind this: of a step in doubt what was done before it, else what was done inside of it, too.
        let mut behind = self.failing.clone();
        if compensated.value.is_none() {
            self.undo_next(compensated);
        }
        self.flow(&compensated.step, &Exit { to, value }, input, states);
        if compensated.value.is_some() {
            behind.clone_from(&self.failing);
            self.undo_next(compensated);
        }
        let Some(behind) = behind else {
            return;
        };
        // What an undo fails with is not for the undo itself, but keeps no other from running.
        let told = Failing {
            to: behind.to.clone(),
            error: behind.compensation_error,
            compensation_error: Delivery::Nowhere,
        };
        let is_told = matches!(behind.compensation_error, Delivery::Variable(_));
        let failing = mem::replace(&mut self.failing, is_told.then_some(told));
        let undone = Exit {
            to: Transition::Next(behind.to),
            value: Delivery::Nowhere,
        };
        self.flow(&compensated.compensation, &undone, None, states);
        self.failing = failing;
    }

    /// From here on this undo comes first.
    fn undo_next(&mut self, compensated: &CompensatedFlow) {
        if let Some(failing) = &mut self.failing {
            compensated.compensation.entry().clone_into(&mut failing.to);
        }
    }

    /// No undo has failed yet, where an error begins the way back.
    pub(super) fn no_compensation_error(&self, failing: &Failing, assign: &mut Assign) {
        if let Delivery::Variable(binding) = failing.compensation_error {
            assign.insert(self.variable(binding), Value::Null);
        }
    }

    /// In a saga an error leads to the undos, and only their handler may end the execution.
    pub(super) fn fail(&mut self, fail: &FailFlow, input: Option<&FromInput>, states: &mut States) {
        let state = if let Some(failing) = self.failing.clone() {
            let error = Node::literal(fail.error.into());
            let error = Node::object(vec![("Error", error), ("Cause", fail.cause)]);
            let mut assign = self.assign_from_input(input);
            self.deliver_node_to_variable(failing.error, error, input, &mut assign);
            self.no_compensation_error(&failing, &mut assign);
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
