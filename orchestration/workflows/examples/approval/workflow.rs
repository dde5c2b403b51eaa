//! The approval workflow: one approver after another, until somebody answers.

use std::time::Duration;

use asl::dynamodb::{Condition, ConditionFailed, put_item};
use asl::prelude::*;

use crate::contracts::{
    Answer, AnswerFields, ApprovePurchase, AskApprover, AskApproverInputFields, Decided, DecidedFields,
    DecisionFields, Decisions, Occasion, Purchase, Role, Verdict, approve_purchase_error,
};

/// How many approvers are asked at the most.
const LEVELS: u64 = 3;

/// The longest time between two heartbeats of the approval desk.
const HEARTBEAT: Duration = Duration::from_mins(15);

/// The longest time for one approver. Twice that for each of them is below the workflow's `TIMEOUT`.
const LONGEST: Duration = Duration::from_hours(4 * 24);

const TIME_NOT_ALLOWED: &str = "answerWithinSeconds must be more than 15 minutes and at most four days";

/// Asks the approvers in turn, each with a reminder, and records the first answer, or that nobody gave one.
pub(crate) fn approve_purchase() -> Workflow<ApprovePurchase> {
    ApprovePurchase::define(|purchase| {
        choose("IsTimeAllowed")
            .comment("The time comes from the input, so that only the execution can look at it.")
            .when(is_allowed(purchase.answer_within_seconds), decide(purchase))
            .otherwise(fail(
                "TimeNotAllowed",
                approve_purchase_error::TimeNotAllowed,
                TIME_NOT_ALLOWED,
            ))
    })
    .comment("Has a purchase approved or refused by the first approver who answers.")
}

fn is_allowed(seconds: Expr<'_, u64>) -> Expr<'_, bool> {
    let long_enough = seconds.gt(HEARTBEAT.as_secs());
    long_enough.and(seconds.le(LONGEST.as_secs()))
}

fn decide(purchase: Expr<'_, Purchase>) -> Step<Decided> {
    repeat_until(
        "AskInTurn",
        LEVELS,
        |round: Round<'_, Answer>| {
            choose("IsAnybodyLeft")
                .when_some(purchase.approvers.get(round.number - 1), |approver| {
                    ask(purchase, approver)
                })
                .otherwise(unanswered("NobodyLeft"))
        },
        |answer| answer.verdict.eq(Verdict::Unanswered).not(),
    )
    .exhausted(|_| record("Silence", purchase, Verdict::Unanswered, none()))
    .and_then(|answer| {
        choose("WhatWasAnswered")
            .when(
                answer.verdict.eq(Verdict::Approved),
                record("Approval", purchase, Verdict::Approved, answer.approver),
            )
            .otherwise(record("Refusal", purchase, Verdict::Refused, answer.approver))
    })
}

/// Asks one approver, and once more if no answer comes. After any error the next one is asked.
fn ask<'s>(purchase: Expr<'s, Purchase>, approver: Expr<'s, Role>) -> Step<Answer> {
    message(purchase, approver, Occasion::Request)
        .catch(Timeout, |_| {
            message(purchase, approver, Occasion::Reminder)
                .named("RemindApprover")
                .catch_all(|_| unanswered("NotAnswered"))
        })
        .catch_all(|_| unanswered("NotAsked"))
        .into_step()
}

/// It times out when the time of the input is over, or earlier when the desk's heartbeats stop.
fn message<'s>(
    purchase: Expr<'s, Purchase>,
    approver: Expr<'s, Role>,
    occasion: Occasion,
) -> Task<AskApprover> {
    AskApprover::callback(AskApproverInputFields {
        purchase: purchase.id,
        approver,
        occasion: occasion.into(),
        answer_by: state_entered_time().plus_seconds(purchase.answer_within_seconds),
        task_token: task_token(),
    })
    .heartbeat(HEARTBEAT)
    .within_seconds(purchase.answer_within_seconds)
}

fn unanswered(name: &str) -> Step<Answer> {
    let silence = AnswerFields {
        verdict: Verdict::Unanswered.into(),
        approver: none(),
    };
    pass(name, silence)
}

/// Records the decision, unless another execution has recorded one: a purchase is decided on once.
fn record<'s>(
    what: &str,
    purchase: Expr<'s, Purchase>,
    verdict: Verdict,
    approver: Expr<'s, Option<Role>>,
) -> Step<Decided> {
    let verdict = verdict.into();
    let decision = DecisionFields {
        purchase: purchase.id,
        verdict,
        approver,
        decided_at: state_entered_time(),
        execution: execution_id(),
    };
    let ours = Condition::<Decisions>::equal(|decision| decision.execution, execution_id());
    put_item(decision, Condition::absent().or(ours))
        .named(&format!("Record{what}"))
        .retry(Retry::default().max_retries(30).max_delay(Duration::from_mins(5)))
        .catch(ConditionFailed, |_| {
            let cause = "another execution has decided on the purchase";
            fail(
                &format!("{what}TooLate"),
                approve_purchase_error::AlreadyDecided,
                cause,
            )
        })
        .catch_all(|_| {
            let cause = "the decision could not be recorded";
            fail(
                &format!("{what}NotRecorded"),
                approve_purchase_error::NotRecorded,
                cause,
            )
        })
        .and_then(|_| pass(&format!("{what}Recorded"), DecidedFields { verdict }))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
