//! The table that the functions share: its keys and attributes.
//!
//! One item per fact, each found by `pk` alone. Keys hold ids and hashes, never an address.
//!
//! | key | meaning | written by |
//! | --- | --- | --- |
//! | `user#<id>` | the status and the data of a sign-up | create-user, store-user-data, validate-email, set-user-status |
//! | `request#<hash>` | which user an `Idempotency-Key` made | create-user |
//! | `address#<hash>` | which verified user has an address | set-user-status |
//! | `mails#<hash>#<day>` | which sign-ups may mail an address on a day | validate-email |
//! | `verification#<id>` | the task that waits for a confirmation, and its state | validate-email, confirm-email, set-user-status |
//! | `link#<hash>` | whose verification a mailed link is for | validate-email |
//! | `delivery#<id>` | the webhook event of a user, and whether it was delivered | notify-webhook |

use serde::{Deserialize, Serialize};

use crate::values::{AddressKey, LinkTokenHash, UserId};

pub const PK: &str = "pk";

/// When DynamoDB may remove the item, in epoch seconds: the table's TTL attribute. It only cleans up; no decision depends on
/// it.
pub const EXPIRES_AT: &str = "expiresAt";

/// `user#<id>`.
pub mod user {
    /// One of [`UserStatus`](super::UserStatus).
    pub const STATUS: &str = "status";
    /// The keyed fingerprint of the request that was accepted.
    pub const FINGERPRINT: &str = "fingerprint";
    /// When the sign-up was accepted, in epoch milliseconds.
    pub const ACCEPTED_AT: &str = "acceptedAt";
    /// When the data was stored, or found to be held, in epoch milliseconds.
    pub const STORED_AT: &str = "storedAt";
    /// Whether a verified account had the address when the data was to be stored. Not public.
    pub const HELD: &str = "held";
    /// Whether the mail step is over: a mail was sent, or withheld by the cap.
    pub const MAILED: &str = "mailed";
    /// Until when links work, in epoch milliseconds.
    pub const WINDOW_ENDS_AT: &str = "windowEndsAt";
    /// When the sign-up ended, in epoch milliseconds.
    pub const ENDED_AT: &str = "endedAt";
    /// The address. Personal, like all below but the campaign.
    pub const EMAIL: &str = "email";
    pub const NAME: &str = "name";
    pub const PHONE: &str = "phone";
    pub const LOCALE: &str = "locale";
    pub const CAMPAIGN: &str = "campaign";

    /// What is removed when a sign-up ends without an account.
    pub const PERSONAL: [&str; 4] = [EMAIL, NAME, PHONE, LOCALE];
}

/// `request#<hash>` and `address#<hash>` and `link#<hash>`.
pub mod pointer {
    /// The user that the item points to.
    pub const USER_ID: &str = "userId";
    /// The keyed fingerprint of the request that made it; of `request#<hash>` only.
    pub const FINGERPRINT: &str = "fingerprint";
}

/// `mails#<hash>#<day>`.
pub mod mails {
    /// The ids of the users whose sign-ups may mail the address on the day: a set of strings, never empty.
    pub const GRANTS: &str = "grants";
}

/// `verification#<id>`.
pub mod verification {
    /// The newest task token. A credential.
    pub const TASK_TOKEN: &str = "taskToken";
    /// Which attempt the task token is of: later ones have higher numbers.
    pub const ATTEMPT: &str = "attempt";
    /// One of [`VerificationState`](super::VerificationState).
    pub const STATE: &str = "state";
    /// Until when links work, in epoch milliseconds.
    pub const WINDOW_ENDS_AT: &str = "windowEndsAt";
}

/// `delivery#<id>`.
pub mod delivery {
    /// One of [`Delivery`](crate::notify_webhook::Delivery).
    pub const STATUS: &str = "status";
    /// The event's id, the same at every attempt.
    pub const WEBHOOK_ID: &str = "webhookId";
    /// The event's content, the same at every attempt.
    pub const CONTENT: &str = "content";
    pub const ATTEMPTS: &str = "attempts";
    /// The result of the last failed attempt: a status code, or the reason that there was none.
    pub const LAST_FAILURE: &str = "lastFailure";
    /// When the endpoint accepted it, in epoch milliseconds.
    pub const DELIVERED_AT: &str = "deliveredAt";
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Accepted, not yet stored.
    Pending,
    /// Stored, or found to be held: a mail goes out, and somebody may follow its link.
    AwaitingVerification,
    /// The address is confirmed and claimed.
    Verified,
    /// The address was confirmed, but another user had it first. Not public.
    Superseded,
    Expired,
    Failed,
}

impl UserStatus {
    /// The value in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::AwaitingVerification => "awaiting_verification",
            Self::Verified => "verified",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    pub fn from_table(text: &str) -> Option<Self> {
        let all = [
            Self::Pending,
            Self::AwaitingVerification,
            Self::Verified,
            Self::Superseded,
            Self::Expired,
            Self::Failed,
        ];
        all.into_iter().find(|status| status.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerificationState {
    /// Its links work.
    Open,
    /// A link was followed, and the task is being completed.
    Confirming,
    /// The task was completed.
    Spent,
}

impl VerificationState {
    /// The value in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirming => "confirming",
            Self::Spent => "spent",
        }
    }
}

pub fn user_key(user: &UserId) -> String {
    format!("user#{user}")
}

/// The key of an `Idempotency-Key`, by its keyed hash.
pub fn request_key(hash: &str) -> String {
    format!("request#{hash}")
}

/// The key of the claim of an address.
pub fn address_key(address: &AddressKey) -> String {
    format!("address#{}", address.as_str())
}

/// The key of the daily limit of an address, by the day since the start of 1970.
pub fn mails_key(address: &AddressKey, day: i64) -> String {
    format!("mails#{}#{day}", address.as_str())
}

pub fn verification_key(user: &UserId) -> String {
    format!("verification#{user}")
}

pub fn link_key(link: &LinkTokenHash) -> String {
    format!("link#{}", link.as_str())
}

/// The key of a user's webhook event.
pub fn delivery_key(user: &UserId) -> String {
    format!("delivery#{user}")
}
