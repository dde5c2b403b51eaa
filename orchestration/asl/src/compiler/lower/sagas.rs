//! Sagas: error paths through the compensations of the steps that are done.
//!
//! While the body is lowered, the [`ErrorPath`] points at what an error runs next: at first the handler, then always the
//! compensation added last. Each compensation continues to what the path pointed at before:
//!
//! ```text
//! let body = charge.compensate(|_| refund).then(|_| pack.compensate(|_| unpack)).then(|_| ship);
//! saga(body).catch_all(|_| closed)
//!
//!         Next    on an error
//! Charge  Pack    Closed
//! Refund  Closed
//! Pack    Ship    Refund
//! Unpack  Refund
//! Ship    End     Unpack
//! Closed  End
//! ```
//!
//! With `compensate_begun`, the path points at the compensation before the step itself is lowered: if `Pack` had it, an error
//! of `Pack` would lead to `Unpack`.

use std::mem;

use serde_json::Value;

use crate::compiler::jsonata::template;
use crate::steps::flow::{CompensatedFlow, FailFlow, SagaFlow};
use crate::values::expr::Node;
use asl_document::{FailState, State, Transition};

use super::names::{outcome_name, variable_name};
use super::{Assign, Destination, ErrorPath, Exit, InputValue, Lowering, pass_state};

impl Lowering {
    pub(super) fn saga(&mut self, saga: &SagaFlow, exit: &Exit, input: Option<&InputValue>) {
        let handler = saga.handler.entry();
        let name = variable_name(handler);
        let error = self.variable_of(saga.error, &format!("{name}Error"));
        let compensation_error = self.variable_of(saga.compensation_error, &format!("{name}NotUndone"));
        let around = self.on_error.replace(ErrorPath {
            to: handler.to_owned(),
            error,
            compensation_error,
        });
        self.flow(&saga.body, exit, input);
        // A complete saga drops its compensations: the saga around it does not run them.
        self.on_error = around;
        self.paths([&saga.handler], exit);
    }

    pub(super) fn compensated(
        &mut self,
        compensated: &CompensatedFlow,
        exit: &Exit,
        input: Option<&InputValue>,
    ) {
        let output = match (exit.output, compensated.value) {
            (Destination::Variable(binding), Some(value)) => {
                self.alias(binding, value);
                exit.output
            }
            (Destination::Unused | Destination::Output, Some(value)) => {
                self.variable_of(value, &outcome_name(&compensated.step))
            }
            (_, None) => exit.output,
        };
        let to = exit.to.clone();
        let mut next = self.on_error.clone();
        if compensated.value.is_none() {
            self.compensate_first(compensated);
        }
        self.flow(&compensated.step, &Exit { to, output }, input);
        if compensated.value.is_some() {
            // The step may have added compensations of its own, which run after this one.
            next.clone_from(&self.on_error);
            self.compensate_first(compensated);
        }
        #[expect(clippy::expect_used, reason = "a rule of `build` rejects any other")]
        let next = next.expect("a compensated step is in a saga");
        // If the handler receives errors of compensations, such an error is stored, and the next compensation runs.
        let path = ErrorPath {
            to: next.to.clone(),
            error: next.compensation_error,
            compensation_error: Destination::Unused,
        };
        let is_received = matches!(next.compensation_error, Destination::Variable(_));
        let outside = mem::replace(&mut self.on_error, is_received.then_some(path));
        let exit = Exit {
            to: Transition::Next(next.to),
            output: Destination::Unused,
        };
        self.flow(&compensated.compensation, &exit, None);
        self.on_error = outside;
    }

    /// From here on an error runs this compensation first.
    fn compensate_first(&mut self, compensated: &CompensatedFlow) {
        if let Some(path) = &mut self.on_error {
            compensated.compensation.entry().clone_into(&mut path.to);
        }
    }

    /// Where an error enters the path, no compensation has failed yet.
    pub(super) fn no_compensation_error(&self, path: &ErrorPath, assign: &mut Assign) {
        if let Destination::Variable(binding) = path.compensation_error {
            assign.insert(self.variable(binding), Value::Null);
        }
    }

    /// In a saga, `fail` enters the error path. Elsewhere it ends the execution.
    pub(super) fn fail(&mut self, fail: &FailFlow, input: Option<&InputValue>) {
        let state = if let Some(path) = self.on_error.clone() {
            let error = Node::literal(fail.error.into());
            let error = Node::object(vec![("Error", error), ("Cause", fail.cause)]);
            let mut assign = self.assign_from_input(input);
            self.assign_node(path.error, error, input, &mut assign);
            self.no_compensation_error(&path, &mut assign);
            pass_state(assign, None, Transition::Next(path.to))
        } else {
            let cause = self.with_input(input, |symbols| template(fail.cause, symbols));
            State::Fail(FailState {
                comment: None,
                query_language: None,
                error: Some(fail.error.to_owned()),
                cause: cause.as_str().map(str::to_owned),
            })
        };
        self.insert(fail.name.clone(), state);
    }
}
