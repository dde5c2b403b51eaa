//! Range checks of fields.

use asl_document::{Catcher, Number, Retrier};

use super::state_compiler::StateCompiler;
use crate::failure::ALL;

/// The longest name of a state, in characters.
///
/// Source: [Common state
/// fields](https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html#amazon-states-language-common-fields).
const MAX_STATE_NAME_CHARACTERS: usize = 80;

/// The most seconds and attempts that a field may hold.
///
/// Source: `IntervalSeconds`, `MaxAttempts` and `TimeoutSeconds` in [Retrying after an
/// error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error)
/// and [Task state fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).
const MOST: u64 = 99_999_999;

/// `MaxDelaySeconds` is "less than" this.
///
/// Source: [Retrying after an
/// error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error).
const MAX_DELAY_BELOW: u64 = 31_622_400;

pub(super) fn check_state_name(place: StateCompiler<'_>, name: &str) {
    if name.chars().count() > MAX_STATE_NAME_CHARACTERS {
        place.bad(
            "name",
            format!("it is longer than {MAX_STATE_NAME_CHARACTERS} characters"),
        );
    }
}

/// Checks a number that is no expression.
pub(super) fn check_number(
    place: StateCompiler<'_>,
    field: &str,
    number: Option<&Number>,
    least: u64,
    most: u64,
) {
    if let Some(Number::Literal(number)) = number {
        check_plain(place, field, Some(*number), least, most);
    }
}

fn check_plain(place: StateCompiler<'_>, field: &str, number: Option<u64>, least: u64, most: u64) {
    if let Some(number) = number
        && !(least..=most).contains(&number)
    {
        place.bad(field, format!("it is {number}, and may be {least} to {most}"));
    }
}

/// Checks the timeout and the heartbeat of a task: the heartbeat "must be smaller".
///
/// Source: [Task state fields](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).
pub(super) fn check_timeouts(place: StateCompiler<'_>, timeout: Option<&Number>, heartbeat: Option<&Number>) {
    check_number(place, "TimeoutSeconds", timeout, 1, MOST);
    check_number(place, "HeartbeatSeconds", heartbeat, 1, MOST);
    if let (Some(Number::Literal(timeout)), Some(Number::Literal(heartbeat))) = (timeout, heartbeat)
        && heartbeat >= timeout
    {
        place.bad(
            "HeartbeatSeconds",
            format!("it is {heartbeat}, and must be less than the `TimeoutSeconds` of {timeout}"),
        );
    }
}

pub(super) fn check_wait(place: StateCompiler<'_>, seconds: Option<&Number>) {
    check_number(place, "Seconds", seconds, 0, MOST);
}

pub(super) fn check_retry(place: StateCompiler<'_>, retriers: &[Retrier]) {
    check_errors(
        place,
        "Retry",
        retriers.iter().map(|retrier| retrier.error_equals.as_slice()),
    );
    for (index, retrier) in retriers.iter().enumerate() {
        let field = |name: &str| format!("Retry[{index}]/{name}");
        check_plain(
            place,
            &field("IntervalSeconds"),
            retrier.interval_seconds,
            1,
            MOST,
        );
        check_plain(place, &field("MaxAttempts"), retrier.max_attempts, 0, MOST);
        check_plain(
            place,
            &field("MaxDelaySeconds"),
            retrier.max_delay_seconds,
            1,
            MAX_DELAY_BELOW - 1,
        );
        if retrier.backoff_rate.is_some_and(|rate| rate < 1.0) {
            place.bad(&field("BackoffRate"), "it is below 1");
        }
    }
}

pub(super) fn check_catch(place: StateCompiler<'_>, catchers: &[Catcher]) {
    check_errors(
        place,
        "Catch",
        catchers.iter().map(|catcher| catcher.error_equals.as_slice()),
    );
}

/// Checks the error names of a Retry or a Catch.
///
/// "`States.ALL` must appear alone in a `Catch` or `Retry`, and in the last catcher or retrier":
/// see [Error names](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
fn check_errors<'e>(place: StateCompiler<'_>, field: &str, all: impl ExactSizeIterator<Item = &'e [String]>) {
    let last = all.len().saturating_sub(1);
    for (index, errors) in all.enumerate() {
        let field = format!("{field}[{index}]/ErrorEquals");
        if errors.is_empty() {
            place.bad(&field, "it names no error");
        }
        if errors.iter().any(|error| error == ALL) && (errors.len() > 1 || index != last) {
            place.bad(&field, "`States.ALL` must be alone and last");
        }
    }
}
