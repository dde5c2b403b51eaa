//! The use case, generic over its ports.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use contracts::notify_webhook::{
    Delivery, NextAttempt, NotifyWebhook, NotifyWebhookError, NotifyWebhookInput, NotifyWebhookOutput,
    Redelivery,
};
use contracts::values::Timestamp;
use kit::limit::{Bucket, Empty, Rate};
use kit::{Clock, TaskFunction};

use crate::circuit::{Circuit, Gate};
use crate::event::WebhookEvent;
use crate::ports::{
    Answer, Attempt, Deliver, KeepResult, NoResponse, SecretFault, SigningSecret, Store, StoreFault,
};
use crate::redelivery::Schedule;

/// Reports what happens in sign-ups to the marketing endpoint.
#[derive(Debug)]
pub struct App<S, K, E, C> {
    store: S,
    secret: K,
    endpoint: E,
    clock: C,
    settings: Settings,
    /// How often in a row the endpoint was unavailable, as this process saw it.
    unavailable: AtomicU32,
}

/// The settings of the use case.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The hash of the endpoint's URL: another URL is another endpoint.
    pub endpoint: String,
    /// How often in a row the endpoint is unavailable before it gets a pause.
    pub failures_before_pause: u32,
    pub schedule: Schedule,
    /// How many attempts of redeliveries the endpoint gets, all together.
    pub redeliveries: Rate,
}

/// What came of sending an event.
enum Outcome {
    Delivered,
    Failed(Failure),
    /// Nothing was sent: the endpoint gets nothing before this time.
    Paused {
        until: Timestamp,
    },
    /// Nothing was sent, or the endpoint wants no events any more.
    Disabled,
}

/// Why the endpoint did not accept an event.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Failure {
    #[error("the status was {0}")]
    Status(u16),
    #[error(transparent)]
    NoResponse(#[from] NoResponse),
}

impl Failure {
    /// Whether it says something about the endpoint, rather than about the event.
    fn is_unavailable(self) -> bool {
        matches!(
            self,
            Self::NoResponse(_) | Self::Status(408 | 425 | 429 | 500..=599)
        )
    }

    /// As it is stored.
    fn reason(self) -> String {
        match self {
            Self::Status(status) => status.to_string(),
            Self::NoResponse(reason) => reason.to_string(),
        }
    }
}

impl<S, K, E, C> App<S, K, E, C> {
    pub fn new(store: S, secret: K, endpoint: E, clock: C, settings: Settings) -> Self {
        Self {
            store,
            secret,
            endpoint,
            clock,
            settings,
            unavailable: AtomicU32::new(0),
        }
    }
}

impl<S, K, E, C> App<S, K, E, C>
where
    S: Store,
    K: SigningSecret,
    E: Deliver,
    C: Clock,
{
    /// An attempt of a sign-up, which retries errors for minutes.
    async fn notify(&self, event: WebhookEvent) -> Result<NotifyWebhookOutput, NotifyWebhookError> {
        let circuit = self.circuit().await?;
        match self.send(event, circuit).await? {
            Outcome::Delivered => Ok(output(Delivery::Delivered, None)),
            Outcome::Failed(failure) if failure.is_unavailable() => {
                let source = failure.into();
                Err(NotifyWebhookError::WebhookUnavailable { source })
            }
            Outcome::Failed(failure) => {
                let source = failure.into();
                Err(NotifyWebhookError::WebhookRefused { source })
            }
            Outcome::Paused { .. } | Outcome::Disabled => Err(NotifyWebhookError::WebhookPaused),
        }
    }

    /// An attempt of a redelivery, whose output says what follows.
    async fn redeliver(
        &self,
        event: WebhookEvent,
        redelivery: Redelivery,
    ) -> Result<NotifyWebhookOutput, NotifyWebhookError> {
        let circuit = self.circuit().await?;
        let now = self.clock.now();
        let outcome = match circuit.gate(now) {
            Gate::Wait { until } => Outcome::Paused { until },
            Gate::Disabled => Outcome::Disabled,
            Gate::Pass | Gate::Probe(_) => match self.take_token(now).await? {
                Err(Empty { retry_after }) => Outcome::Paused {
                    until: now.plus(retry_after),
                },
                Ok(()) => self.send(event.clone(), circuit).await?,
            },
        };
        let next = match outcome {
            Outcome::Delivered => return Ok(output(Delivery::Delivered, None)),
            Outcome::Failed(_) => self.settings.schedule.after_failure(redelivery),
            Outcome::Paused { until } => {
                let now = self.clock.now();
                self.settings.schedule.after_pause(redelivery, now, until)
            }
            Outcome::Disabled => None,
        };
        if next.is_some() {
            return Ok(output(Delivery::Undelivered, next));
        }
        self.store
            .record(&event, Attempt::GivenUp)
            .await
            .map_err(unavailable)?;
        tracing::error!(webhook = event.id, "the event is dead");
        Ok(output(Delivery::Dead, None))
    }

    async fn circuit(&self) -> Result<Circuit, NotifyWebhookError> {
        let circuit = self.store.circuit(&self.settings.endpoint).await;
        circuit.map_err(unavailable)
    }

    /// Takes a token of the endpoint's redeliveries, so that an endpoint that is well again is not flooded.
    async fn take_token(&self, now: Timestamp) -> Result<Result<(), Empty>, NotifyWebhookError> {
        let Settings {
            endpoint,
            redeliveries,
            ..
        } = &self.settings;
        let bucket = Bucket::new("redeliveries", endpoint, *redeliveries);
        let taken = self.store.take(&bucket, now).await.map_err(unavailable)?;
        if taken.is_err() {
            bucket.log_empty();
        }
        Ok(taken)
    }

    /// Sends the event if the circuit lets it through, and stores what came of it.
    async fn send(&self, event: WebhookEvent, circuit: Circuit) -> Result<Outcome, NotifyWebhookError> {
        let circuit = match circuit.gate(self.clock.now()) {
            Gate::Pass => circuit,
            Gate::Wait { until } => return Ok(Outcome::Paused { until }),
            Gate::Disabled => return Ok(Outcome::Disabled),
            Gate::Probe(probe) => {
                let changed = self.store.change(&self.settings.endpoint, circuit, probe).await;
                if !changed.map_err(unavailable)? {
                    let until = self.clock.now();
                    return Ok(Outcome::Paused { until });
                }
                probe
            }
        };
        let secret = self.secret.get().await;
        let secret =
            secret.map_err(|SecretFault(source)| NotifyWebhookError::SecretUnavailable { source })?;
        let signed = event
            .sign(&secret, self.clock.now())
            .map_err(|error| NotifyWebhookError::SecretUnavailable { source: error.into() })?;
        let answer = self.endpoint.deliver(&signed).await;
        let (failure, retry_after) = match answer {
            Ok(Answer {
                status: 200..=299, ..
            }) => {
                let at = self.clock.now();
                // If this fails, a retry sends the same event again, and the endpoint recognises it by its id.
                let recorded = self.store.record(&signed.event, Attempt::Delivered { at }).await;
                recorded.map_err(unavailable)?;
                self.is_available(circuit).await;
                return Ok(Outcome::Delivered);
            }
            Ok(Answer { status, retry_after }) => (Failure::Status(status), retry_after),
            Err(no_response) => (Failure::NoResponse(no_response), None),
        };
        self.record_failure(&signed.event, failure).await;
        if matches!(failure, Failure::Status(410)) {
            let since = self.clock.now();
            self.change(circuit, Circuit::Disabled { since }).await;
            tracing::error!("the endpoint is disabled: it answered 410");
            return Ok(Outcome::Disabled);
        }
        if failure.is_unavailable() {
            self.is_unavailable(circuit, retry_after).await;
        } else {
            self.is_available(circuit).await;
        }
        Ok(Outcome::Failed(failure))
    }

    /// The endpoint answered: its circuit closes.
    async fn is_available(&self, circuit: Circuit) {
        self.unavailable.store(0, Ordering::Relaxed);
        if !matches!(circuit, Circuit::Closed { .. }) {
            let since = Some(self.clock.now());
            self.change(circuit, Circuit::Closed { since }).await;
        }
    }

    /// The endpoint is unavailable: its circuit opens after a probe, when the endpoint asks for it, and when that was seen often
    /// enough.
    async fn is_unavailable(&self, circuit: Circuit, retry_after: Option<Duration>) {
        let now = self.clock.now();
        let seen = self.unavailable.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let is_probe = !matches!(circuit, Circuit::Closed { .. });
        let opened = match retry_after {
            Some(pause) => circuit.paused(now, pause),
            None if is_probe || seen >= self.settings.failures_before_pause => circuit.opened(now),
            None => return,
        };
        self.change(circuit, opened).await;
    }

    /// Changes the circuit, if possible and if nobody else has changed it meanwhile. What came of the event does not depend on it.
    async fn change(&self, from: Circuit, to: Circuit) {
        match self.store.change(&self.settings.endpoint, from, to).await {
            Ok(true) => {
                self.unavailable.store(0, Ordering::Relaxed);
                tracing::info!(?from, ?to, "the endpoint's circuit has changed");
            }
            Ok(false) => {}
            Err(StoreFault(cause)) => tracing::warn!(%cause, "the endpoint's circuit could not be changed"),
        }
    }

    /// Stores the failure, if possible. It is reported even if this fails.
    async fn record_failure(&self, event: &WebhookEvent, failure: Failure) {
        let reason = failure.reason();
        let recorded = self.store.record(event, Attempt::Failed { reason }).await;
        if let Err(StoreFault(cause)) = recorded {
            tracing::warn!(%cause, "a failed attempt could not be stored");
        }
    }
}

impl<S, K, E, C> TaskFunction for App<S, K, E, C>
where
    S: Store,
    K: SigningSecret,
    E: Deliver,
    C: Clock,
{
    type Contract = NotifyWebhook;

    async fn call(&self, input: NotifyWebhookInput) -> Result<NotifyWebhookOutput, NotifyWebhookError> {
        let kept = self.store.keep(WebhookEvent::of(&input)).await;
        match (kept.map_err(unavailable)?, input.redelivery) {
            (KeepResult::Delivered, _) => Ok(output(Delivery::Delivered, None)),
            (KeepResult::Undelivered(event), None) => self.notify(event).await,
            (KeepResult::Undelivered(event), Some(redelivery)) => self.redeliver(event, redelivery).await,
        }
    }
}

fn output(delivery: Delivery, next: Option<NextAttempt>) -> NotifyWebhookOutput {
    NotifyWebhookOutput { delivery, next }
}

fn unavailable(StoreFault(source): StoreFault) -> NotifyWebhookError {
    NotifyWebhookError::StoreUnavailable { source }
}
