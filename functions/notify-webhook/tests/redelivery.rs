//! Attempts of redeliveries: what they output, and what follows.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use contracts::notify_webhook::{Delivery, NotifyWebhookInput, NotifyWebhookOutput, Redelivery};
use kit::limit::Rate;
use kit::{Clock, TaskFunction};
use notify_webhook::{Answer, App, NoResponse, Settings};
use support::{FixedSecret, MemoryStore, SetClock, SetEndpoint, answer, input_of, settings};

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

struct Redeliveries {
    store: MemoryStore,
    endpoint: SetEndpoint,
    clock: SetClock,
    app: App<MemoryStore, FixedSecret, SetEndpoint, SetClock>,
}

impl Redeliveries {
    fn new(next: Result<Answer, NoResponse>, settings: Settings) -> Self {
        let (store, endpoint) = (MemoryStore::new(), SetEndpoint::new(next));
        let (secret, clock) = (FixedSecret(SECRET.to_owned()), SetClock::default());
        let app = App::new(store.clone(), secret, endpoint.clone(), clock.clone(), settings);
        Self {
            store,
            endpoint,
            clock,
            app,
        }
    }

    async fn attempt(&self, digit: char, redelivery: Redelivery) -> NotifyWebhookOutput {
        let input = NotifyWebhookInput {
            redelivery: Some(redelivery),
            ..input_of(digit)
        };
        self.app.call(input).await.unwrap()
    }

    /// Runs a redelivery to its end, as the workflow does: the deliveries, and the time that it took.
    async fn run(&self, digit: char) -> (Vec<Delivery>, Duration) {
        let since = self.clock.now();
        let mut redelivery = Redelivery { since, attempts: 0 };
        let mut deliveries = Vec::new();
        loop {
            let output = self.attempt(digit, redelivery).await;
            deliveries.push(output.delivery);
            let Some(next) = output.next else { break };
            redelivery.attempts = next.attempts;
            self.clock.advance(Duration::from_secs(next.in_seconds));
        }
        let took = self.clock.now().epoch_millis() - since.epoch_millis();
        (deliveries, Duration::from_millis(took.unsigned_abs()))
    }
}

fn id(digit: char) -> String {
    format!("msg_{}", digit.to_string().repeat(32))
}

fn first() -> Redelivery {
    let since = SetClock::default().now();
    Redelivery { since, attempts: 0 }
}

/// Everything but a success and a 410.
fn failures() -> Vec<Result<Answer, NoResponse>> {
    let statuses = [
        101, 301, 302, 400, 401, 404, 408, 418, 425, 429, 500, 502, 503, 504, 599,
    ];
    let errors = [
        NoResponse::Timeout,
        NoResponse::ForbiddenAddress,
        NoResponse::Unreachable,
        NoResponse::ConnectionLost,
    ];
    let statuses = statuses.into_iter().map(|status| Ok(answer(status)));
    statuses.chain(errors.into_iter().map(Err)).collect()
}

#[tokio::test]
async fn every_failure_at_every_attempt_is_followed_by_the_next() {
    for failure in failures() {
        for successes_after in 0..=8 {
            let redeliveries = Redeliveries::new(failure, settings());
            let mut redelivery = first();
            for _ in 0..successes_after {
                let output = redeliveries.attempt('a', redelivery).await;
                let next = output.next.unwrap();
                assert_eq!(output.delivery, Delivery::Undelivered);
                assert_eq!(next.attempts, redelivery.attempts + 1, "{failure:?}");
                redelivery.attempts = next.attempts;
                redeliveries.clock.advance(Duration::from_secs(next.in_seconds));
            }
            redeliveries.endpoint.set(Ok(answer(204)));

            let output = redeliveries.attempt('a', redelivery).await;

            assert_eq!((output.delivery, output.next), (Delivery::Delivered, None));
            assert_eq!(redeliveries.store.delivery(&id('a')), Delivery::Delivered);
        }
    }
}

#[tokio::test]
async fn after_the_last_attempt_the_event_is_dead_and_kept() {
    for failure in failures() {
        let redeliveries = Redeliveries::new(failure, settings());

        let (deliveries, took) = redeliveries.run('a').await;

        assert_eq!(deliveries.len(), 9, "{failure:?}");
        assert_eq!(deliveries.last(), Some(&Delivery::Dead));
        assert_eq!(redeliveries.store.delivery(&id('a')), Delivery::Dead);
        assert_eq!(redeliveries.endpoint.received(), 9);
        let hours = took.as_secs() / 3_600;
        assert!((68..=84).contains(&hours), "{hours}");
    }
}

#[tokio::test]
async fn a_dead_event_can_be_redelivered_again() {
    let redeliveries = Redeliveries::new(Ok(answer(500)), settings());
    redeliveries.run('a').await;
    redeliveries.endpoint.set(Ok(answer(204)));

    let (deliveries, _) = redeliveries.run('a').await;

    assert_eq!(deliveries, [Delivery::Delivered]);
    assert_eq!(redeliveries.store.delivery(&id('a')), Delivery::Delivered);
}

#[tokio::test]
async fn a_delivered_event_is_not_sent_again() {
    let redeliveries = Redeliveries::new(Ok(answer(204)), settings());
    redeliveries.run('a').await;

    let (deliveries, _) = redeliveries.run('a').await;

    assert_eq!(deliveries, [Delivery::Delivered]);
    assert_eq!(redeliveries.endpoint.received(), 1);
}

#[tokio::test]
async fn an_endpoint_that_is_gone_ends_a_redelivery() {
    let redeliveries = Redeliveries::new(Ok(answer(410)), settings());

    let (deliveries, took) = redeliveries.run('a').await;

    assert_eq!((deliveries, took), (vec![Delivery::Dead], Duration::ZERO));
    assert_eq!(redeliveries.run('b').await.0, [Delivery::Dead]);
    assert_eq!(redeliveries.endpoint.received(), 1);
}

#[tokio::test]
async fn an_open_circuit_costs_no_attempt() {
    let asks_for_a_pause = Ok(Answer {
        status: 503,
        retry_after: Some(Duration::from_hours(20)),
    });
    let redeliveries = Redeliveries::new(asks_for_a_pause, settings());
    let next = redeliveries.attempt('a', first()).await.next.unwrap();
    assert_eq!(next.attempts, 1);
    redeliveries.clock.advance(Duration::from_mins(6));

    let paused = redeliveries.attempt('b', first()).await.next.unwrap();

    assert_eq!(paused.attempts, 0);
    assert!(paused.in_seconds >= 71_000, "{paused:?}");
    assert_eq!(redeliveries.endpoint.received(), 1);
}

#[tokio::test]
async fn an_endpoint_that_is_well_again_is_not_flooded() {
    let rate = Rate::new(NonZeroU32::new(3).unwrap(), Duration::from_secs(1));
    let settings = Settings {
        redeliveries: rate,
        ..settings()
    };
    let redeliveries = Redeliveries::new(Ok(answer(204)), settings);

    let mut deliveries = Vec::new();
    for digit in "0123456789".chars() {
        let output = redeliveries.attempt(digit, first()).await;
        if let Some(next) = output.next {
            assert_eq!(next.attempts, 0);
        }
        deliveries.push(output.delivery);
    }

    assert_eq!(redeliveries.endpoint.received(), 3);
    assert_eq!(
        deliveries
            .iter()
            .filter(|found| **found == Delivery::Undelivered)
            .count(),
        7
    );
    // Later, all come through.
    for digit in "0123456789".chars() {
        redeliveries.clock.advance(Duration::from_secs(1));
        assert_eq!(
            redeliveries.attempt(digit, first()).await.delivery,
            Delivery::Delivered
        );
    }
}

#[tokio::test]
async fn a_redelivery_that_only_meets_pauses_ends_after_a_week() {
    let redeliveries = Redeliveries::new(
        Ok(Answer {
            status: 429,
            retry_after: Some(Duration::from_hours(24)),
        }),
        settings(),
    );
    // Another event takes each probe.
    let mut redelivery = first();
    let mut rounds = 0;
    loop {
        redeliveries.attempt('b', first()).await;
        let output = redeliveries.attempt('a', redelivery).await;
        rounds += 1;
        let Some(next) = output.next else {
            assert_eq!(output.delivery, Delivery::Dead);
            break;
        };
        assert_eq!(next.attempts, 0);
        redelivery.attempts = next.attempts;
        redeliveries.clock.advance(Duration::from_secs(next.in_seconds));
    }

    assert!((5..=8).contains(&rounds), "{rounds}");
    assert_eq!(redeliveries.store.delivery(&id('a')), Delivery::Dead);
}
