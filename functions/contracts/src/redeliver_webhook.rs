//! The redelivery workflow: its input and output, and the function that makes its attempts.

use std::time::Duration;

use asl::{Function, Payload, TaskError};
use serde::{Deserialize, Serialize};

use crate::notify_webhook::{
    Delivery, EventKind, NotifyWebhookError, NotifyWebhookInput, NotifyWebhookOutput,
};
use crate::values::{Campaign, Timestamp, UserId};

/// The contract of the workflow that delivers an event whose first attempts failed: attempts with growing pauses, for days.
#[derive(Debug)]
pub enum RedeliverWebhook {}

impl Function for RedeliverWebhook {
    const NAME: &'static str = "RedeliverWebhook";
    /// Longer than the attempts of a redelivery are made for, with their last pause.
    const TIMEOUT: Duration = Duration::from_hours(9 * 24);
    type Input = RedeliverWebhookInput;
    type Output = RedeliverWebhookOutput;
    type Error = RedeliverWebhookError;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct RedeliverWebhookInput {
    pub user_id: UserId,
    pub event: EventKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
    pub converted_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct RedeliverWebhookOutput {
    pub delivery: Delivery,
}

/// Errors of the workflow: none, since an event that cannot be delivered is an output.
#[derive(Debug)]
pub enum RedeliverWebhookError {}

impl TaskError for RedeliverWebhookError {
    const DECLARED: &'static [asl::DeclaredError] = &[];

    fn declared(&self) -> asl::DeclaredError {
        match *self {}
    }
}

/// The contract of an attempt of a redelivery. It is that of `NotifyWebhook`, which is deployed a second time under this name, so that
/// redeliveries have a concurrency of their own.
#[derive(Debug)]
pub enum AttemptRedelivery {}

impl Function for AttemptRedelivery {
    const NAME: &'static str = "AttemptRedelivery";
    const TIMEOUT: Duration = crate::notify_webhook::NotifyWebhook::TIMEOUT;
    type Input = NotifyWebhookInput;
    type Output = NotifyWebhookOutput;
    type Error = NotifyWebhookError;
}
