//! Retry policies.

use std::collections::HashSet;
use std::time::Duration;

use super::{Context, Flow, Report};
use crate::steps::Retry;
use crate::steps::error::{ErrorName, Timeout};
use asl_analysis::duration::exactly;

/// The most retries, and the longest delay, of a policy.
///
/// Source: [Retrying after an error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error).
const MOST_RETRIES: u64 = 99_999_999;
const LONGEST_DELAY: Duration = Duration::from_secs(31_622_399);

pub(super) fn retry_delays_exceed_the_interval(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let Flow::Task(task) = flow else { return };
    let policies = task.retry_on.iter().map(|(_, retry)| *retry);
    for (message, help) in policies.chain([task.retry]).filter_map(mistake) {
        report.push(&task.name, message, help);
    }
}

fn mistake(retry: Retry) -> Option<(String, &'static str)> {
    let (interval, longest) = (exactly(retry.interval), exactly(retry.max_delay));
    if retry.interval.as_secs() == 0 || retry.interval.subsec_nanos() != 0 {
        let message = format!(
            "its interval of {interval} between retries is not a number of whole seconds, at least 1"
        );
        return Some((message, "set another `interval`"));
    }
    if retry.max_delay <= retry.interval || retry.max_delay.subsec_nanos() != 0 {
        let message = format!(
            "its longest delay of {longest} between retries is not a number of whole seconds above its interval of {interval}"
        );
        return Some((message, "set another `max_delay` in its `Retry`"));
    }
    (retry.max_retries > MOST_RETRIES || retry.max_delay > LONGEST_DELAY).then(|| {
        let message = "it has more than 99,999,999 retries, or a delay of more than 31,622,399 seconds";
        (message.to_owned(), "change its `Retry`")
    })
}

pub(super) fn an_error_has_one_retry_policy(flow: &Flow, _: &Context<'_>, report: &mut Report) {
    let Flow::Task(task) = flow else { return };
    if task.retry_calls > 1 {
        report.push(&task.name, "it has two `retry`", "remove one of them");
    }
    let mut retried = HashSet::new();
    for (error, _) in &task.retry_on {
        if !retried.insert(error) {
            let message = format!("it has two retry policies for {error}");
            report.push(&task.name, message, "remove the second `retry_on`");
        }
        if task.target.is_callback() && *error == Timeout::NAME {
            let message = "it retries the timeout of a callback, whose time is a person's";
            report.push(&task.name, message, "catch the timeout instead");
        }
    }
}
