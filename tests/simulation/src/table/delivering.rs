//! The table operations of `notify-webhook`.

use contracts::notify_webhook::Delivery;
use contracts::values::UserId;
use notify_webhook::{Attempt, KeepResult};

use super::Table;

impl Table {
    /// Keeps the event as undelivered, unless there is one already; `None` if that one cannot be read.
    pub fn keep(&mut self, event: notify_webhook::WebhookEvent) -> Option<KeepResult> {
        let Some(found) = self.deliveries.get(&event.user) else {
            let kept = super::Event {
                status: Some(Delivery::Undelivered),
                webhook_id: Some(event.id.clone()),
                content: Some(event.content.clone()),
                ..super::Event::default()
            };
            self.deliveries.insert(event.user.clone(), kept);
            return Some(KeepResult::Undelivered(event));
        };
        if found.status? == Delivery::Delivered {
            return Some(KeepResult::Delivered);
        }
        Some(KeepResult::Undelivered(notify_webhook::WebhookEvent {
            user: event.user,
            id: found.webhook_id.clone()?,
            content: found.content.clone()?,
        }))
    }

    /// Adds an attempt to the user's event.
    pub fn record_attempt(&mut self, user: &UserId, attempt: Attempt) {
        let found = self.deliveries.entry(user.clone()).or_default();
        found.attempts += 1;
        match attempt {
            Attempt::Delivered { at } => {
                found.status = Some(Delivery::Delivered);
                found.delivered_at = Some(at);
            }
            Attempt::Failed { reason } => found.last_failure = Some(reason),
        }
    }
}
