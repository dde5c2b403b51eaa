//! Sagas: steps with compensation.

use std::fmt;

use crate::steps::flow::{Flow, SagaFlow, bind};
use crate::steps::{Caught, IntoStep, Step};
use crate::values::shape::Shape;
use crate::{ErrorOutput, Expr, StepOutput};

/// A saga that lacks its handler: [`catch_all`](Self::catch_all) completes it.
///
/// ```
/// # use shop::*;
/// use asl::{choose, saga};
///
/// let states = states(|order| {
///     let body = charge(order)
///         .compensate(|charged| refund(charged).catch_all(|_| receipt("RefundByHand", "none")))
///         .then(|charged| {
///             choose("IsGift")
///                 .when(order.gift, failed("GiftsAreSoldOut"))
///                 .otherwise(paid("Paid", charged))
///         });
///     saga(body).catch_all(|_| failed("Undone"))
/// });
///
/// assert_eq!(states["Charge"]["Catch"][0]["Next"], "Undone");
/// assert_eq!(states["GiftsAreSoldOut"]["Next"], "Refund");
/// assert_eq!(states["Refund"]["Next"], "Undone");
/// ```
#[must_use = "a saga is not a step until `catch_all` completes it"]
pub struct Saga<P> {
    body: Step<P>,
}

impl<P> fmt::Debug for Saga<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Saga({})", self.body.flow.entry())
    }
}

/// Steps that succeed together or are undone together: on failure the undos of the completed steps run in reverse.
///
/// A step declares its undo beside it, with [`compensate`](crate::Step::compensate). An error without a
/// handler of its own, and a [`fail`](crate::fail) in the body itself, lead to the undo of the last completed step, from
/// there to the one before, and at last to the handler in [`catch_all`](Saga::catch_all).
///
/// In a saga inside of another one, the undos of the inner one do not run once it has completed. Undo it as a whole, with a
/// [`compensate`](crate::Step::compensate) on it.
///
/// A `Pass`, a `Choice` or a `Wait` has no catcher on the platform. If one of its expressions fails, for example because a
/// string is not JSON, the execution ends at once and nothing is undone
/// ([Fallback states](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-fallback-states)).
/// An execution that is stopped, or that takes longer than its workflow may, undoes nothing: the platform ends it.
/// The same goes for `States.DataLimitExceeded` and `States.Runtime`, which nothing can catch.
///
/// Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
///
/// ```
/// # use shop::*;
/// use asl::{map_each, saga};
///
/// let states = states(|order| {
///     let body = charge(order)
///         .compensate(|charged| refund(charged).catch_all(|_| receipt("RefundByHand", "none")))
///         .then(|charged| {
///             map_each("EachLine", order.lines, |each| {
///                 pack(each.item).catch_all(|_| failed("NotPacked"))
///             })
///             .and_then(|_| paid("Done", charged))
///         });
///     saga(body).catch_all(|_| failed("Undone"))
/// });
///
/// assert_eq!(states["EachLine"]["Catch"][0]["Next"], "Refund");
/// assert_eq!(states["Refund"]["Next"], "Undone");
/// ```
pub fn saga<S: IntoStep>(body: S) -> Saga<S::Output> {
    Saga {
        body: body.into_step(),
    }
}

impl<P: StepOutput> Saga<P> {
    /// What follows when all is undone, given the error that started it.
    /// See [`Saga`].
    pub fn catch_all<S>(self, handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Step<P>
    where
        S: IntoStep<Output = P>,
    {
        self.catch_all_with_undos(|error, _| handler(error))
    }

    /// The same, where the handler also gets the last error that an undo failed with, if one did.
    ///
    /// If it reads that error, the undos need no handlers of their own: one that fails leads to the next. To keep the
    /// errors of all undos apart, each undo handles its own.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     let body = charge(order)
    ///         .compensate(refund)
    ///         .then(|charged| {
    ///             charge(order).named("ChargePostage").and_then(|_| paid("Paid", charged))
    ///         });
    ///     saga(body).catch_all_with_undos(|_, not_undone| {
    ///         choose("AllUndone")
    ///             .when(not_undone.is_some(), failed("AskSomebody"))
    ///             .otherwise(failed("Undone"))
    ///     })
    /// });
    ///
    /// assert_eq!(states["Refund"]["Catch"][0]["Next"], "AllUndone");
    /// assert_eq!(
    ///     states["AllUndone"]["Choices"][0]["Condition"],
    ///     "{% $exists($allUndoneNotUndone) and $allUndoneNotUndone != null %}"
    /// );
    /// ```
    pub fn catch_all_with_undos<S>(
        self,
        handler: impl for<'s> FnOnce(Caught<'s>, Expr<'s, Option<ErrorOutput>>) -> S,
    ) -> Step<P>
    where
        S: IntoStep<Output = P>,
    {
        let (error, began) = bind();
        let (compensation_error, failed) = bind();
        let handler = handler(
            ErrorOutput::bind(began),
            failed.typed(Shape::Option(&ErrorOutput::SHAPE)),
        )
        .into_step()
        .flow;
        Step::new(Flow::Saga(Box::new(SagaFlow {
            body: self.body.flow,
            error,
            compensation_error,
            handler,
        })))
    }
}
