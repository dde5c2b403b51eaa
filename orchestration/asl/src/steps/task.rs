//! Tasks: the states that call a function.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::steps::error::{ErrorClass, RaisedBy};
use crate::steps::flow::{Arms, CatchArm, Flow, Target, TaskFlow, TimeLimit, bind};
use crate::steps::{Caught, IntoStep, Step};
use crate::values::expr::{Expr, Node};
use crate::{ErrorOutput, Function, IntoExpr, Retry, StepOutput, TaskError};
use asl_document::ALL_ERRORS;

/// How much longer a task waits than its function may take, so that the function's own timeout, which
/// says more, comes first.
pub(crate) const MARGIN: Duration = Duration::from_secs(5);

/// The typestate of a builder without a handler: the output is not decided yet.
///
/// See [`Handled`].
#[derive(Debug)]
pub struct Unhandled(());

/// The typestate of a builder with a handler: all handlers, and `and_then`, output a `P`.
///
/// ```
/// # use shop::*;
/// use asl::{Handled, Expr, Unhandled, Task};
///
/// fn open(order: Expr<'_, Order>) -> Task<Charge, Unhandled> {
///     charge(order).named("ChargeCard")
/// }
///
/// fn ending(order: Expr<'_, Order>) -> Task<Charge, Handled<Receipt>> {
///     open(order).catch_all(|_| receipt("Unpaid", "none"))
/// }
///
/// assert_eq!(states(ending)["ChargeCard"]["Catch"][0]["Next"], "Unpaid");
/// ```
pub struct Handled<P>(PhantomData<fn() -> P>);

impl<P> fmt::Debug for Handled<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Handled")
    }
}

/// A typestate in which a handler with the output `P` can be added: [`Unhandled`], or [`Handled<P>`](Handled).
///
/// ```
/// # use shop::*;
/// use asl::{HandlerOutput, Handled, Task};
///
/// fn or_fail<A: HandlerOutput<Receipt>>(charged: Task<Charge, A>) -> Task<Charge, Handled<Receipt>> {
///     charged.catch_all(|_| failed("NotCharged"))
/// }
///
/// let states = states(|order| {
///     or_fail(charge(order).catch(charge_error::CardDeclined, |_| receipt("Declined", "none")))
/// });
///
/// assert_eq!(states["Charge"]["Catch"][1]["Next"], "NotCharged");
/// ```
#[diagnostic::on_unimplemented(
    message = "this handler does not match: its output is `{P}`, and the task so far is `{Self}`",
    label = "not possible while the task is `{Self}`",
    note = "all handlers of a state, and its `and_then`, output the same payload"
)]
pub trait HandlerOutput<P>: HasLimit {}
impl<P> HandlerOutput<P> for Unhandled {}
impl<P> HandlerOutput<P> for Handled<P> {}

/// A typestate that is not [`NoLimit`].
#[doc(hidden)]
pub trait HasLimit {}
impl HasLimit for Unhandled {}
impl<P> HasLimit for Handled<P> {}

/// The output of a function that is also that of its handlers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the function outputs `{Self}`, and the handlers of its task `{P}`",
    label = "needs an `and_then(..)` that outputs `{P}`",
    note = "a task without `and_then` outputs what its function does, and then so do its handlers"
)]
pub trait SameOutput<P> {}
impl<P> SameOutput<P> for P {}

/// A call of a function, and what follows success and errors.
///
/// [`and_then`](Self::and_then) follows success; an error goes to the handler of the first `catch` that names it. All of
/// them output the same payload, like the arms of a `match`.
///
/// ```
/// # use shop::*;
/// # use serde_json::json;
/// use asl::{Function, Retry};
///
/// let states = states(|order| {
///     Charge::call(ChargeInputFields { order: order.id, cents: order.total })
///         .named("ChargeCard")
///         .comment("The bank takes longer for gifts.")
///         .timeout_seconds(order.gift.if_else(60, 20))
///         .retry(Retry::default().max_retries(2))
///         .retry_on(charge_error::BankUnavailable, Retry::default().max_retries(12))
///         .catch(charge_error::CardDeclined, |_| receipt("Declined", "none"))
///         .catch_all(|_| failed("NotCharged"))
///         .and_then(|charged| paid("Paid", charged))
/// });
///
/// let charged = &states["ChargeCard"];
/// assert_eq!(charged["TimeoutSeconds"], "{% $states.context.Execution.Input.gift ? 60 : 20 %}");
/// assert_eq!(charged["Retry"][0]["ErrorEquals"], json!(["BankUnavailable"]));
/// assert_eq!(charged["Retry"][1]["MaxAttempts"], 2);
/// assert_eq!(charged["Catch"][0], json!({"ErrorEquals": ["CardDeclined"], "Next": "Declined"}));
/// assert_eq!(charged["Next"], "Paid");
/// ```
#[must_use = "a task does nothing until it is part of a workflow"]
pub struct Task<F: Function, A = Unhandled> {
    pub(super) task: TaskFlow,
    function: PhantomData<fn() -> (F, A)>,
}

impl<F: Function, A> fmt::Debug for Task<F, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Task<{}>({})", F::NAME, self.task.name)
    }
}

/// A callback task without a timeout yet: [`within`](Task::within) sets it.
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::{Callback, Expr, Function, Timeout, task_token};
///
/// fn ask(order: Expr<'_, Order>) -> Callback<Approve> {
///     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
///         .heartbeat(Duration::from_mins(30))
/// }
///
/// let states = states(|order| {
///     ask(order)
///         .within(Duration::from_hours(8))
///         .catch(Timeout, |_| receipt("NobodyAnswered", "none"))
///         .catch_all(|_| failed("NotAsked"))
///         .and_then(|_| receipt("Answered", "r-1"))
/// });
///
/// assert_eq!(states["Approve"]["Resource"], "arn:aws:states:::lambda:invoke.waitForTaskToken");
/// assert_eq!(states["Approve"]["HeartbeatSeconds"], 1_800);
/// assert_eq!(states["Approve"]["TimeoutSeconds"], 28_800);
/// ```
pub type Callback<F> = Task<F, NoLimit>;

/// The typestate of a [`Callback`].
#[derive(Debug)]
pub struct NoLimit(());

impl<F: Function> Callback<F> {
    /// The longest time between two heartbeats, in whole seconds; less than the timeout.
    /// See [`Callback`].
    ///
    /// Source: [Task state fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields), `HeartbeatSeconds`.
    pub fn heartbeat(mut self, longest: Duration) -> Self {
        self.task.heartbeat = Some(TimeLimit::Known(longest));
        self
    }

    /// The same, where the number of seconds is known only when the machine gets there.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
    ///         .heartbeat_seconds(order.gift.if_else(60, 600))
    ///         .within(std::time::Duration::from_hours(8))
    ///         .catch_all(|_| failed("NotApproved"))
    /// });
    ///
    /// let heartbeat = "{% $states.context.Execution.Input.gift ? 60 : 600 %}";
    /// assert_eq!(states["Approve"]["HeartbeatSeconds"], heartbeat);
    /// ```
    pub fn heartbeat_seconds<'s>(mut self, longest: impl IntoExpr<'s, u64>) -> Self {
        self.task.heartbeat = Some(TimeLimit::From(longest.into_expr().node));
        self
    }

    /// The longest that one attempt waits for its token to come back, in whole seconds.
    /// See [`Callback`].
    pub fn within(mut self, limit: Duration) -> Task<F> {
        self.task.timeout = TimeLimit::Known(limit);
        self.typed()
    }

    /// The same, where the number of seconds is known only when the machine gets there: from 1 to 99,999,999, or the
    /// task fails.
    ///
    /// Source: [Task state fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields), `TimeoutSeconds`.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// let states = states(|order| {
    ///     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
    ///         .within_seconds(order.gift.if_else(600, 3_600))
    ///         .catch_all(|_| failed("NotApproved"))
    /// });
    ///
    /// let limit = "{% $states.context.Execution.Input.gift ? 600 : 3600 %}";
    /// assert_eq!(states["Approve"]["TimeoutSeconds"], limit);
    /// ```
    pub fn within_seconds<'s>(mut self, limit: impl IntoExpr<'s, u64>) -> Task<F> {
        self.task.timeout = TimeLimit::From(limit.into_expr().node);
        self.typed()
    }
}

impl<F: Function, A> Task<F, A> {
    pub(crate) fn new(target: Target, payload: &'static Node) -> Self {
        let transient = F::Error::DECLARED
            .iter()
            .filter(|error| error.class == ErrorClass::Transient);
        let longest = F::TIMEOUT.saturating_add(MARGIN);
        let task = TaskFlow {
            name: F::NAME.to_owned(),
            comment: None,
            target,
            payload,
            execution: None,
            timeout: TimeLimit::Known(longest),
            input_shape: F::Input::SHAPE,
            output_shape: F::Output::SHAPE,
            heartbeat: None,
            failing_attempt: longest,
            expected: None,
            retry: Retry::default(),
            retry_calls: 0,
            retry_on: Vec::new(),
            completion_errors: Vec::new(),
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
    /// See [`Task`].
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.task.name);
        self
    }

    /// A comment for people who read the definition in the console.
    /// See [`Task`].
    pub fn comment(mut self, comment: &str) -> Self {
        self.task.comment = Some(comment.to_owned());
        self
    }

    /// How long one attempt may take, where it is known only when the machine gets there: from 1 to 99,999,999 seconds,
    /// or the task fails. Without it, five seconds longer than the function itself.
    /// See [`Task`].
    ///
    /// Source: [Task state fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields), `TimeoutSeconds`.
    pub fn timeout_seconds<'s>(mut self, longest: impl IntoExpr<'s, u64>) -> Self {
        self.task.timeout = TimeLimit::From(longest.into_expr().node);
        self
    }

    /// How long it usually takes, for the [report](asl_analysis). The definition does not contain it.
    ///
    /// ```
    /// # use asl::*;
    /// # use shop::*;
    /// # use std::time::Duration;
    /// let place_order = PlaceOrder::define(|order| {
    ///     charge(order)
    ///         .expected_duration(Duration::from_secs(2))
    ///         .catch_all(|_| failed("NotCharged"))
    /// });
    ///
    /// assert_eq!(place_order.hints().expected["Charge"], Duration::from_secs(2));
    /// ```
    pub fn expected_duration(mut self, usually: Duration) -> Self {
        self.task.expected = Some(usually);
        self
    }

    /// How often and how fast it is tried again.
    /// See [`Task`].
    pub fn retry(mut self, retry: Retry) -> Self {
        self.task.retry = retry;
        self.task.retry_calls += 1;
        self
    }

    /// How often and how fast it is tried again after this one error, also where it is declared as permanent.
    ///
    /// An error that the function does not declare is one that a callback is completed with, at any time of its wait: an attempt
    /// that is retried after it counts with its whole timeout.
    /// See [`Task`].
    pub fn retry_on<E: RaisedBy<F::Error>>(mut self, _error: E, retry: Retry) -> Self {
        let declared = F::Error::DECLARED.iter().any(|error| error.name == E::NAME);
        let of_platform = E::NAME.starts_with("States.");
        if !declared && !of_platform {
            self.task.completion_errors.push(E::NAME);
        }
        self.task.retry_on.push((E::NAME, retry));
        self
    }
}

impl<F: Function, A: HasLimit> Task<F, A> {
    /// Handles an error that the function, or the completion of the callback, fails with.
    ///
    /// The error is a marker that the function declares, [`Timeout`](crate::Timeout), or
    /// [`HeartbeatTimeout`](crate::HeartbeatTimeout).
    /// See [`Task`].
    pub fn catch<E, S>(
        self,
        _error: E,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> Task<F, Handled<S::Output>>
    where
        E: RaisedBy<F::Error>,
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        self.handled(E::NAME, handler)
    }

    /// Handles all errors that no `catch` before names.
    ///
    /// The platform lets nothing catch `States.DataLimitExceeded` and `States.Runtime`.
    /// See [`Task`].
    ///
    /// Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation), `States.ALL`.
    pub fn catch_all<S>(self, handler: impl for<'s> FnOnce(Caught<'s>) -> S) -> Task<F, Handled<S::Output>>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        self.handled(ALL_ERRORS, handler)
    }

    /// What follows success, given what the function returned or the callback was completed with.
    /// See [`Task`].
    pub fn and_then<S>(mut self, next: impl for<'s> FnOnce(Expr<'s, F::Output>) -> S) -> Step<S::Output>
    where
        S: IntoStep,
        A: HandlerOutput<S::Output>,
    {
        let (binding, record) = bind();
        let step = next(F::Output::bind(record)).into_step();
        self.task.arms.then = Some((binding, Box::new(step.flow)));
        Step::new(Flow::Task(Box::new(self.task)))
    }
}

impl<F: Function, A> Task<F, A> {
    /// What undoes this task, also when it fails itself; see
    /// [`Step::compensate_begun`](crate::Step::compensate_begun).
    pub fn compensate_begun<S: IntoStep>(self, undo: S) -> Step<<Self as IntoStep>::Output>
    where
        Self: IntoStep,
    {
        self.into_step().compensate_begun(undo)
    }

    /// What undoes this task; see [`Step::compensate`](crate::Step::compensate).
    pub fn compensate<S: IntoStep>(
        self,
        undo: impl for<'s> FnOnce(<<Self as IntoStep>::Output as StepOutput>::Value<'s>) -> S,
    ) -> Step<<Self as IntoStep>::Output>
    where
        Self: IntoStep,
    {
        self.into_step().compensate(undo)
    }

    fn handled<S: IntoStep>(
        mut self,
        error: &'static str,
        handler: impl for<'s> FnOnce(Caught<'s>) -> S,
    ) -> Task<F, Handled<S::Output>> {
        let (binding, record) = bind();
        let flow = handler(ErrorOutput::bind(record)).into_step().flow;
        self.task.arms.caught.push(CatchArm { error, binding, flow });
        self.typed()
    }

    pub(super) fn typed<B>(self) -> Task<F, B> {
        Task {
            task: self.task,
            function: PhantomData,
        }
    }
}

impl<F: Function> IntoStep for Task<F> {
    type Output = F::Output;

    fn into_step(self) -> Step<F::Output> {
        Step::new(Flow::Task(Box::new(self.task)))
    }
}

impl<F, P> IntoStep for Task<F, Handled<P>>
where
    F: Function,
    F::Output: SameOutput<P>,
    P: StepOutput,
{
    type Output = P;

    fn into_step(self) -> Step<P> {
        Step::new(Flow::Task(Box::new(self.task)))
    }
}
