//! Tells the marketing endpoint about a conversion.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{Campaign, Cause, Timestamp, UserId};

/// Delivers one signed event to the marketing endpoint, and stores events that could not be delivered.
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
    /// When: the same at every retry, so that every attempt carries the same content.
    pub converted_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct NotifyWebhookOutput {
    pub delivery: Delivery,
}

/// Whether the endpoint has an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    Delivered,
    /// The endpoint did not accept it; it is stored.
    Undelivered,
    /// Not sent, since the address is held. Only a workflow returns this, never the function.
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
    /// The endpoint did not answer in time, or answered 408, 425, 429 or 5xx.
    #[error("the webhook endpoint cannot take the event right now")]
    #[task(name = "WebhookUnavailable", transient)]
    WebhookUnavailable {
        /// The answer, or the reason that there was none.
        source: Cause,
    },
    /// The endpoint refused the event: any other answer than 2xx; redirects are not followed.
    #[error("the webhook endpoint refused the event")]
    #[task(name = "WebhookRefused", permanent)]
    WebhookRefused { source: Cause },
    /// The signing secret cannot be read, or is malformed.
    #[error("the webhook's signing secret cannot be used")]
    #[task(name = "SecretUnavailable", transient)]
    SecretUnavailable { source: Cause },
}
