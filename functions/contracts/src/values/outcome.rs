//! How sign-ups end.

use asl::{MaxSize, sizes};
use serde::{Deserialize, Serialize};

/// How a sign-up ended. Not all of it is public: see the contract page of `get-user`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpOutcome {
    /// The address was confirmed, and this user has it now.
    Verified,
    /// The address was confirmed, but another user had confirmed it first.
    Superseded,
    /// Nobody followed a link in time.
    Expired,
    /// A step failed for good.
    Failed,
}

impl MaxSize for SignUpOutcome {
    const LARGEST: u64 = sizes::plain("superseded".len() as u64);
}
