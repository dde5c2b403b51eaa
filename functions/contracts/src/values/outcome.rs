//! Outcomes of sign-ups.

use asl::{MaxSize, sizes};
use serde::{Deserialize, Serialize};

/// The outcome of a sign-up. Not every outcome is public: see the contract page of `get-user`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpOutcome {
    /// The address was confirmed, and claimed for this user.
    Verified,
    /// The address was confirmed, but another user had confirmed it first.
    Superseded,
    /// No link was followed within the window.
    Expired,
    /// A mail bounced, or its recipient complained.
    Suppressed,
    /// A step failed permanently.
    Failed,
}

impl MaxSize for SignUpOutcome {
    const LARGEST: u64 = sizes::plain("superseded".len() as u64);
}
