//! The contract of `NotifyWebhook`.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{Campaign, Cause, Timestamp, UserId};

/// The contract of `NotifyWebhook`: delivers one signed event about a new sign-up to the marketing endpoint, and stores events
/// that could not be delivered.
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
    pub campaign: Option<Campaign>,
    /// The time of the sign-up: the same at every retry, so that every attempt has the same content.
    pub converted_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct NotifyWebhookOutput {
    pub delivery: Delivery,
}

/// Whether the endpoint accepted an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    Delivered,
    /// The endpoint did not accept it; it is stored.
    Undelivered,
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
    /// The signing secret cannot be read, or is malformed.
    #[error("the webhook's signing secret cannot be used")]
    #[task(name = "SecretUnavailable", transient)]
    SecretUnavailable { source: Cause },
}
