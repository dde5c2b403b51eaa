//! The use case.

use contracts::notify_webhook::{
    Delivery, NotifyWebhook, NotifyWebhookError, NotifyWebhookInput, NotifyWebhookOutput,
};
use contracts::values::UserId;
use kit::{Clock, TaskFunction};

use crate::event::WebhookEvent;
use crate::ports::{
    Attempt, Deliver, KeepEvent, Kept, RecordAttempt, SecretFault, SigningSecret, StoreFault,
};

/// Tells the marketing endpoint about a conversion.
#[derive(Debug)]
pub struct App<S, K, E, C> {
    deliveries: S,
    secret: K,
    endpoint: E,
    clock: C,
}

/// The status that the endpoint answered if it did not accept the event.
#[derive(Debug, thiserror::Error)]
#[error("answered {0}")]
struct Answered(u16);

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
                let source = Answered(status).into();
                Err(match status {
                    408 | 425 | 429 | 500..=599 => NotifyWebhookError::WebhookUnavailable { source },
                    _ => NotifyWebhookError::WebhookRefused { source },
                })
            }
            Err(no_answer) => {
                self.record_failure(&user, no_answer.to_string()).await;
                let source = no_answer.into();
                Err(NotifyWebhookError::WebhookUnavailable { source })
            }
        }
    }

    /// Records the failure, if possible: the endpoint's answer is reported whether or not it was recorded.
    async fn record_failure(&self, user: &UserId, reason: String) {
        let recorded = self.deliveries.record(user, Attempt::Failed { reason }).await;
        if let Err(StoreFault(cause)) = recorded {
            tracing::warn!(%cause, "a failed attempt is not recorded");
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
            Kept::Undelivered(event) => self.deliver(event).await?,
            Kept::Delivered => {}
        }
        Ok(NotifyWebhookOutput {
            delivery: Delivery::Delivered,
        })
    }
}

fn unavailable(StoreFault(source): StoreFault) -> NotifyWebhookError {
    NotifyWebhookError::StoreUnavailable { source }
}
