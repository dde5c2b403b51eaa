//! The redelivery workflow: an event whose first attempts failed is sent again, for days.

use std::time::Duration;

use asl::prelude::*;
use asl::{Round, repeat_until, wait_seconds};
use contracts::notify_webhook::{
    Delivery, NextAttemptFields, NotifyWebhookInputFields, NotifyWebhookOutput, NotifyWebhookOutputFields,
    RedeliveryFields,
};
use contracts::redeliver_webhook::{
    AttemptRedelivery, RedeliverWebhook, RedeliverWebhookInput, RedeliverWebhookOutputFields,
};

/// Names of states that alarms and tests look up in histories.
pub mod redelivery_states {
    /// The event was not delivered by any attempt.
    pub const DEAD: &str = "WebhookDead";
    /// Our own services failed for so long that no more rounds are left.
    pub const GIVEN_UP: &str = "RedeliveryGivenUp";
}

/// More rounds than there are attempts and pauses in the longest redelivery. Each has about twenty events at most, and a history
/// 25,000.
const MOST_ROUNDS: u64 = 800;

/// The pause after an attempt that failed because of our own services.
const PAUSE: Duration = Duration::from_mins(15);

/// The usual time of an attempt, for the report: an assumption, not a measurement.
const USUAL_ATTEMPT: Duration = Duration::from_millis(500);

const COMMENT: &str = "Delivers a webhook whose first attempts failed. Generated from \
                       orchestration/workflows/src/redeliver_webhook.rs by `cargo run -p workflows --bin emit`; do not edit.";

/// The redelivery: attempts with growing pauses, until the endpoint accepts the event or the function says that it is dead.
///
/// The function knows the schedule and the state of the endpoint, and its output says when the next attempt is due. The wait costs one
/// transition and no compute.
pub fn redeliver_webhook_workflow() -> Workflow<RedeliverWebhook> {
    RedeliverWebhook::define(|event| {
        repeat_until(
            "IsDue",
            MOST_ROUNDS,
            |round: Round<'_, NotifyWebhookOutput>| {
                let wait = round
                    .last
                    .map_or(0, |last| last.next.map_or(0, |next| next.in_seconds));
                let attempts = round
                    .last
                    .map_or(0, |last| last.next.map_or(0, |next| next.attempts));
                wait_seconds("WaitUntilDue", wait).then(move |_| attempt(event, attempts))
            },
            |output| output.delivery.ne(Delivery::Undelivered),
        )
        .exhausted(|_| report(redelivery_states::GIVEN_UP, Delivery::Undelivered))
        .and_then(|output| {
            choose("IsDelivered")
                .when(
                    output.delivery.eq(Delivery::Delivered),
                    report("Delivered", Delivery::Delivered),
                )
                .otherwise(report(redelivery_states::DEAD, Delivery::Dead))
        })
    })
    .comment(COMMENT)
}

/// One attempt. If our own services fail, it is made later and does not count.
fn attempt<'s>(event: Expr<'s, RedeliverWebhookInput>, attempts: Expr<'s, u64>) -> Step<NotifyWebhookOutput> {
    let redelivery = RedeliveryFields {
        since: execution_start_time(),
        attempts,
    };
    AttemptRedelivery::call(NotifyWebhookInputFields {
        user_id: event.user_id,
        event: event.event.some(),
        campaign: event.campaign,
        converted_at: event.converted_at,
        redelivery: redelivery.into_expr().some(),
    })
    .expected_duration(USUAL_ATTEMPT)
    .retry(Retry::default().max_retries(3))
    .catch_all(|_| {
        let next = NextAttemptFields {
            in_seconds: PAUSE.as_secs().into(),
            attempts,
        };
        let later = NotifyWebhookOutputFields {
            delivery: Delivery::Undelivered.into(),
            next: next.into_expr().some(),
        };
        pass("NotAttempted", later)
    })
    .into_step()
}

fn report(name: &str, delivery: Delivery) -> Step<contracts::redeliver_webhook::RedeliverWebhookOutput> {
    let output = RedeliverWebhookOutputFields {
        delivery: delivery.into(),
    };
    pass(name, output)
}
