//! What a mail is for.

use asl::{MaxSize, sizes};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailPurpose {
    /// A confirmation link.
    Confirm,
    /// The address is held: a notice to its owner, without a link.
    AlreadyRegistered,
}

impl MaxSize for MailPurpose {
    const LARGEST: u64 = sizes::plain("already_registered".len() as u64);
}
