//! Non-interference: responses must not reveal whether an address has an account.
//!
//! The same scenario runs with an account and without. Everybody must get the same responses at the same times.

use crate::Scenario;
use crate::fault::{Operation, Service};
use crate::invariants::{Invariant, Violation};
use crate::run::{Response, Run, run};

/// The time between two looks at the status right after the sign-up, in milliseconds.
const LOOK_INTERVAL: i64 = 3;

/// Restricts a scenario to what must be indistinguishable: people without a mailbox, who cannot click.
pub(crate) fn restrict(mut scenario: Scenario) -> Scenario {
    scenario.non_interference = true;
    for sign_up in &mut scenario.sign_ups {
        // A click would create an account in both runs.
        sign_up.click = None;
        // Whoever looks again and again times each step.
        sign_up
            .status_checks
            .extend((0..60).map(|look| look * LOOK_INTERVAL));
    }
    scenario.redrive = None;
    // Only the run without an account calls the webhook. An execution takes the jitter of all its retries from one
    // random stream, so retries of the webhook would shift the other pauses. On AWS pauses are independent.
    scenario.faults.retain(|(point, _)| !is_webhook(point.operation));
    scenario.outages.retain(|outage| {
        matches!(
            outage.service,
            Service::Mail | Service::MailQuota | Service::Sms | Service::StepFunctions
        )
    });
    scenario
}

/// Runs the scenario with an account and without, and compares the responses.
pub(crate) fn run_pair(scenario: &Scenario) -> Run {
    let run_with = |has_account| {
        run(&Scenario {
            has_account,
            ..scenario.clone()
        })
    };
    let (mut with, without) = (run_with(true), run_with(false));
    with.executions += without.executions;
    for (sum, count) in with.faults.iter_mut().zip(without.faults) {
        *sum += count;
    }
    with.outages += without.outages;
    with.violation = with
        .violation
        .or(without.violation)
        .or_else(|| difference(&with.responses, &without.responses));
    if with.violation.is_some() && scenario.render_trace {
        with.trace = format!("With an account:\n{}\nWithout:\n{}", with.trace, without.trace);
    }
    with
}

fn difference(with: &[Response], without: &[Response]) -> Option<Violation> {
    let pairs = with.iter().zip(without);
    let different = pairs
        .filter(|(with, without)| with != without)
        .map(|(with, without)| {
            let Response {
                sign_up,
                at,
                request,
                text,
            } = with;
            format!(
                "sign-up {sign_up}, {request}: `{text}` at {at} ms, and without an account `{}` at {} ms",
                without.text, without.at
            )
        })
        .next();
    let found = different.or_else(|| {
        (with.len() != without.len()).then(|| {
            format!(
                "{} responses, and {} without an account",
                with.len(),
                without.len()
            )
        })
    })?;
    Some(Violation {
        invariant: Invariant::NonInterference,
        found,
    })
}

fn is_webhook(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::KeepEvent
            | Operation::ReadSecret
            | Operation::Deliver
            | Operation::RecordAttempt
            | Operation::CallNotifyWebhook
            | Operation::ReadCircuit
            | Operation::ChangeCircuit
    )
}
