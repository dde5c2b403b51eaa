//! Compiler messages for builder methods that only another builder has.
//!
//! As in `order`, the bound of each method never holds, and its message says what to do instead.

use std::time::Duration;

use crate::steps::error::RaisedBy;
use crate::steps::flow::Flow;
use crate::steps::{
    Caught, DistributedMap, Exhausted, Handled, IntoStep, MapEach, NoLimit, Parallel, Repeat, SameOutput,
    Step, Task, Unhandled,
};
use crate::{Expr, Function, Payload, Retry, StepOutput};

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`retry` is for tasks that are not complete yet: a group is not retried as a whole, since what has succeeded in it would be done twice",
    label = "not a task without `and_then`",
    note = "call `retry` on the task itself, before its `and_then`, or on the tasks inside of the group"
)]
pub trait RetriesCalls {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "only a `distributed_map` tolerates failures",
    label = "this map fails when one of its runs does",
    note = "catch the error in the body of the map"
)]
pub trait ToleratesFailures {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a loop has no errors of its own",
    label = "not a task, a parallel or a map",
    note = "handle the errors of the tasks in its body"
)]
pub trait HasErrors {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a callback gets its timeout before its handlers and its `and_then`",
    label = "add `.within(..)` before this"
)]
pub trait HasTimeout {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`heartbeat` and `within` come directly after `callback(..)`, before all handlers: `callback(..).heartbeat(..).within(..)`",
    label = "too late for a callback, and any other task has neither",
    note = "the timeout of a task that is no callback is the `TIMEOUT` of its function, or `timeout_seconds(..)`"
)]
pub trait IsNewCallback {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the timeout of a callback is set by `within(..)`, and that of another task by `timeout_seconds(..)`",
    label = "no `timeout`",
    note = "without `timeout_seconds` it is five seconds more than the `TIMEOUT` of the function"
)]
pub trait SetsTimeoutByName {}

macro_rules! retry_is_for_tasks {
    ($($builder:ident<$($parameter:ident),+>;)+) => {
        $(
            impl<$($parameter),+> $builder<$($parameter),+> {
                #[doc(hidden)]
                pub fn retry(self, _retry: Retry) -> Self
                where
                    Self: RetriesCalls,
                {
                    self
                }
            }
        )+
    };
}

retry_is_for_tasks! { Step<P>; Parallel<P, A>; MapEach<P, A>; DistributedMap<P, A>; }

impl<P: StepOutput, A> MapEach<P, A> {
    #[doc(hidden)]
    pub fn tolerate(self, _failures: u64) -> Self
    where
        Self: ToleratesFailures,
    {
        self
    }
}

macro_rules! loops_have_no_errors {
    ($($builder:ident<$($parameter:ident),+>;)+) => {
        $(
            impl<$($parameter),+> $builder<$($parameter),+> {
                #[doc(hidden)]
                pub fn catch<E, S>(self, _error: E, _handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Self
                where
                    Self: HasErrors,
                {
                    self
                }

                #[doc(hidden)]
                pub fn catch_all<S>(self, _handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Self
                where
                    Self: HasErrors,
                {
                    self
                }
            }
        )+
    };
}

loops_have_no_errors! { Repeat<P>; Exhausted<P, Q>; }

impl<F: Function> Task<F, NoLimit> {
    #[doc(hidden)]
    pub fn catch<E, S>(
        self,
        _error: E,
        _handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> Task<F, Handled<S::Output>>
    where
        E: RaisedBy<F::Error>,
        S: IntoStep,
        Self: HasTimeout,
    {
        self.typed()
    }

    #[doc(hidden)]
    pub fn catch_all<S>(self, _handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Task<F, Handled<S::Output>>
    where
        S: IntoStep,
        Self: HasTimeout,
    {
        self.typed()
    }

    #[doc(hidden)]
    pub fn and_then<S>(self, next: impl for<'s> FnOnce(Expr<'s, F::Output>) -> S) -> Step<S::Output>
    where
        S: IntoStep,
        Self: HasTimeout,
    {
        self.typed::<Unhandled>().and_then(next)
    }
}

macro_rules! comes_before_handlers {
    ($($typestate:ty, [$($parameter:ident)?];)+) => {
        $(
            impl<F: Function $(, $parameter)?> Task<F, $typestate> {
                #[doc(hidden)]
                pub fn heartbeat(self, _longest: Duration) -> Self
                where
                    Self: IsNewCallback,
                {
                    self
                }
            }
        )+
    };
}

comes_before_handlers! { Unhandled, []; Handled<P>, [P]; }

impl<F: Function, P: StepOutput> Task<F, Handled<P>> {
    #[doc(hidden)]
    pub fn within(self, _limit: Duration) -> Self
    where
        Self: IsNewCallback,
    {
        self
    }

    #[doc(hidden)]
    pub fn into_step(self) -> Step<P>
    where
        F::Output: SameOutput<P>,
    {
        Step::new(Flow::Task(Box::new(self.task)))
    }
}

impl<F: Function, A> Task<F, A> {
    #[doc(hidden)]
    pub fn timeout(self, _longest: Duration) -> Self
    where
        Self: SetsTimeoutByName,
    {
        self
    }
}

/// Whether a loop's handler outputs what its rounds do.
impl<P: Payload, Q: StepOutput> Exhausted<P, Q> {
    #[doc(hidden)]
    pub fn into_step(self) -> Step<<Self as IntoStep>::Output>
    where
        Self: IntoStep,
    {
        IntoStep::into_step(self)
    }
}
