//! Retry policies as `Retry` fields of tasks.

use crate::steps::Retry;
use crate::steps::flow::{Target, TaskFlow};
use asl_document::{JitterStrategy, Retrier};

/// Faults on AWS's side of an invocation, which its own documentation says to retry; and, from the fourth last on, what passes when a
/// limit, a deployment or a key's policy does.
///
/// Source: [Handling transient Lambda service exceptions](https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception),
/// and the [errors of Invoke](https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors).
const SERVICE_FAULTS: [&str; 8] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ResourceConflictException",
    "Lambda.ResourceNotReadyException",
    "Lambda.KMSAccessDeniedException",
];

/// The errors of a function that crashed without a response.
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

/// The factor between one interval and the next.
const BACKOFF_RATE: f64 = 2.0;

/// The retriers of a task. Those of single errors come first, since the first that matches an error applies.
///
/// A policy without retries is left out: no other retrier names its errors.
pub(super) fn retriers(task: &TaskFlow) -> Vec<Retrier> {
    let mut rest: Vec<&str> = match task.target {
        Target::Function { .. } => SERVICE_FAULTS.iter().chain(&CRASH_ERRORS).copied().collect(),
        Target::Workflow { .. } => EXECUTION_FAULTS.to_vec(),
        Target::Service(service) => service.faults.to_vec(),
    };
    // A nested workflow has its own retries: another run of all of it is for its author to ask for. A start under a name is
    // answered with the execution that runs.
    let times_out = match task.target {
        Target::Function { callback, .. } => !callback,
        Target::Workflow { wait, .. } => !wait && task.execution.is_some(),
        Target::Service(_) => true,
    };
    if times_out {
        rest.push("States.Timeout");
    }
    rest.extend(&task.transient);
    rest.retain(|error| !task.retry_on.iter().any(|(own, _)| own == error));
    let single = task.retry_on.iter().map(|(error, retry)| (*retry, vec![*error]));
    single
        .chain([(task.retry, rest)])
        .filter(|(retry, _)| retry.max_retries > 0)
        .map(|(retry, errors)| retrier(retry, errors.into_iter().map(str::to_owned).collect()))
        .collect()
}

fn retrier(retry: Retry, error_equals: Vec<String>) -> Retrier {
    Retrier {
        comment: None,
        error_equals,
        interval_seconds: Some(retry.interval.as_secs()),
        max_attempts: Some(retry.max_retries),
        backoff_rate: Some(BACKOFF_RATE),
        max_delay_seconds: Some(retry.max_delay.as_secs()),
        jitter_strategy: Some(JitterStrategy::Full),
    }
}
