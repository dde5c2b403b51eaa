//! The table operations of `notify-webhook`.

use contracts::notify_webhook::Delivery;
use notify_webhook::{Attempt, Circuit, KeepResult, WebhookEvent};

use super::Table;

impl Table {
    /// Keeps the event as undelivered, unless there is one already; `None` if that one cannot be read.
    pub fn keep(&mut self, event: WebhookEvent) -> Option<KeepResult> {
        let key = (event.user.clone(), event.kind);
        let Some(found) = self.deliveries.get(&key) else {
            let kept = super::Event {
                status: Some(Delivery::Undelivered),
                webhook_id: Some(event.id.clone()),
                content: Some(event.content.clone()),
                ..super::Event::default()
            };
            self.deliveries.insert(key, kept);
            return Some(KeepResult::Undelivered(event));
        };
        if found.status? == Delivery::Delivered {
            return Some(KeepResult::Delivered);
        }
        Some(KeepResult::Undelivered(WebhookEvent {
            id: found.webhook_id.clone()?,
            content: found.content.clone()?,
            ..event
        }))
    }

    /// Adds an attempt to the event.
    pub fn record_attempt(&mut self, event: &WebhookEvent, attempt: Attempt) {
        let key = (event.user.clone(), event.kind);
        if attempt == Attempt::GivenUp {
            let found = self.deliveries.get_mut(&key);
            let undelivered = found.filter(|found| found.status == Some(Delivery::Undelivered));
            if let Some(found) = undelivered {
                found.status = Some(Delivery::Dead);
            }
            return;
        }
        let found = self.deliveries.entry(key).or_default();
        found.attempts += 1;
        match attempt {
            Attempt::Delivered { at } => {
                found.status = Some(Delivery::Delivered);
                found.delivered_at = Some(at);
            }
            Attempt::Failed { reason } => found.last_failure = Some(reason),
            Attempt::GivenUp => {}
        }
    }

    /// The circuit of the endpoint, of which there is one.
    pub fn circuit(&self) -> Circuit {
        self.circuit.unwrap_or(Circuit::Closed { since: None })
    }

    /// Changes the circuit, if it still is like this.
    pub fn change_circuit(&mut self, from: Circuit, to: Circuit) -> bool {
        let is_unchanged = self.circuit() == from;
        if is_unchanged {
            self.circuit = Some(to);
        }
        is_unchanged
    }
}
