//! From a workflow to its definition: checked, then lowered, then checked as a whole, then folded.

use crate::compiler::contract::Contract;
use crate::compiler::{Diagnostics, check, fold, hints, lower};
use crate::{Function, StepOutput, TaskError, Workflow};
use asl_analysis::Hints;
use asl_document::{QueryLanguage, StateMachine};

impl<W: Function> Workflow<W> {
    /// Checks the workflow and returns its definition.
    ///
    /// States that do no work are [folded](crate::guide::emission#states-that-do-no-work), unless the workflow is
    /// [`unfolded`](Workflow::unfolded).
    ///
    /// # Errors
    ///
    /// All problems that types cannot rule out, each with its state and one thing to try.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let unanswered = PlaceOrder::define(|order| charge(order));
    ///
    /// let diagnostics = unanswered.build().unwrap_err();
    /// assert_eq!(diagnostics.diagnostics[0].state, "Charge");
    /// assert_eq!(diagnostics.diagnostics[0].message, "it has no handler for errors that no `catch` names");
    /// ```
    pub fn build(&self) -> Result<StateMachine, Diagnostics> {
        let contract = Contract {
            name: W::NAME,
            input: self.input,
            input_shape: W::Input::SHAPE,
            output_shape: W::Output::SHAPE,
            timeout: W::TIMEOUT,
            errors: W::Error::DECLARED.iter().map(|error| error.name).collect(),
            comment: self.comment.clone(),
            express: self.express,
        };
        let reject = |diagnostics| Diagnostics::ok_if_none(W::NAME, diagnostics);
        reject(check::workflow(&self.flow, &contract))?;
        let (states, clashes) = lower::states(&self.flow);
        reject(clashes)?;
        let mut machine = StateMachine {
            comment: self.comment.clone(),
            query_language: Some(QueryLanguage::JSONata),
            version: None,
            start_at: self.flow.entry().to_owned(),
            timeout_seconds: Some(W::TIMEOUT.as_secs()),
            states,
        };
        reject(check::machine(&machine, &self.hints(), &contract))?;
        if self.folded {
            fold::fold(&mut machine);
        }
        Ok(machine)
    }

    /// Hints for the [analysis](asl_analysis): what the definition cannot express.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// # use std::time::Duration;
    /// let place_order = PlaceOrder::define(|order| {
    ///     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
    ///         .within(Duration::from_hours(8))
    ///         .catch_all(|_| failed("NotAsked"))
    ///         .and_then(|_| receipt("Approved", "r-1"))
    /// });
    ///
    /// let hints = place_order.hints();
    /// assert_eq!(hints.attempts["Approve"], Duration::from_secs(15));
    /// ```
    pub fn hints(&self) -> Hints {
        let mut hints = Hints::default();
        hints::of_flow(&self.flow, &mut hints);
        hints
    }
}
