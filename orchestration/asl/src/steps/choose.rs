//! Choices.

use std::fmt;
use std::marker::PhantomData;

use crate::steps::flow::{ChooseFlow, Flow, Rule};
use crate::steps::task::{Handled, HandlerOutput, Unhandled};
use crate::steps::{IntoStep, Step};
use crate::values::expr::{Binding, ExprKind, Node, next_binding};
use crate::{Expr, IntoExpr, StepOutput};

/// Rules that are tried in order. [`otherwise`](Self::otherwise) completes the choice.
///
/// ```
/// # use shop::*;
/// use asl::{choose, pass};
///
/// let states = states(|order| {
///     choose("HowToPay")
///         .comment("Small orders are free.")
///         .when(order.total.le(100), receipt("Free", "free"))
///         .when_some(order.coupon, |coupon| pass("Redeemed", ReceiptFields { number: coupon }))
///         .otherwise(charge(order).catch_all(|_| failed("NotCharged")))
/// });
///
/// let rules = &states["HowToPay"]["Choices"];
/// assert_eq!(rules[0]["Condition"], "{% $states.context.Execution.Input.total <= 100 %}");
/// assert_eq!(rules[0]["Next"], "Free");
/// assert_eq!(rules[1]["Next"], "Redeemed");
/// assert_eq!(states["HowToPay"]["Default"], "Charge");
/// ```
#[must_use = "a choice is not a step until `otherwise` completes it"]
pub struct Choose<A = Unhandled> {
    name: String,
    comment: Option<String>,
    rules: Vec<Rule>,
    arms: PhantomData<fn() -> A>,
}

impl<A> fmt::Debug for Choose<A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Choose({})", self.name)
    }
}

/// A choice between steps, all of which output the same payload: a `Choice` state.
///
/// ```
/// # use shop::*;
/// use asl::choose;
///
/// let states = states(|order| {
///     choose("IsGift")
///         .when(order.gift, receipt("Wrapped", "gift"))
///         .otherwise(receipt("Plain", "plain"))
/// });
///
/// assert_eq!(states["IsGift"]["Choices"][0]["Next"], "Wrapped");
/// assert_eq!(states["IsGift"]["Default"], "Plain");
/// ```
pub fn choose(name: &str) -> Choose {
    Choose {
        name: name.to_owned(),
        comment: None,
        rules: Vec::new(),
        arms: PhantomData,
    }
}

impl<A> Choose<A> {
    /// A comment for people who read the definition in the console.
    /// See [`Choose`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.comment = Some(comment.to_owned());
        self
    }

    /// A rule: the step that follows if `condition` holds and no rule before it does.
    /// See [`Choose`].
    pub fn when<'c, S>(self, condition: impl IntoExpr<'c, bool>, step: S) -> Choose<Handled<S::Output>>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        self.rule(condition.into_expr().node, None, step)
    }
}

impl<A> Choose<A> {
    /// A rule: the step that follows if there is a `value` and no rule before holds, like `if let Some(value) = value`.
    /// See [`Choose`].
    pub fn when_some<'v, T, S>(
        self,
        value: Expr<'v, Option<T>>,
        step: impl FnOnce(Expr<'v, T>) -> S,
    ) -> Choose<Handled<S::Output>>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        let arm = next_binding();
        let present = Node::new(ExprKind::Present {
            of: value.node,
            arm: Some(arm),
        });
        self.rule(value.is_some().node, Some(arm), step(Expr::new(present)))
    }

    fn rule<S: IntoStep>(
        mut self,
        condition: &'static Node,
        present: Option<Binding>,
        step: S,
    ) -> Choose<Handled<S::Output>> {
        self.rules.push(Rule {
            condition,
            present,
            flow: step.into_step().flow,
        });
        Choose {
            name: self.name,
            comment: self.comment,
            rules: self.rules,
            arms: PhantomData,
        }
    }
}

impl<P> Choose<Handled<P>> {
    /// The step that follows if no rule holds.
    /// See [`Choose`].
    pub fn otherwise<S>(self, step: S) -> Step<P>
    where
        S: IntoStep<Output = P>,
        P: StepOutput,
    {
        Step::new(Flow::Choose(ChooseFlow {
            name: self.name,
            comment: self.comment,
            rules: self.rules,
            otherwise: Box::new(step.into_step().flow),
        }))
    }
}
