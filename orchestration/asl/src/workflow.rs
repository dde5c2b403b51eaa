//! Whole workflows.

use std::fmt;
use std::marker::PhantomData;

use crate::compiler::contract::Contract;
use crate::compiler::{Diagnostics, check, hints, lower};
use crate::steps::IntoStep;
use crate::steps::flow::Flow;
use crate::values::expr::{Binding, Expr, ExprKind, Node, next_binding};
use crate::{Function, StepOutput, TaskError};
use asl_analysis::Hints;
use asl_document::{QueryLanguage, StateMachine};

/// A workflow as it was written, before it is checked.
///
/// ```
/// # use shop::*;
/// use asl::{Function, Workflow};
///
/// fn place_order() -> Workflow<PlaceOrder> {
///     PlaceOrder::define(|order| charge(order).catch_all(|_| failed("NotCharged")))
///         .comment("Takes the money for an order.")
/// }
///
/// let machine = place_order().build()?;
///
/// assert_eq!(machine.comment.as_deref(), Some("Takes the money for an order."));
/// assert_eq!(machine.timeout_seconds, Some(48 * 60 * 60));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a workflow is emitted by `build`"]
pub struct Workflow<W: Function> {
    flow: Flow,
    input: Binding,
    comment: Option<String>,
    express: bool,
    function: PhantomData<fn() -> W>,
}

impl<W: Function> fmt::Debug for Workflow<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Workflow({})", W::NAME)
    }
}

impl<W: Function> Workflow<W> {
    pub(crate) fn new<S>(define: impl for<'s> FnOnce(Expr<'s, W::Input>) -> S) -> Self
    where
        S: IntoStep<Output = W::Output>,
    {
        let input = next_binding();
        let node = Node::typed(ExprKind::Input(input), W::Input::SHAPE);
        let step = define(Expr::new(node)).into_step();
        Self {
            flow: step.flow,
            input,
            comment: None,
            express: false,
            function: PhantomData,
        }
    }

    /// A comment for people who read the definition.
    /// See [`Workflow`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.comment = Some(comment.to_owned());
        self
    }

    /// Declares an Express workflow: five minutes at most, without callbacks and other waits for others.
    ///
    /// The template sets the type; the definition does not have it.
    ///
    /// Source: [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let hurried = PlaceOrder::define(|_| receipt("Free", "r-0")).express();
    ///
    /// let diagnostics = hurried.build().unwrap_err();
    /// assert_eq!(
    ///     diagnostics.diagnostics[0].message,
    ///     "its TIMEOUT is longer than the five minutes that an Express workflow has"
    /// );
    /// ```
    pub fn express(mut self) -> Self {
        self.express = true;
        self
    }

    /// Checks the workflow and returns its definition.
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
    /// assert_eq!(diagnostics.diagnostics[0].message, "it has no answer to errors that no `catch` names");
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
        let refuse = |diagnostics| Diagnostics::ok_if_none(W::NAME, diagnostics);
        refuse(check::workflow(&self.flow, &contract))?;
        let (states, clashes) = lower::states(&self.flow);
        refuse(clashes)?;
        let machine = StateMachine {
            comment: self.comment.clone(),
            query_language: Some(QueryLanguage::JSONata),
            version: None,
            start_at: self.flow.entry().to_owned(),
            timeout_seconds: Some(W::TIMEOUT.as_secs()),
            states,
        };
        refuse(check::machine(&machine, &self.hints(), &contract))?;
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
