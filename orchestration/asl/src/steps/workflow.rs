//! Workflows.

use std::fmt;
use std::marker::PhantomData;

use crate::StepOutput;
use crate::steps::flow::Flow;
use crate::steps::{Function, IntoStep};
use crate::values::expr::{Binding, Expr, ExprKind, Node, next_binding};

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
    pub(crate) flow: Flow,
    pub(crate) input: Binding,
    pub(crate) comment: Option<String>,
    pub(crate) express: bool,
    pub(crate) folded: bool,
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
            folded: true,
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

    /// Emits a state for every step, also where one without work could be
    /// [folded](crate::guide::emission#states-that-do-no-work) into the state before it.
    ///
    /// Such a definition costs more state transitions, and shows each step in the history.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let place_order = || {
    ///     PlaceOrder::define(|order| {
    ///         charge(order)
    ///             .catch_all(|_| failed("NotCharged"))
    ///             .and_then(|charged| paid("Paid", charged))
    ///     })
    /// };
    ///
    /// assert!(place_order().unfolded().build()?.states.contains_key("Paid"));
    /// assert!(!place_order().build()?.states.contains_key("Paid"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unfolded(mut self) -> Self {
        self.folded = false;
        self
    }
}
