//! The output of a confirmation.

use asl::{Payload, Timestamp};
use serde::{Deserialize, Serialize};

/// The address is confirmed: the output that completes the waiting task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct EmailConfirmed {
    /// When the link was followed.
    pub confirmed_at: Timestamp,
}
