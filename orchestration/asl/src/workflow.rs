//! Whole workflows.

use std::fmt;
use std::marker::PhantomData;

use crate::check::Contract;
use crate::document::{QueryLanguage, StateMachine};
use crate::expr::{Binding, Expr, Kind, Node};
use crate::flow::{Flow, next_binding};
use crate::problem::Problems;
use crate::report::Knowledge;
use crate::step::IntoStep;
use crate::{Function, Leaves, TaskError, check, known, lower};

/// A workflow as it was written, before it is checked.
///
/// ```
/// # use shop::*;
/// use asl::{Workflow, workflow};
///
/// fn place_order() -> Workflow<PlaceOrder> {
///     workflow::<PlaceOrder, _>(|order| charge(order).catch_all(|_| failed("NotCharged")))
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

/// Defines the workflow `W`: what happens between its input and its output.
///
/// A workflow has the contract of a function. `W::TIMEOUT` bounds the whole execution.
///
/// ```
/// # use shop::*;
/// use asl::workflow;
///
/// let place_order =
///     workflow::<PlaceOrder, _>(|order| charge(order).catch_all(|_| failed("NotCharged")));
///
/// assert_eq!(place_order.build()?.start_at, "Charge");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn workflow<W, S>(define: impl for<'s> FnOnce(Expr<'s, W::Input>) -> S) -> Workflow<W>
where
    W: Function,
    S: IntoStep<Leaves = W::Output>,
{
    let input = next_binding();
    let node = Node::typed(Kind::Input(input), W::Input::SHAPE);
    let step = define(Expr::new(node)).into_step();
    Workflow {
        flow: step.flow,
        input,
        comment: None,
        express: false,
        function: PhantomData,
    }
}

impl<W: Function> Workflow<W> {
    /// What a person who reads the definition should know first.
    /// See [`Workflow`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.comment = Some(comment.to_owned());
        self
    }

    /// The machine is to run as an Express workflow: for five minutes at the most, and without what waits for others.
    ///
    /// The document does not say so; the template does.
    ///
    /// Source: [Choosing workflow type](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let hurried = workflow::<PlaceOrder, _>(|_| receipt("Free", "r-0")).express();
    ///
    /// let problems = hurried.build().unwrap_err();
    /// assert_eq!(
    ///     problems.problems[0].what,
    ///     "its TIMEOUT is longer than the five minutes that an Express workflow has"
    /// );
    /// ```
    pub fn express(mut self) -> Self {
        self.express = true;
        self
    }

    /// The machine, checked.
    ///
    /// # Errors
    ///
    /// All the problems that types cannot rule out, each with its state and a remedy.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let unanswered = workflow::<PlaceOrder, _>(|order| charge(order));
    ///
    /// let problems = unanswered.build().unwrap_err();
    /// assert_eq!(problems.problems[0].state, "Charge");
    /// assert_eq!(problems.problems[0].what, "it has no answer to errors that no `catch` names");
    /// ```
    pub fn build(&self) -> Result<StateMachine, Problems> {
        let contract = Contract {
            name: W::NAME,
            input: self.input,
            takes: W::Input::SHAPE,
            leaves: W::Output::SHAPE,
            timeout: W::TIMEOUT,
            errors: W::Error::DECLARED.iter().map(|error| error.name).collect(),
            comment: self.comment.clone(),
            express: self.express,
        };
        let mut problems = check::problems(&self.flow, &contract);
        let (states, clashes) = lower::states(&self.flow);
        // Names that the author gave twice are reported already.
        if problems.is_empty() {
            problems.extend(clashes.into_iter().map(check::taken));
        }
        let machine = StateMachine {
            comment: self.comment.clone(),
            query_language: Some(QueryLanguage::JSONata),
            version: None,
            start_at: self.flow.entry().to_owned(),
            timeout_seconds: Some(W::TIMEOUT.as_secs()),
            states,
        };
        // What is wrong so far would be in the way of a look at the whole.
        if problems.is_empty() {
            problems.extend(check::unreachable((&machine).into()));
            problems.extend(check::longest(&machine, &self.knowledge(), &contract));
        }
        if !problems.is_empty() {
            return Err(Problems {
                workflow: W::NAME.to_owned(),
                problems,
            });
        }
        Ok(machine)
    }

    /// What the document does not say of the machine; for its [report](crate::report).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// # use std::time::Duration;
    /// let place_order = workflow::<PlaceOrder, _>(|order| {
    ///     callback::<Approve>(ApproveInputExpr { order: order.id, token: task_token() })
    ///         .within(Duration::from_hours(8))
    ///         .catch_all(|_| failed("NotAsked"))
    ///         .then(|_| receipt("Approved", "r-1"))
    /// });
    ///
    /// let knowledge = place_order.knowledge();
    /// assert_eq!(knowledge.attempts["Approve"], Duration::from_secs(15));
    /// ```
    pub fn knowledge(&self) -> Knowledge {
        let mut knowledge = Knowledge::default();
        known::of_flow(&self.flow, &mut knowledge);
        knowledge
    }
}
