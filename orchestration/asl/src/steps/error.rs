//! Declared errors and their classes.

/// Whether a retry can help.
///
/// ```
/// # use shop::*;
/// use asl::{ErrorClass, TaskError};
///
/// let classes = ChargeError::DECLARED.iter().map(|error| error.class);
///
/// assert!(classes.eq([ErrorClass::Permanent, ErrorClass::Transient]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// Another attempt may succeed: workflows retry it.
    Transient,
    /// Another attempt fails in the same way: workflows never retry it.
    Permanent,
}

/// One error that a function declares.
///
/// ```
/// # use shop::*;
/// use asl::{DeclaredError, ErrorClass, TaskError};
///
/// let unavailable = DeclaredError { name: "BankUnavailable", class: ErrorClass::Transient };
///
/// assert_eq!(ChargeError::BankUnavailable.declared(), unavailable);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclaredError {
    /// The name on the wire: the function's `errorType`, and what `ErrorEquals` lists.
    pub name: &'static str,
    /// Whether workflows retry it.
    pub class: ErrorClass,
}

/// The errors of one function; derive it with [`#[derive(TaskError)]`](macro@crate::TaskError).
///
/// The derive also makes one marker per variant, in a module named after the enum (`greet_error::NameTooLong`
/// for `GreetError::NameTooLong`), so that a workflow can catch exactly what is declared.
///
/// ```
/// # use shop::*;
/// use asl::TaskError;
///
/// /// The `errorType` that the Lambda function reports.
/// fn error_type(error: &impl TaskError) -> &'static str {
///     error.declared().name
/// }
///
/// assert_eq!(error_type(&ChargeError::CardDeclined), "CardDeclined");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare errors",
    label = "not an enum that derives `TaskError`",
    note = "a function without errors of its own has an enum without variants: `#[derive(Debug, TaskError)] pub enum NoError {{}}`"
)]
pub trait TaskError: 'static {
    /// All errors, as declared.
    const DECLARED: &'static [DeclaredError];

    /// Which of them this one is.
    fn declared(&self) -> DeclaredError;
}

/// The marker of an error that can be caught by name.
///
/// ```
/// # use shop::*;
/// use asl::ErrorName;
///
/// assert_eq!(charge_error::CardDeclined::NAME, "CardDeclined");
/// assert_eq!(asl::Timeout::NAME, "States.Timeout");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name an error",
    label = "not the marker of an error",
    note = "`#[derive(TaskError)]` makes a module of markers: `order_error::OrderFailed` for `OrderError::OrderFailed`"
)]
pub trait ErrorName {
    /// The name on the wire.
    const NAME: &'static str;
}

/// A marker that a task whose function fails with `E` can catch.
///
/// ```
/// # use shop::*;
/// use asl::{Handled, RaisedBy, Task};
///
/// fn forgive<E>(charged: Task<Charge>, error: E) -> Task<Charge, Handled<Receipt>>
/// where
///     E: RaisedBy<ChargeError>,
/// {
///     charged.catch(error, |_| receipt("Forgiven", "none"))
/// }
///
/// let states = states(|order| {
///     forgive(charge(order), charge_error::CardDeclined).catch_all(|_| failed("NotCharged"))
/// });
///
/// assert_eq!(states["Charge"]["Catch"][0]["ErrorEquals"][0], "CardDeclined");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error that can be caught here: the task fails with `{E}`",
    label = "not the marker of an error that the task declares",
    note = "catch one marker at a time, from the module that `#[derive(TaskError)]` made for `{E}`: `order_error::OrderFailed`, not `OrderError::OrderFailed`",
    note = "a nested workflow fails with `asl::ExecutionFailed`, and a distributed map with `asl::TooManyFailures`",
    note = "or catch `asl::Timeout`, or use `catch_all`"
)]
pub trait RaisedBy<E>: ErrorName {}

/// `States.Timeout`: the task, or the wait for a callback, took longer than it may. A missed
/// heartbeat is one too; catch [`HeartbeatTimeout`] first to tell it apart.
///
/// Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
///
/// ```
/// # use shop::*;
/// use asl::Timeout;
///
/// let states = states(|order| {
///     charge(order)
///         .catch(Timeout, |_| receipt("TooSlow", "none"))
///         .catch_all(|_| failed("NotCharged"))
/// });
///
/// assert_eq!(states["Charge"]["Catch"][0]["ErrorEquals"][0], "States.Timeout");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Timeout;

impl ErrorName for Timeout {
    const NAME: &'static str = "States.Timeout";
}

impl<E> RaisedBy<E> for Timeout {}

/// `States.HeartbeatTimeout`: a callback got no [heartbeat](crate::Task::heartbeat) in time.
///
/// AWS knows the name only where an error is retried or caught: in the history, in the error that a handler receives, and
/// where nothing handles it, a missed heartbeat is named `States.Timeout`.
///
/// Source: [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::{Function, HeartbeatTimeout, Retry, Timeout, task_token};
///
/// let states = states(|order| {
///     Approve::callback(ApproveInputFields { order: order.id, token: task_token() })
///         .heartbeat(Duration::from_mins(5))
///         .within(Duration::from_hours(1))
///         .retry_on(HeartbeatTimeout, Retry::default().max_retries(1))
///         .catch(HeartbeatTimeout, |_| receipt("NobodyIsThere", "none"))
///         .catch(Timeout, |_| receipt("NobodyAnswered", "none"))
///         .catch_all(|_| failed("NotAsked"))
///         .and_then(|_| receipt("Answered", "r-1"))
/// });
///
/// assert_eq!(states["Approve"]["Retry"][0]["ErrorEquals"][0], "States.HeartbeatTimeout");
/// assert_eq!(states["Approve"]["Catch"][0]["Next"], "NobodyIsThere");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct HeartbeatTimeout;

impl ErrorName for HeartbeatTimeout {
    const NAME: &'static str = "States.HeartbeatTimeout";
}

impl<E> RaisedBy<E> for HeartbeatTimeout {}
