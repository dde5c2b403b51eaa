//! What a confirmed address completes.

use asl::{Payload, Timestamp};
use serde::{Deserialize, Serialize};

/// The address is its owner's: what completes the task that waits for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Payload)]
#[serde(rename_all = "camelCase")]
pub struct EmailConfirmed {
    /// When the link was followed.
    pub confirmed_at: Timestamp,
}
