//! Retry policies.

use std::time::Duration;

use crate::steps::flow::{Target, TaskFlow};
use asl_document::{JitterStrategy, Retrier};

/// Faults on AWS's side of an invocation, which its own documentation says to retry.
///
/// Source: [Handling transient Lambda service exceptions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception).
const SERVICE_FAULTS: [&str; 5] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

/// Error names of a function that crashed.
///
/// Source: [Handling transient Lambda service exceptions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception)
/// for the first. The others are what Lambda itself calls it: see [Failures during the invoke
/// phase](https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors).
const CRASH_ERRORS: [&str; 3] = ["Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"];

/// Faults on the side of Step Functions when it starts an execution.
///
/// Source: [StartExecution, errors](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_Errors)
/// and [common errors](https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html).
const EXECUTION_FAULTS: [&str; 3] = [
    "StepFunctions.SdkClientException",
    "StepFunctions.SfnException",
    "StepFunctions.ThrottlingException",
];

/// A retry policy: how often and how fast a task is retried, always with full jitter.
///
/// It applies to a fixed set of errors: faults of AWS, a crash of the function, and the errors that the function
/// declares as transient. A task is also retried when it timed out; a callback is not, since its time is a person's.
///
/// ```
/// # use shop::*;
/// use std::time::Duration;
///
/// use asl::Retry;
///
/// let patient = Retry::default()
///     .interval(Duration::from_secs(2))
///     .max_retries(12)
///     .max_delay(Duration::from_mins(5));
/// let states = states(|order| charge(order).retry(patient).catch_all(|_| failed("NotCharged")));
///
/// let retry = &states["Charge"]["Retry"][0];
/// assert_eq!(retry["IntervalSeconds"], 2);
/// assert_eq!(retry["MaxAttempts"], 12);
/// assert_eq!(retry["MaxDelaySeconds"], 300);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    interval: Duration,
    attempts: u64,
    max_delay: Duration,
}

/// What the longest interval is multiplied by from retry to retry.
const BACKOFF_RATE: f64 = 2.0;

/// The most retries, and the longest delay in seconds, that a definition may name.
///
/// Source: [Retrying after an error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error).
const MOST_ATTEMPTS: u64 = 99_999_999;
const LONGEST_DELAY: Duration = Duration::from_secs(31_622_399);

impl Default for Retry {
    /// Five retries, at most 1, 2, 4, 8 and 16 seconds apart.
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            attempts: 5,
            max_delay: Duration::from_secs(30),
        }
    }
}

impl Retry {
    /// The most retries; 0 is none. The default is 5.
    /// See [`Retry`].
    pub fn max_retries(self, attempts: u64) -> Self {
        Self { attempts, ..self }
    }

    /// The longest before the first retry, in whole seconds, at least 1. The default is 1 second.
    /// See [`Retry`].
    pub fn interval(self, interval: Duration) -> Self {
        Self { interval, ..self }
    }

    /// The longest before any retry, in whole seconds. The default is 30 seconds.
    /// See [`Retry`].
    pub fn max_delay(self, max_delay: Duration) -> Self {
        Self { max_delay, ..self }
    }

    pub(crate) fn diagnostic(self) -> Option<&'static str> {
        if self.interval.as_secs() == 0 || self.interval.subsec_nanos() != 0 {
            return Some("the interval between retries must be whole seconds, at least 1");
        }
        if self.max_delay <= self.interval || self.max_delay.subsec_nanos() != 0 {
            return Some("the longest delay must be whole seconds, and longer than the interval");
        }
        if self.attempts > MOST_ATTEMPTS || self.max_delay > LONGEST_DELAY {
            return Some("it has more than 99,999,999 retries, or waits a year and more for one");
        }
        None
    }

    fn retrier(self, error_equals: Vec<String>) -> Retrier {
        Retrier {
            comment: None,
            error_equals,
            interval_seconds: Some(self.interval.as_secs()),
            max_attempts: Some(self.attempts),
            backoff_rate: Some(BACKOFF_RATE),
            max_delay_seconds: Some(self.max_delay.as_secs()),
            jitter_strategy: Some(JitterStrategy::Full),
        }
    }
}

/// The retriers of a task: those of single errors first, since the first that names an error applies.
///
/// One that tries nothing again is not written: no other names its errors.
pub(crate) fn retriers(task: &TaskFlow) -> Vec<Retrier> {
    let mut rest: Vec<&str> = match task.target {
        Target::Function { .. } => SERVICE_FAULTS.iter().chain(&CRASH_ERRORS).copied().collect(),
        Target::Workflow { .. } => EXECUTION_FAULTS.to_vec(),
        Target::Service(service) => service.faults.to_vec(),
    };
    // A nested workflow has its own retries: another run of all of it is for its author to ask for.
    if matches!(
        task.target,
        Target::Function { callback: false, .. } | Target::Service(_)
    ) {
        rest.push("States.Timeout");
    }
    rest.extend(&task.transient);
    rest.retain(|error| !task.retry_on.iter().any(|(own, _)| own == error));
    let single = task.retry_on.iter().map(|(error, retry)| (*retry, vec![*error]));
    single
        .chain([(task.retry, rest)])
        .filter(|(retry, _)| retry.attempts > 0)
        .map(|(retry, errors)| retry.retrier(errors.into_iter().map(str::to_owned).collect()))
        .collect()
}
