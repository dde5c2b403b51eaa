//! Compiler messages for builder calls in the wrong order.
//!
//! Each method here is one that is often called too early or too late. Its trait bound never holds; the bound's message
//! says what to do instead.

use crate::steps::{Caught, Choose, Exhausted, IntoStep, Repeat, Saga, Step, Unhandled};
use crate::{Expr, Payload, StepOutput};

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`catch` and `catch_all` come before `and_then`",
    label = "this step is complete: its errors cannot be handled any more",
    note = "call them on the task, the parallel or the map itself: `Charge::call(..).catch_all(..).and_then(..)`"
)]
pub trait TakesHandlers {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a choice has a rule before its `otherwise`",
    label = "this choice has no rule yet",
    note = "call `when(..)` or `when_some(..)` first"
)]
pub trait HasRules<S> {}

impl<P: StepOutput> Step<P> {
    #[doc(hidden)]
    pub fn catch<E, S>(self, _error: E, _handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Self
    where
        S: IntoStep<Output = P>,
        Self: TakesHandlers,
    {
        self
    }

    #[doc(hidden)]
    pub fn catch_all<S>(self, _handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Self
    where
        S: IntoStep<Output = P>,
        Self: TakesHandlers,
    {
        self
    }
}

impl<A> Choose<A> {
    #[doc(hidden)]
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(Output<'s, Self>) -> S) -> Step<S::Output>
    where
        Self: IntoStep,
    {
        self.into_step().then(next)
    }
}

impl Choose<Unhandled> {
    #[doc(hidden)]
    pub fn otherwise<S: IntoStep>(self, step: S) -> Step<S::Output>
    where
        Self: HasRules<S>,
    {
        step.into_step()
    }
}

impl<P: Payload> Repeat<P> {
    #[doc(hidden)]
    pub fn and_then<S: IntoStep>(self, _next: impl for<'s> FnOnce(Expr<'s, P>) -> S) -> Step<S::Output>
    where
        Self: IntoStep<Output = S::Output>,
    {
        self.into_step()
    }
}

impl<P: StepOutput> Saga<P> {
    #[doc(hidden)]
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(Output<'s, Self>) -> S) -> Step<S::Output>
    where
        Self: IntoStep,
    {
        self.into_step().then(next)
    }
}

impl<P: Payload, Q: StepOutput> Exhausted<P, Q> {
    #[doc(hidden)]
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(Output<'s, Self>) -> S) -> Step<S::Output>
    where
        Self: IntoStep,
    {
        self.into_step().then(next)
    }
}

type Output<'s, T> = <<T as IntoStep>::Output as StepOutput>::Value<'s>;
