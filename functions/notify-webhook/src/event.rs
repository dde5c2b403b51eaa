//! Events for the endpoint.

use contracts::notify_webhook::{EventKind, NotifyWebhookInput};
use contracts::values::{Campaign, Timestamp, UserId};
use serde::Serialize;

use crate::secret::{Secret, UnusableSecret};

/// One event. Its only reference to the person is the user's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    pub user: UserId,
    pub kind: EventKind,
    /// The event's id, the same at every attempt, so that the endpoint recognises duplicates.
    pub id: String,
    /// The content, the same at every attempt.
    pub content: String,
}

/// An event, signed for one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEvent {
    pub event: WebhookEvent,
    /// The time of the attempt: an endpoint rejects old events, and so prevents replays.
    pub sent_at: Timestamp,
    /// The signature of the id, the content, and the time of the attempt in seconds.
    pub signature: String,
}

#[derive(Serialize)]
struct Content<'a> {
    r#type: &'static str,
    timestamp: Timestamp,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    user_id: &'a UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign: Option<&'a Campaign>,
}

impl WebhookEvent {
    /// The event of this input, always the same for the same input.
    pub(crate) fn of(input: &NotifyWebhookInput) -> Self {
        let kind = input.event.unwrap_or(EventKind::SignedUp);
        let content = Content {
            r#type: kind.as_str(),
            timestamp: input.converted_at,
            data: Data {
                user_id: &input.user_id,
                campaign: input.campaign.as_ref(),
            },
        };
        #[expect(clippy::expect_used, reason = "structs of strings always become JSON")]
        let content = serde_json::to_string(&content).expect("an event becomes JSON");
        Self {
            user: input.user_id.clone(),
            kind,
            id: kind.webhook_id(&input.user_id),
            content,
        }
    }

    pub(crate) fn sign(self, secret: &Secret, sent_at: Timestamp) -> Result<SignedEvent, UnusableSecret> {
        let signature = secret.sign(&self.id, sent_at.epoch_seconds(), &self.content)?;
        Ok(SignedEvent {
            event: self,
            sent_at,
            signature,
        })
    }
}
