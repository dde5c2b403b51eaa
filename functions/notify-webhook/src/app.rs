//! The use case, generic over its ports.

use contracts::notify_webhook::{
    Delivery, NotifyWebhook, NotifyWebhookError, NotifyWebhookInput, NotifyWebhookOutput,
};
use contracts::values::UserId;
use kit::{Clock, TaskFunction};

use crate::event::WebhookEvent;
use crate::ports::{
    Attempt, Deliver, KeepEvent, KeepResult, RecordAttempt, SecretFault, SigningSecret, StoreFault,
};

/// Reports a new sign-up to the marketing endpoint.
#[derive(Debug)]
pub struct App<S, K, E, C> {
    deliveries: S,
    secret: K,
    endpoint: E,
    clock: C,
}

/// The status of an endpoint that did not accept the event.
#[derive(Debug, thiserror::Error)]
#[error("the status was {0}")]
struct ErrorStatus(u16);

impl<S, K, E, C> App<S, K, E, C> {
    pub fn new(deliveries: S, secret: K, endpoint: E, clock: C) -> Self {
        Self {
            deliveries,
            secret,
            endpoint,
            clock,
        }
    }
}

impl<S, K, E, C> App<S, K, E, C>
where
    S: KeepEvent + RecordAttempt,
    K: SigningSecret,
    E: Deliver,
    C: Clock,
{
    async fn deliver(&self, event: WebhookEvent) -> Result<(), NotifyWebhookError> {
        let user = event.user.clone();
        let secret = self.secret.get().await;
        let secret =
            secret.map_err(|SecretFault(source)| NotifyWebhookError::SecretUnavailable { source })?;
        let event = event
            .sign(&secret, self.clock.now())
            .map_err(|error| NotifyWebhookError::SecretUnavailable { source: error.into() })?;
        match self.endpoint.deliver(&event).await {
            Ok(200..=299) => {
                let at = self.clock.now();
                // If this fails, a retry sends the same event again, and the endpoint recognises it by its id.
                let recorded = self.deliveries.record(&user, Attempt::Delivered { at }).await;
                recorded.map_err(unavailable)
            }
            Ok(status) => {
                self.record_failure(&user, status.to_string()).await;
                let source = ErrorStatus(status).into();
                Err(match status {
                    408 | 425 | 429 | 500..=599 => NotifyWebhookError::WebhookUnavailable { source },
                    _ => NotifyWebhookError::WebhookRefused { source },
                })
            }
            Err(no_response) => {
                self.record_failure(&user, no_response.to_string()).await;
                let source = no_response.into();
                Err(NotifyWebhookError::WebhookUnavailable { source })
            }
        }
    }

    /// Stores the failure, if possible. The status of the endpoint is reported even if this fails.
    async fn record_failure(&self, user: &UserId, reason: String) {
        let recorded = self.deliveries.record(user, Attempt::Failed { reason }).await;
        if let Err(StoreFault(cause)) = recorded {
            tracing::warn!(%cause, "a failed attempt could not be stored");
        }
    }
}

impl<S, K, E, C> TaskFunction for App<S, K, E, C>
where
    S: KeepEvent + RecordAttempt,
    K: SigningSecret,
    E: Deliver,
    C: Clock,
{
    type Contract = NotifyWebhook;

    async fn call(&self, input: NotifyWebhookInput) -> Result<NotifyWebhookOutput, NotifyWebhookError> {
        let kept = self.deliveries.keep(WebhookEvent::signed_up(&input)).await;
        match kept.map_err(unavailable)? {
            KeepResult::Undelivered(event) => self.deliver(event).await?,
            KeepResult::Delivered => {}
        }
        Ok(NotifyWebhookOutput {
            delivery: Delivery::Delivered,
        })
    }
}

fn unavailable(StoreFault(source): StoreFault) -> NotifyWebhookError {
    NotifyWebhookError::StoreUnavailable { source }
}
