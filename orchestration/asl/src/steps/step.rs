//! Steps, and how they follow each other.

use std::fmt;
use std::marker::PhantomData;

use crate::steps::flow::{CompensatedFlow, FailFlow, Flow, PassFlow, bind};
use crate::values::expr::Expr;
use crate::{ErrorName, IntoExpr, Payload, StepOutput};

/// A part of a workflow whose output is a `P`.
///
/// ```
/// # use shop::*;
/// use asl::Step;
///
/// fn thank(receipt: Step<Receipt>) -> Step<Receipt> {
///     receipt.then(|receipt| paid("Thanked", receipt))
/// }
///
/// let states = states(|_| thank(receipt("Free", "r-0")));
///
/// assert_eq!(states["Free"]["Next"], "Thanked");
/// ```
#[must_use = "a step does nothing until it is part of a workflow"]
pub struct Step<P> {
    pub(crate) flow: Flow,
    leaves: PhantomData<fn() -> P>,
}

impl<P> fmt::Debug for Step<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Step<{}>({})",
            std::any::type_name::<P>(),
            self.flow.entry()
        )
    }
}

/// A step, or a builder that is complete: a task, a parallel, a map, a loop.
///
/// ```
/// # use shop::*;
/// use asl::{IntoStep, Step};
///
/// fn thank(receipt: impl IntoStep<Output = Receipt>) -> Step<Receipt> {
///     receipt.into_step().then(|receipt| paid("Thanked", receipt))
/// }
///
/// let states = states(|order| thank(charge(order).catch_all(|_| receipt("Unpaid", "none"))));
///
/// assert_eq!(states["Charge"]["Next"], "Thanked");
/// assert_eq!(states["Unpaid"]["Next"], "Thanked");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a complete step of a workflow",
    label = "not a complete step",
    note = "a value becomes a step with `pass`: `pass(\"StateName\", value)`",
    note = "a callback is complete with `within(..)`, a choice with `otherwise(..)`, a saga with `catch_all(..)`, a loop with `exhausted(..)`",
    note = "a task or a loop whose handlers output another payload needs an `and_then(..)` that outputs that payload too",
    note = "a closure whose last line ends in `;` outputs nothing; `when` and `otherwise` take a step, `catch`, `and_then` and `then` a closure"
)]
pub trait IntoStep {
    /// Its output.
    type Output: StepOutput;

    /// The step.
    fn into_step(self) -> Step<Self::Output>;
}

impl<P: StepOutput> IntoStep for Step<P> {
    type Output = P;

    fn into_step(self) -> Self {
        self
    }
}

impl<P: StepOutput> Step<P> {
    pub(crate) fn new(flow: Flow) -> Self {
        Self {
            flow,
            leaves: PhantomData,
        }
    }

    /// What follows, however this step ended: after success and after a handler, and after each rule of a choice.
    ///
    /// [`Task::and_then`](crate::Task::and_then) follows success only. The
    /// closure is called once, now, with expressions for values that exist only when the machine runs.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     choose("IsGift")
    ///         .when(order.gift, receipt("Gift", "gift"))
    ///         .otherwise(charge(order).catch_all(|_| failed("NotCharged")))
    ///         .then(|receipt| paid("Paid", receipt))
    /// });
    ///
    /// assert_eq!(states["Gift"]["Next"], "Paid");
    /// assert_eq!(states["Charge"]["Next"], "Paid");
    /// assert_eq!(states["Paid"]["Output"]["number"], "{% $isGift.number %}");
    /// ```
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(P::Value<'s>) -> S) -> Step<S::Output> {
        let (binding, record) = bind();
        let rest = next(P::bind(record)).into_step();
        Step::new(Flow::Then {
            first: Box::new(self.flow),
            binding,
            rest: Box::new(rest.flow),
        })
    }

    /// What undoes this step, if something that follows in its [`saga`](crate::saga) fails.
    ///
    /// The closure gets the step's output. The undo must be harmless when it runs twice, and handle its own errors,
    /// unless the saga's handler [gets them](crate::Saga::catch_all_with_undos). It does not run if this step
    /// itself fails: where that does not mean that nothing was done, take
    /// [`compensate_begun`](Self::compensate_begun).
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     let body = charge(order)
    ///         .compensate(|charged| refund(charged).catch_all(|_| receipt("RefundByHand", "none")))
    ///         .then(|charged| {
    ///             charge(order).named("ChargePostage").and_then(|_| paid("Paid", charged))
    ///         });
    ///     saga(body).catch_all(|_| failed("Undone"))
    /// });
    ///
    /// assert_eq!(states["ChargePostage"]["Catch"][0]["Next"], "Refund");
    /// assert_eq!(states["Charge"]["Catch"][0]["Next"], "Undone");
    /// ```
    pub fn compensate<S: IntoStep>(self, undo: impl for<'s> FnOnce(P::Value<'s>) -> S) -> Self {
        let (value, record) = bind();
        let undo = undo(P::bind(record)).into_step().flow;
        Self::new(Flow::Compensated(Box::new(CompensatedFlow {
            step: self.flow,
            value: Some(value),
            compensation: undo,
        })))
    }

    /// What undoes this step, if it fails itself or something that follows in its saga does.
    ///
    /// A step that failed may have been done all the same: one that timed out, for one. Its undo does not get the step's output,
    /// and must be harmless where nothing was done: give both the same id.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     let body = charge(order)
    ///         .compensate_begun(receipt("RefundByHand", "unknown"))
    ///         .then(|charged| paid("Paid", charged));
    ///     saga(body).catch_all(|_| failed("Undone"))
    /// });
    ///
    /// assert_eq!(states["Charge"]["Catch"][0]["Next"], "RefundByHand");
    /// assert_eq!(states["RefundByHand"]["Next"], "Undone");
    /// ```
    pub fn compensate_begun<S: IntoStep>(self, undo: S) -> Self {
        Self::new(Flow::Compensated(Box::new(CompensatedFlow {
            step: self.flow,
            value: None,
            compensation: undo.into_step().flow,
        })))
    }
}

/// A step that outputs a value: a `Pass` state.
///
/// ```
/// # use shop::*;
/// use asl::pass;
///
/// let states = states(|_| pass("Free", ReceiptFields { number: "r-0".into() }));
///
/// assert_eq!(states["Free"]["Type"], "Pass");
/// assert_eq!(states["Free"]["Output"]["number"], "r-0");
/// ```
pub fn pass<'s, P: Payload>(name: &str, value: impl IntoExpr<'s, P>) -> Step<P> {
    let value = value.into_expr().node;
    Step::new(Flow::Pass(PassFlow {
        name: name.to_owned(),
        value,
        output_shape: P::SHAPE,
    }))
}

/// A step that ends the workflow, or the branch, with success: a `Succeed` state.
///
/// Nothing follows it, and `value` is the output of the workflow or the branch. A [`pass`] at the end does the same; a
/// `Succeed` state shows in the console that the end is intended.
///
/// ```
/// # use shop::*;
/// use asl::{choose, succeed};
///
/// let states = states(|order| {
///     choose("IsGift")
///         .when(order.gift, succeed("Given", ReceiptFields { number: "gift".into() }))
///         .otherwise(charge(order).catch_all(|_| failed("NotCharged")))
/// });
///
/// assert_eq!(states["Given"]["Type"], "Succeed");
/// ```
pub fn succeed<'s, P: Payload>(name: &str, value: impl IntoExpr<'s, P>) -> Step<P> {
    let value = value.into_expr().node;
    Step::new(Flow::Succeed(PassFlow {
        name: name.to_owned(),
        value,
        output_shape: P::SHAPE,
    }))
}

/// A step that ends with an error: a `Fail` state.
///
/// The error is one that the workflow declares. In a branch of a parallel or in a map it fails the parallel or the map:
/// its `catch_all` handles the error, and without one the execution ends with the name of that error. It is accepted where a
/// step of any payload is expected, since nothing follows it. `cause` is for the person who reads the
/// execution in the console; [`fail_because`] takes one that the execution computes.
///
/// ```
/// # use shop::*;
/// use asl::fail;
///
/// let states = states(|order| {
///     charge(order)
///         .catch_all(|_| fail("NotCharged", shop_error::OrderFailed, "nothing was charged"))
/// });
///
/// assert_eq!(states["NotCharged"]["Error"], "OrderFailed");
/// ```
pub fn fail<P: StepOutput, E: ErrorName>(name: &str, error: E, cause: impl KnownCause) -> Step<P> {
    fail_because(name, error, cause.into())
}

/// A text that is known now.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the cause of `fail` is a text that is known now, and this is a `{Self}`",
    label = "not a text that is known now",
    note = "`fail_because` takes a cause that the execution computes; the cause of an error is an `Option` and personal: `error.cause.unwrap_or(\"\").declassify()`"
)]
pub trait KnownCause: Into<String> {}
impl KnownCause for &str {}
impl KnownCause for &String {}
impl KnownCause for String {}

/// The same as [`fail`], with a cause that the execution computes.
///
/// ```
/// # use shop::*;
/// use asl::{fail_because, literal};
///
/// let states = states(|order| {
///     charge(order).catch_all(|error| {
///         let cause = literal("charging failed with ").concat(error.error);
///         fail_because("NotCharged", shop_error::OrderFailed, cause)
///     })
/// });
///
/// let cause = "{% 'charging failed with ' & $chargeError.Error %}";
/// assert_eq!(states["NotCharged"]["Cause"], cause);
/// ```
pub fn fail_because<'s, P: StepOutput, E: ErrorName>(
    name: &str,
    _error: E,
    cause: impl IntoExpr<'s, String>,
) -> Step<P> {
    Step::new(Flow::Fail(FailFlow {
        name: name.to_owned(),
        error: E::NAME,
        cause: cause.into_expr().node,
    }))
}

/// The error that a handler gets.
///
/// Source: [Fallback states](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-fallback-states).
///
/// ```
/// # use shop::*;
/// use asl::{ErrorOutput, Expr, Step, pass};
///
/// fn noted(error: Expr<'_, ErrorOutput>) -> Step<Receipt> {
///     pass("Noted", ReceiptFields { number: error.error })
/// }
///
/// let states = states(|order| charge(order).catch_all(noted));
///
/// let caught = &states["Charge"]["Catch"][0];
/// assert_eq!(caught["Assign"]["chargeError"]["Error"], "{% $states.errorOutput.Error %}");
/// ```
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, crate::Payload)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorOutput {
    /// The name of the error.
    pub error: String,
    /// What the integration said about it; for a Lambda function its error as JSON text.
    ///
    /// It may quote data: that of a failed execution holds the execution's whole input. So it counts as personal, and
    /// [`declassify`](Expr::declassify) removes the mark.
    #[payload(personal)]
    pub cause: Option<String>,
}

pub(crate) type Caught<'s> = Expr<'s, ErrorOutput>;
