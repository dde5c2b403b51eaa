//! Compiler messages for builder calls in the wrong order.
//!
//! Each method here is one that is often called too early or too late. Its trait bound never holds; the bound's message
//! says what to do instead.

use std::time::Duration;

use crate::steps::{
    Caught, Choose, Exhausted, HandlerOutput, IntoStep, MapEach, Parallel, Repeat, Saga, Step, Task,
    Unhandled,
};
use crate::{Expr, Function, Payload, StepOutput};

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

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`then` follows a step, and this is a task, a parallel or a map",
    label = "use `and_then` here",
    note = "`and_then(..)` follows success only; `.into_step().then(..)` follows however it ended"
)]
pub trait IsStep {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`and_then` follows the success of a task, a parallel or a map, and this is a step",
    label = "use `then` here"
)]
pub trait HasSuccess {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a parallel and a map have `catch_all` and no `catch`: any error can come from inside",
    label = "use `catch_all` here",
    note = "call `catch` on the tasks inside"
)]
pub trait HasDeclaredErrors {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`within` is the timeout of a callback, and this task is none",
    label = "not a callback",
    note = "a callback is made by `MyFunction::callback(..)`; any other task has the `TIMEOUT` of its function, or `timeout_seconds(..)`"
)]
pub trait IsCallback {}

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

    #[doc(hidden)]
    pub fn and_then<S: IntoStep>(self, next: impl for<'s> FnOnce(P::Value<'s>) -> S) -> Step<S::Output>
    where
        Self: HasSuccess,
    {
        self.then(next)
    }
}

impl<F: Function> Task<F> {
    #[doc(hidden)]
    pub fn within(self, _limit: Duration) -> Self
    where
        Self: IsCallback,
    {
        self
    }
}

macro_rules! catch_is_for_tasks {
    ($($builder:ident)+) => {
        $(
            impl<P: StepOutput, A> $builder<P, A> {
                #[doc(hidden)]
                pub fn catch<E, S>(self, _error: E, _handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Self
                where
                    S: IntoStep,
                    Self: HasDeclaredErrors,
                {
                    self
                }
            }
        )+
    };
}

catch_is_for_tasks!(Parallel MapEach);

impl<F: Function, A> Task<F, A> {
    #[doc(hidden)]
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(Expr<'s, F::Output>) -> S) -> Step<S::Output>
    where
        Self: IsStep,
        A: HandlerOutput<S::Output>,
    {
        self.and_then(next)
    }
}

impl<P: StepOutput, A> Parallel<P, A> {
    #[doc(hidden)]
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(P::Value<'s>) -> S) -> Step<S::Output>
    where
        Self: IsStep,
        A: HandlerOutput<S::Output>,
    {
        self.and_then(next)
    }
}

impl<P: StepOutput, A> MapEach<P, A> {
    #[doc(hidden)]
    pub fn then<S: IntoStep>(self, next: impl for<'s> FnOnce(Expr<'s, Vec<P>>) -> S) -> Step<S::Output>
    where
        Self: IsStep,
        A: HandlerOutput<S::Output>,
    {
        self.and_then(next)
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
