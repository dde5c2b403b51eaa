//! Tells marketing about a conversion.

use std::time::Duration;

use asl::{Function, MaxSize, Payload, TaskError, sizes};
use serde::{Deserialize, Serialize};

use crate::values::{Campaign, Cause, Timestamp, UserId};

/// Delivers one signed event to the marketing endpoint, and keeps what could not be delivered.
#[derive(Debug)]
pub enum NotifyWebhook {}

impl Function for NotifyWebhook {
    const NAME: &'static str = "NotifyWebhook";
    const TIMEOUT: Duration = Duration::from_secs(25);
    type Input = NotifyWebhookInput;
    type Output = NotifyWebhookOutput;
    type Error = NotifyWebhookError;
}

/// What to tell.
#[derive(Debug, Clone, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct NotifyWebhookInput {
    /// Who signed up.
    pub user_id: UserId,
    /// The lead that led here.
    pub campaign: Option<Campaign>,
    /// When: the same at every retry, so that every attempt carries the same content.
    pub converted_at: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct NotifyWebhookOutput {
    /// Whether the endpoint has the event.
    pub delivery: Delivery,
}

/// Whether the endpoint has an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The endpoint took it.
    Delivered,
    /// The endpoint did not take it; it is kept.
    Undelivered,
    /// There was no conversion to tell it of. A workflow says so; the function never does.
    NotDue,
}

impl MaxSize for Delivery {
    const LARGEST: u64 = sizes::plain("undelivered".len() as u64);
}

impl Delivery {
    /// As it stands in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::NotDue => "not_due",
        }
    }
}

/// Why the endpoint does not have the event.
#[derive(Debug, thiserror::Error, TaskError)]
pub enum NotifyWebhookError {
    /// The store did not answer, or asked to be called less often.
    #[error("the store cannot be used right now")]
    #[task(name = "StoreUnavailable", transient)]
    StoreUnavailable {
        /// What the store said.
        #[source]
        source: Cause,
    },
    /// The endpoint did not answer in time, or asked to be called later (408, 425, 429, 5xx).
    #[error("the webhook endpoint cannot take the event right now")]
    #[task(name = "WebhookUnavailable", transient)]
    WebhookUnavailable {
        /// What was answered, or why nothing was.
        #[source]
        source: Cause,
    },
    /// The endpoint will not take this event (any other answer than 2xx; redirects are not followed).
    #[error("the webhook endpoint refused the event")]
    #[task(name = "WebhookRefused", permanent)]
    WebhookRefused {
        /// What was answered.
        #[source]
        source: Cause,
    },
    /// The signing secret cannot be had or cannot be used.
    #[error("the webhook's signing secret cannot be used")]
    #[task(name = "SecretUnavailable", transient)]
    SecretUnavailable {
        /// Why.
        #[source]
        source: Cause,
    },
}
