//! The contract of `NotifyWebhook`.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{Campaign, Cause, Timestamp, UserId};

/// The contract of `NotifyWebhook`: delivers one signed event about a sign-up to the marketing endpoint, and stores events that could
/// not be delivered.
#[derive(Debug)]
pub enum NotifyWebhook {}

impl Function for NotifyWebhook {
    const NAME: &'static str = "NotifyWebhook";
    const TIMEOUT: Duration = Duration::from_secs(25);
    type Input = NotifyWebhookInput;
    type Output = NotifyWebhookOutput;
    type Error = NotifyWebhookError;
}

#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct NotifyWebhookInput {
    pub user_id: UserId,
    /// What happened. Absent means [`EventKind::SignedUp`]: there was no other event once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventKind>,
    pub campaign: Option<Campaign>,
    /// When it happened: the same at every retry, so that every attempt has the same content.
    pub converted_at: Timestamp,
    /// Present for an attempt of a redelivery. Then a failure of the endpoint is no error, and the output says what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redelivery: Option<Redelivery>,
}

/// How far a redelivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct Redelivery {
    /// When it began.
    pub since: Timestamp,
    /// The attempts that were made and failed so far.
    pub attempts: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct NotifyWebhookOutput {
    pub delivery: Delivery,
    /// Present if the redelivery goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NextAttempt>,
}

/// The next attempt of a redelivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct NextAttempt {
    pub in_seconds: u64,
    /// The attempts that were made and failed so far.
    pub attempts: u64,
}

/// What a webhook tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventKind {
    /// Somebody signed up. Nobody has confirmed anything yet.
    #[serde(rename = "user.signed_up")]
    SignedUp,
    /// The address is confirmed, and the account is there.
    #[serde(rename = "user.verified")]
    Verified,
}

impl MaxSize for EventKind {
    const LARGEST: u64 = sizes::plain("user.signed_up".len() as u64);
}

impl EventKind {
    /// The type of the event, as the endpoint gets it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedUp => "user.signed_up",
            Self::Verified => "user.verified",
        }
    }

    /// The id of a user's event: that of its deliveries, and the name of the execution that redelivers it.
    pub fn webhook_id(self, user: &UserId) -> String {
        match self {
            Self::SignedUp => format!("msg_{user}"),
            Self::Verified => format!("msg_{user}_verified"),
        }
    }
}

/// Whether the endpoint accepted an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    Delivered,
    /// The endpoint did not accept it; it is stored.
    Undelivered,
    /// The endpoint did not accept it at any attempt of a redelivery; it is stored.
    Dead,
    /// Not sent, since no data was stored: there is no new sign-up to report. Only a workflow returns this, never the
    /// function.
    #[serde(rename = "not_due")]
    Skipped,
}

impl MaxSize for Delivery {
    const LARGEST: u64 = sizes::plain("undelivered".len() as u64);
}

impl Delivery {
    /// The value in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Dead => "dead",
            Self::Skipped => "not_due",
        }
    }
}

#[derive(Debug, thiserror::Error, TaskError)]
pub enum NotifyWebhookError {
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable { source: Cause },
    /// The endpoint did not respond in time, or returned 408, 425, 429 or 5xx.
    #[error("the webhook endpoint is unavailable")]
    #[task(name = "WebhookUnavailable", transient)]
    WebhookUnavailable {
        /// The status, or the reason that there was none.
        source: Cause,
    },
    /// The endpoint rejected the event: any other status than 2xx; redirects are not followed.
    #[error("the webhook endpoint rejected the event")]
    #[task(name = "WebhookRefused", permanent)]
    WebhookRefused { source: Cause },
    /// The endpoint was unavailable several times in a row, or asked for a pause, or is disabled: nothing was sent. A retry within
    /// minutes would be in vain.
    #[error("the webhook endpoint gets no events at the moment")]
    #[task(name = "WebhookPaused", permanent)]
    WebhookPaused,
    /// The signing secret cannot be read, or is malformed.
    #[error("the webhook's signing secret cannot be used")]
    #[task(name = "SecretUnavailable", transient)]
    SecretUnavailable { source: Cause },
}
