//! A stranger learns nothing by asking: the same script in two worlds gets the same answers at the same times.

use crate::Plan;
use crate::fault::{Service, Step};
use crate::watch::{Rule, Violation};
use crate::world::{Answer, Run, run};

/// Makes strangers of all people but the first: they have no mailbox, so they click on nothing.
///
/// The first is the owner of the first address, who has an account from before in one world and none in the other. Nor
/// does the owner click, or there would be an account in both.
pub(crate) fn only(mut plan: Plan) -> Plan {
    plan.strangers = true;
    for sign_up in &mut plan.sign_ups {
        sign_up.click = None;
    }
    plan.redriven = None;
    // A workflow draws the pauses before all its retries from one stream of chance. What hurts telling marketing, which
    // happens in one world alone, would shift the others. On AWS no pause tells of another.
    plan.faults.retain(|(point, _)| !of_marketing(point.step));
    plan.outages
        .retain(|outage| matches!(outage.service, Service::Mail | Service::StepFunctions));
    plan
}

/// Runs the script in both worlds.
pub(crate) fn run_twice(plan: &Plan) -> Run {
    let mut with = plan.clone();
    with.account = true;
    let mut without = plan.clone();
    without.account = false;
    let (mut first, second) = (run(&with), run(&without));
    first.executions += second.executions;
    for (sum, count) in first.faults.iter_mut().zip(second.faults) {
        *sum += count;
    }
    first.outages += second.outages;
    if first.violation.is_none() {
        first.violation = second.violation;
    }
    if first.violation.is_none() {
        first.violation = difference(&first.answers, &second.answers);
    }
    if first.violation.is_some() && !plan.quiet {
        first.timeline = format!(
            "With an account:\n{}\nWithout:\n{}",
            first.timeline, second.timeline
        );
    }
    first
}

fn difference(with: &[Answer], without: &[Answer]) -> Option<Violation> {
    let pairs = with.iter().zip(without);
    let found = pairs
        .filter(|(with, without)| with != without)
        .map(|(with, without)| {
            let Answer {
                sign_up,
                at,
                asked,
                told,
            } = with;
            format!(
                "sign-up {sign_up}, {asked}: at {at} ms `{told}`, and without an account at {} ms `{}`",
                without.at, without.told
            )
        })
        .next();
    let found = found.or_else(|| {
        (with.len() != without.len())
            .then(|| format!("{} answers, and {} without", with.len(), without.len()))
    });
    found.map(|found| Violation {
        rule: Rule::SameAnswers,
        found,
    })
}

fn of_marketing(step: Step) -> bool {
    matches!(
        step,
        Step::KeepEvent | Step::ReadSecret | Step::Deliver | Step::RecordAttempt | Step::CallNotifyWebhook
    )
}
