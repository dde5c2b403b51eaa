//! Tasks: the states that call a function.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::error::{ErrorClass, RaisedBy};
use crate::expr::{Expr, Node};
use crate::flow::{Arms, Bound, CatchArm, Flow, Target, TaskFlow, bind};
use crate::step::{Caught, IntoStep, Step};
use crate::{Feeds, Function, Leaves, Retry, TaskError};

/// How much longer a task waits than its function may take, so that the function's own time limit, which
/// says more, comes first.
pub(crate) const MARGIN: Duration = Duration::from_secs(5);

/// No `catch` has said yet what the arms leave.
#[derive(Debug)]
pub struct Open(());

/// All arms leave a `P`: the `catch` handlers, and `then`.
pub struct Ending<P>(PhantomData<fn() -> P>);

impl<P> fmt::Debug for Ending<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Ending")
    }
}

/// What the arms of a state leave, as far as it is known: [`Open`] or [`Ending`].
pub trait ArmsLeave<P> {}
impl<P> ArmsLeave<P> for Open {}
impl<P> ArmsLeave<P> for Ending<P> {}

/// A call of a function, and what follows from how it ends.
///
/// What the function returns goes on through [`then`](Self::then); each error goes through the handler of
/// the first `catch` that names it. All of these arms leave the same payload, like the arms of a `match`.
#[must_use = "a task does nothing until it stands in a workflow"]
pub struct Task<F: Function, A = Open> {
    task: TaskFlow,
    function: PhantomData<fn() -> (F, A)>,
}

impl<F: Function, A> fmt::Debug for Task<F, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Task<{}>({})", F::NAME, self.task.name)
    }
}

/// Calls the function `F` and waits for what it returns.
///
/// The state is named after the function and may take five seconds longer than the function itself.
pub fn task<'s, F: Function>(input: impl Feeds<'s, F::Input>) -> Task<F> {
    let target = Target::Function {
        name: F::NAME,
        callback: false,
    };
    Task::new(F::NAME, target, input.into_expr().node, F::TIMEOUT + MARGIN)
}

/// A callback that has no bound yet: [`within`](Self::within) gives it one.
#[must_use = "a callback is not a task until `within` bounds it"]
pub struct Callback<F: Function>(Task<F>);

impl<F: Function> fmt::Debug for Callback<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Callback<{}>", F::NAME)
    }
}

/// Calls the function `F` with a task token, and waits until somebody completes the task with that token.
///
/// What completes it is the function's `Output`. The payload carries [`task_token`](crate::task_token); each
/// retry calls the function again with a new one.
pub fn callback<'s, F: Function>(input: impl Feeds<'s, F::Input>) -> Callback<F> {
    let target = Target::Function {
        name: F::NAME,
        callback: true,
    };
    Callback(Task::new(F::NAME, target, input.into_expr().node, Duration::ZERO))
}

impl<F: Function> Callback<F> {
    /// The longest between two heartbeats of whoever is to complete it, in whole seconds; less than the bound.
    pub fn heartbeat(mut self, longest: Duration) -> Self {
        self.0.task.heartbeat = Some(Bound::Known(longest));
        self
    }

    /// The same, where the number of seconds is known only when the machine gets there.
    pub fn heartbeat_seconds(mut self, longest: Expr<'_, u64>) -> Self {
        self.0.task.heartbeat = Some(Bound::From(longest.node));
        self
    }

    /// The longest that one attempt waits for its token to come back, in whole seconds.
    pub fn within(mut self, bound: Duration) -> Task<F> {
        self.0.task.timeout = Bound::Known(bound);
        self.0
    }

    /// The same, where the number of seconds is known only when the machine gets there: from 1 to 99,999,999, or the
    /// task fails.
    pub fn within_seconds(mut self, bound: Expr<'_, u64>) -> Task<F> {
        self.0.task.timeout = Bound::From(bound.node);
        self.0
    }
}

impl<F: Function> Task<F> {
    pub(crate) fn new(name: &str, target: Target, payload: &'static Node, timeout: Duration) -> Self {
        let transient = F::Error::DECLARED
            .iter()
            .filter(|error| error.class == ErrorClass::Transient);
        let task = TaskFlow {
            name: name.to_owned(),
            comment: None,
            target,
            payload,
            timeout: Bound::Known(timeout),
            takes: F::Input::SHAPE,
            leaves: F::Output::SHAPE,
            heartbeat: None,
            failing_attempt: F::TIMEOUT + MARGIN,
            expected: None,
            retry: Retry::default(),
            retry_on: Vec::new(),
            transient: transient.map(|error| error.name).collect(),
            arms: Arms::default(),
        };
        Self {
            task,
            function: PhantomData,
        }
    }
}

impl<F: Function, A> Task<F, A> {
    /// The name of the state, where a machine calls one function in more than one state.
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.task.name);
        self
    }

    /// What a person who reads the definition in the console should know.
    pub fn comment(mut self, comment: &str) -> Self {
        self.task.comment = Some(comment.to_owned());
        self
    }

    /// How long one attempt may take, where it is known only when the machine gets there: from 1 to 99,999,999 seconds,
    /// or the task fails. Without it, five seconds longer than the function itself.
    pub fn timeout_seconds(mut self, longest: Expr<'_, u64>) -> Self {
        self.task.timeout = Bound::From(longest.node);
        self
    }

    /// How long it usually takes, for the [report](crate::report); the machine itself does not know.
    pub fn expected(mut self, usually: Duration) -> Self {
        self.task.expected = Some(usually);
        self
    }

    /// How often and how fast it is tried again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.task.retry = retry;
        self
    }

    /// How often and how fast it is tried again after this one error, also where it is declared as permanent.
    pub fn retry_on<E: RaisedBy<F::Error>>(mut self, _error: E, retry: Retry) -> Self {
        self.task.retry_on.push((E::NAME, retry));
        self
    }

    /// What follows when the function, or whoever completes the callback, fails with `error`.
    ///
    /// The error is a marker that the function declares, or [`Timeout`](crate::Timeout).
    pub fn catch<E, S>(
        self,
        _error: E,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> Task<F, Ending<S::Leaves>>
    where
        E: RaisedBy<F::Error>,
        S: IntoStep,
        A: ArmsLeave<S::Leaves>,
    {
        self.handled(E::NAME, handler)
    }

    /// What follows when it fails with anything that no `catch` before names.
    ///
    /// The platform lets nothing catch `States.DataLimitExceeded` and `States.Runtime`.
    pub fn catch_all<S>(self, handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Task<F, Ending<S::Leaves>>
    where
        S: IntoStep,
        A: ArmsLeave<S::Leaves>,
    {
        self.handled(crate::lower::ALL_ERRORS, handler)
    }

    /// What follows, given what the function returned or the callback was completed with.
    pub fn then<S>(mut self, next: impl for<'s> FnOnce(Expr<'s, F::Output>) -> S) -> Step<S::Leaves>
    where
        S: IntoStep,
        A: ArmsLeave<S::Leaves>,
    {
        let (binding, record) = bind();
        let step = next(F::Output::bind(record)).into_step();
        self.task.arms.then = Some((binding, Box::new(step.flow)));
        Step::new(Flow::Task(Box::new(self.task)))
    }

    /// What undoes this task; see [`Step::compensate`](crate::Step::compensate).
    pub fn compensate<S: IntoStep>(
        self,
        undo: impl for<'s> FnOnce(<<Self as IntoStep>::Leaves as Leaves>::Bound<'s>) -> S,
    ) -> Step<<Self as IntoStep>::Leaves>
    where
        Self: IntoStep,
    {
        self.into_step().compensate(undo)
    }

    fn handled<S: IntoStep>(
        mut self,
        error: &'static str,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> Task<F, Ending<S::Leaves>> {
        let (binding, record) = bind();
        let flow = handler(record.whole()).into_step().flow;
        self.task.arms.caught.push(CatchArm { error, binding, flow });
        Task {
            task: self.task,
            function: PhantomData,
        }
    }
}

impl<F: Function> IntoStep for Task<F> {
    type Leaves = F::Output;

    fn into_step(self) -> Step<F::Output> {
        Step::new(Flow::Task(Box::new(self.task)))
    }
}

impl<F, P> IntoStep for Task<F, Ending<P>>
where
    F: Function<Output = P>,
    P: Leaves,
{
    type Leaves = P;

    fn into_step(self) -> Step<P> {
        Step::new(Flow::Task(Box::new(self.task)))
    }
}
