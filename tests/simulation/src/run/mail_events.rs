//! Events of mails: the queue that delivers them until they are handled.

use serde_json::{Value, json};

use super::invocations::Caller;
use super::{ScheduledEvent, Simulation};
use crate::fault::FunctionId;

/// When a message that was not handled is received again, in milliseconds: the visibility timeout in `infra/template.yaml`.
const VISIBILITY: i64 = 90_000;

/// How often a message is received before the dead-letter queue keeps it, as in `infra/template.yaml`.
const MAX_RECEIVES: u8 = 100;

impl Simulation {
    /// Schedules the events of mails that were sent.
    pub(super) fn schedule_mail_events(&mut self) {
        let events = std::mem::take(&mut self.shared.lock().mailbox.new_events);
        let now = self.now();
        for event in events {
            for time in 0..event.times {
                let at = now + event.after + i64::from(time) * 20;
                self.schedule(
                    at,
                    ScheduledEvent::MailEvent(event.sign_up, event.body.clone(), 1),
                );
            }
        }
    }

    pub(super) fn deliver_event(&mut self, sign_up: u8, body: &Value, delivery: u8) {
        let user = body
            .pointer("/tags/mail-id/0")
            .and_then(Value::as_str)
            .and_then(|id| id.split_once('-')?.0.parse().ok());
        let user = user.and_then(|user| {
            self.shared
                .lock()
                .owners
                .get_index_of::<contracts::values::UserId>(&user)
        });
        let batch = json!({"Records": [{"messageId": "message", "body": body.to_string()}]});
        let caller = Caller::Queue(body.clone(), delivery);
        self.call(
            FunctionId::RecordMailEvent,
            sign_up,
            user,
            batch,
            caller,
            "is called",
        );
    }

    /// A message that was not handled is received again.
    pub(super) fn return_message(&mut self, sign_up: u8, body: Value, delivery: u8) {
        if delivery < MAX_RECEIVES {
            let at = self.now() + VISIBILITY;
            self.schedule(at, ScheduledEvent::MailEvent(sign_up, body, delivery + 1));
        }
    }
}

/// Whether the response names messages that are to be received again.
pub(super) fn has_failures(response: &Value) -> bool {
    response
        .get("batchItemFailures")
        .and_then(Value::as_array)
        .is_none_or(|failures| !failures.is_empty())
}
