//! The circuit breaker: what an endpoint gets that was unavailable again and again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

mod support;

use std::time::Duration;

use contracts::notify_webhook::{Delivery, NotifyWebhookError};
use futures::future;
use kit::TaskFunction;
use notify_webhook::{Answer, App, Circuit, NoResponse};
use support::{FixedSecret, MemoryStore, SetClock, SetEndpoint, answer, input_of, settings};

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

type Function = App<MemoryStore, FixedSecret, SetEndpoint, SetClock>;

/// Functions of one deployment, which share the table, the endpoint and the time.
struct Deployment {
    store: MemoryStore,
    endpoint: SetEndpoint,
    clock: SetClock,
}

impl Deployment {
    fn new(next: Result<Answer, NoResponse>) -> Self {
        Self {
            store: MemoryStore::new(),
            endpoint: SetEndpoint::new(next),
            clock: SetClock::default(),
        }
    }

    /// A process of its own.
    fn function(&self) -> Function {
        let secret = FixedSecret(SECRET.to_owned());
        App::new(
            self.store.clone(),
            secret,
            self.endpoint.clone(),
            self.clock.clone(),
            settings(),
        )
    }

    /// A deployment whose endpoint is down, and whose circuit has opened.
    async fn opened() -> (Self, Function) {
        let deployment = Self::new(Err(NoResponse::Timeout));
        let function = deployment.function();
        for digit in "0123456789".chars() {
            let error = function.call(input_of(digit)).await.unwrap_err();
            assert!(matches!(error, NotifyWebhookError::WebhookUnavailable { .. }));
        }
        assert!(matches!(deployment.circuit(), Some(Circuit::Open { .. })));
        (deployment, function)
    }

    fn circuit(&self) -> Option<Circuit> {
        self.store.0.lock().unwrap().circuit
    }
}

fn is_paused<T>(result: &Result<T, NotifyWebhookError>) -> bool {
    matches!(result, Err(NotifyWebhookError::WebhookPaused))
}

#[tokio::test]
async fn nothing_is_sent_while_the_circuit_is_open_by_any_function() {
    let (deployment, function) = Deployment::opened().await;

    deployment.clock.advance(Duration::from_secs(59));

    assert!(is_paused(&function.call(input_of('a')).await));
    assert!(is_paused(&deployment.function().call(input_of('b')).await));
    assert_eq!(deployment.endpoint.received(), 10);
    let id = format!("msg_{}", "b".repeat(32));
    assert_eq!(deployment.store.delivery(&id), Delivery::Undelivered);
}

#[tokio::test]
async fn one_answer_resets_the_count() {
    let deployment = Deployment::new(Err(NoResponse::Timeout));
    let function = deployment.function();
    for digit in "012345678".chars() {
        function.call(input_of(digit)).await.unwrap_err();
    }

    // A refusal says nothing about the endpoint, but that it answers.
    deployment.endpoint.set(Ok(answer(400)));
    function.call(input_of('9')).await.unwrap_err();
    deployment.endpoint.set(Ok(answer(503)));
    for digit in "abcdef012".chars() {
        function.call(input_of(digit)).await.unwrap_err();
    }

    assert_eq!(deployment.circuit(), None);
}

#[tokio::test]
async fn the_attempts_of_one_sign_up_open_no_circuit() {
    let deployment = Deployment::new(Ok(answer(500)));
    let function = deployment.function();

    for _ in 0..8 {
        function.call(input_of('a')).await.unwrap_err();
    }

    assert_eq!(deployment.circuit(), None);
}

#[tokio::test]
async fn of_functions_that_race_one_probes() {
    let (deployment, _) = Deployment::opened().await;
    deployment.clock.advance(Duration::from_mins(1));
    deployment.endpoint.set(Ok(answer(204)));
    let functions: Vec<_> = "0123456789abcdef"
        .chars()
        .map(|digit| (deployment.function(), digit))
        .collect();

    let calls = functions
        .iter()
        .map(|(function, digit)| function.call(input_of(*digit)));
    let results = future::join_all(calls).await;

    assert_eq!(deployment.endpoint.received(), 11);
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(results.iter().filter(|result| is_paused(result)).count(), 15);
    assert!(matches!(deployment.circuit(), Some(Circuit::Closed { .. })));
}

#[tokio::test]
async fn a_probe_that_fails_is_followed_by_a_longer_pause() {
    let (deployment, function) = Deployment::opened().await;
    for minutes in [1, 2, 4, 8] {
        deployment.clock.advance(Duration::from_secs(60 * minutes - 1));
        assert!(is_paused(&function.call(input_of('a')).await), "{minutes}");

        deployment.clock.advance(Duration::from_secs(1));
        let error = function.call(input_of('a')).await.unwrap_err();
        assert!(matches!(error, NotifyWebhookError::WebhookUnavailable { .. }));
    }
}

#[tokio::test]
async fn an_endpoint_that_refuses_the_probe_is_available() {
    let (deployment, function) = Deployment::opened().await;
    deployment.clock.advance(Duration::from_mins(1));
    deployment.endpoint.set(Ok(answer(400)));

    function.call(input_of('a')).await.unwrap_err();

    assert!(matches!(deployment.circuit(), Some(Circuit::Closed { .. })));
}

#[tokio::test]
async fn after_a_probe_that_never_ended_another_function_probes() {
    let (deployment, function) = Deployment::opened().await;
    deployment.clock.advance(Duration::from_mins(1));
    deployment.endpoint.set(Ok(answer(204)));
    // The process dies while it waits for the endpoint.
    {
        let mut call = Box::pin(function.call(input_of('a')));
        assert!(futures::poll!(call.as_mut()).is_pending());
    }
    assert!(matches!(deployment.circuit(), Some(Circuit::HalfOpen { .. })));

    deployment.clock.advance(Duration::from_secs(29));
    assert!(is_paused(&deployment.function().call(input_of('b')).await));
    deployment.clock.advance(Duration::from_secs(1));
    deployment.function().call(input_of('b')).await.unwrap();

    assert_eq!(
        deployment.endpoint.0.lock().unwrap().received.last(),
        Some(&format!("msg_{}", "b".repeat(32)))
    );
}

#[tokio::test]
async fn an_endpoint_that_asks_for_a_pause_gets_it_at_once() {
    for status in [429, 503] {
        let deployment = Deployment::new(Ok(Answer {
            status,
            retry_after: Some(Duration::from_secs(90)),
        }));
        let function = deployment.function();
        function.call(input_of('a')).await.unwrap_err();

        deployment.endpoint.set(Ok(answer(204)));
        deployment.clock.advance(Duration::from_secs(89));
        assert!(is_paused(&function.call(input_of('a')).await), "{status}");
        deployment.clock.advance(Duration::from_secs(1));
        function.call(input_of('a')).await.unwrap();
    }
}

#[tokio::test]
async fn an_endpoint_that_is_gone_gets_nothing_any_more() {
    let deployment = Deployment::new(Ok(answer(410)));

    assert!(is_paused(&deployment.function().call(input_of('a')).await));
    deployment.endpoint.set(Ok(answer(204)));
    deployment.clock.advance(Duration::from_hours(1_000));

    assert!(is_paused(&deployment.function().call(input_of('b')).await));
    assert_eq!(deployment.endpoint.received(), 1);
    assert!(matches!(deployment.circuit(), Some(Circuit::Disabled { .. })));
}

#[tokio::test]
async fn the_circuit_is_written_only_when_it_changes() {
    let (deployment, function) = Deployment::opened().await;
    for _ in 0..5 {
        assert!(is_paused(&function.call(input_of('a')).await));
    }
    deployment.clock.advance(Duration::from_mins(1));
    deployment.endpoint.set(Ok(answer(204)));
    for digit in "abcdef".chars() {
        function.call(input_of(digit)).await.unwrap();
    }

    let stored = deployment.store.0.lock().unwrap();
    assert_eq!(stored.changes.len(), 3, "{:?}", stored.changes);
}
