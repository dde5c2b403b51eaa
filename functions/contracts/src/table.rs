//! The table that the functions share: its keys and attributes.
//!
//! One item per fact, with `pk` as the only key. Keys hold ids and hashes, never an address.
//!
//! | key | meaning | written by |
//! | --- | --- | --- |
//! | `user#<id>` | the status and the data of a sign-up | create-user, store-user-data, validate-email, set-user-status |
//! | `request#<hash>` | the user that was created with an `Idempotency-Key` | create-user |
//! | `address#<hash>` | the verified user of an address | set-user-status |
//! | `limit#<name>#<hash>` | the token bucket of a source, a mailbox or an endpoint | create-user, validate-email, confirm-contact, request-mail, notify-webhook |
//! | `verification#<id>` | the task that waits for a confirmation, and its state | validate-email, confirm-contact, request-mail, record-mail-event, set-user-status |
//! | `link#<hash>` | the user of a link | validate-email |
//! | `suppression#<hash>` | that an address gets no mail for some time | record-mail-event |
//! | `delivery#<id>`, `delivery#<id>#verified` | a webhook event of a user, and whether it was delivered | notify-webhook |
//! | `endpoint#<hash>` | that the webhook's endpoint gets no events for some time | notify-webhook |

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::notify_webhook::EventKind;
use crate::values::{AddressHash, CodeHash, Contact, LinkTokenHash, RecipientHash, UserId};

pub const PK: &str = "pk";

/// When DynamoDB may remove the item, in epoch seconds: the table's TTL attribute. Conditions on it never rely on the removal
/// itself, which may be late.
pub const EXPIRES_AT: &str = "expiresAt";

/// The number of wrong codes after which no code of a sign-up works.
pub const MAX_CODE_TRIES: i64 = 5;

/// The number of mails that a person may ask for, beside the first.
pub const MAX_MAIL_REQUESTS: i64 = 5;

/// The time between two mails of a sign-up, in milliseconds.
pub const MAIL_PAUSE_MILLIS: i64 = 60_000;

/// The number of mails whose codes work, from the newest on: more than a sign-up has, unless mails were retried in an outage.
pub const NEWEST_CODES: usize = 12;

/// `user#<id>`.
pub mod user {
    /// One of [`UserStatus`](super::UserStatus).
    pub const STATUS: &str = "status";
    /// The keyed fingerprint of the request that was accepted.
    pub const FINGERPRINT: &str = "fingerprint";
    /// When the sign-up was accepted, in epoch milliseconds.
    pub const ACCEPTED_AT: &str = "acceptedAt";
    /// When the data was stored, or the address was found to be held, in epoch milliseconds.
    pub const STORED_AT: &str = "storedAt";
    /// True if the address was held when `StoreUserData` ran. Not public.
    pub const HELD: &str = "held";
    /// True after the mail step, whether the mail was sent or withheld by the mail limit.
    pub const MAILED: &str = "mailed";
    /// The end of the window in which links are valid, in epoch milliseconds.
    pub const WINDOW_ENDS_AT: &str = "windowEndsAt";
    /// When the sign-up ended, in epoch milliseconds.
    pub const ENDED_AT: &str = "endedAt";
    /// The address. Personal, like the attributes below, except the campaign.
    pub const EMAIL: &str = "email";
    pub const NAME: &str = "name";
    pub const PHONE: &str = "phone";
    pub const LOCALE: &str = "locale";
    pub const CAMPAIGN: &str = "campaign";

    /// The attributes that are removed when a sign-up ends without an account.
    pub const PERSONAL: [&str; 4] = [EMAIL, NAME, PHONE, LOCALE];

    /// The attributes that are removed when the address alone is confirmed.
    pub const UNCONFIRMED: [&str; 2] = [NAME, PHONE];
}

/// `request#<hash>`, `address#<hash>` and `link#<hash>`: references to a user.
pub mod reference {
    /// The user that the item refers to.
    pub const USER_ID: &str = "userId";
    /// The keyed fingerprint of the request; only in `request#<hash>`.
    pub const FINGERPRINT: &str = "fingerprint";
}

/// `limit#<name>#<hash>`.
pub mod limit {
    /// When the bucket would be full if nobody took from it any more, in epoch milliseconds.
    pub const FULL_AT: &str = "fullAt";
}

/// `suppression#<hash>`.
pub mod suppression {
    /// Until when the address gets no mail, in epoch milliseconds.
    pub const UNTIL: &str = "until";
}

/// `verification#<id>`.
pub mod verification {
    /// The newest task token. A credential.
    pub const TASK_TOKEN: &str = "taskToken";
    /// The number of the attempt that the task token belongs to.
    pub const ATTEMPT: &str = "attempt";
    /// One of [`VerificationState`](super::VerificationState).
    pub const STATE: &str = "state";
    /// When it was confirmed, in epoch milliseconds; the first time counts.
    pub const CONFIRMED_AT: &str = "confirmedAt";
    /// What was confirmed, a [`ConfirmationScope`](crate::values::ConfirmationScope); the first choice counts.
    pub const SCOPE: &str = "scope";
    /// The end of the window in which links and codes are valid, in epoch milliseconds.
    pub const WINDOW_ENDS_AT: &str = "windowEndsAt";
    /// The contacts that it asks to confirm and that are not confirmed yet: a string set of
    /// [`Contact`](crate::values::Contact). Absent means the address alone. The last one to be confirmed stays in it, and the
    /// state tells: so it shows the same whatever a confirmation leads to.
    pub const UNCONFIRMED: &str = "unconfirmed";
    /// The codes of its mails: a string set of [`code_entry`](super::code_entry).
    pub const CODES: &str = "codes";
    /// The codes of its text messages, in the same form; absent for none.
    pub const PHONE_CODES: &str = "phoneCodes";
    /// When the first mail was made or the newest one was asked for, in epoch milliseconds.
    pub const LAST_MAIL_AT: &str = "lastMailAt";
    /// The number of mails that were asked for; absent for none.
    pub const MAIL_REQUESTS: &str = "mailRequests";
    /// True once the mail limit has granted the newest mail, so that retries take no other token; absent again when another mail
    /// is asked for, which takes a token of its own.
    pub const MAIL_GRANTED: &str = "mailGranted";
    /// How far the newest text message is, one of [`SmsState`](super::SmsState); absent before it is granted.
    pub const SMS: &str = "sms";
    /// When a mail of it bounced, or its recipient complained, in epoch milliseconds; absent for neither.
    pub const SUPPRESSED_AT: &str = "suppressedAt";
    /// The number of codes that were tried and were wrong, or whose outcome is still open; absent for none.
    pub const CODE_TRIES: &str = "codeTries";
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
    /// The failure of the last failed attempt: a status code, or the reason that there was none.
    pub const LAST_FAILURE: &str = "lastFailure";
    /// When the endpoint accepted it, in epoch milliseconds.
    pub const DELIVERED_AT: &str = "deliveredAt";
}

/// `endpoint#<hash>`. Absent until its circuit opens for the first time.
pub mod endpoint {
    /// `closed`, `open`, `half_open` or `disabled`.
    pub const STATE: &str = "state";
    /// Until when it gets no event, or its probe is waited for, or since when it is closed or disabled, in epoch milliseconds.
    pub const AT: &str = "at";
    /// The pauses in a row after which it was still unavailable.
    pub const PAUSES: &str = "pauses";
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Accepted, not yet stored.
    Pending,
    /// Stored, or held: a mail is sent, and a link may be followed.
    AwaitingVerification,
    /// The address is confirmed and claimed.
    Verified,
    /// The address was confirmed, but another user had confirmed it first. Not public.
    Superseded,
    /// Nobody can confirm it, since its mails bounce or are not wanted. Not public.
    Suppressed,
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
            Self::Suppressed => "suppressed",
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
            Self::Suppressed,
            Self::Expired,
            Self::Failed,
        ];
        all.into_iter().find(|status| status.as_str() == text)
    }
}

/// How far a text message is that was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsState {
    /// It is sent, or may have been: retries send no other.
    Sent,
    /// It was certainly not sent: a retry sends it.
    Unsent,
}

impl SmsState {
    /// The value in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Unsent => "unsent",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerificationState {
    /// Its links are valid.
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

/// The key of the unique-constraint item of an address.
pub fn address_key(address: &AddressHash) -> String {
    format!("address#{}", address.as_str())
}

/// The key of a token bucket, by the name of its limit and the hash of its subject.
pub fn limit_key(limit: &str, subject: &str) -> String {
    format!("limit#{limit}#{subject}")
}

pub fn verification_key(user: &UserId) -> String {
    format!("verification#{user}")
}

/// The code of an attempt's mail, in the set of a verification's codes.
pub fn code_entry(attempt: u64, code: &CodeHash) -> String {
    format!("{attempt}:{}", code.as_str())
}

/// The attempt and the code of an entry in the set of a verification's codes.
pub fn parse_code_entry(entry: &str) -> Option<(u64, CodeHash)> {
    let (attempt, hash) = entry.split_once(':')?;
    Some((attempt.parse().ok()?, CodeHash::from_table(hash)))
}

/// The contacts that are to be confirmed, by the attribute of a verification: the address alone if it is absent.
pub fn unconfirmed(attribute: Option<&[String]>) -> BTreeSet<Contact> {
    attribute.map_or_else(
        || BTreeSet::from([Contact::Email]),
        |names| names.iter().filter_map(|name| name.parse().ok()).collect(),
    )
}

/// The key of the suppression of an address.
pub fn suppression_key(recipient: &RecipientHash) -> String {
    format!("suppression#{}", recipient.as_str())
}

pub fn link_key(link: &LinkTokenHash) -> String {
    format!("link#{}", link.as_str())
}

/// The key of a user's webhook event.
pub fn delivery_key(user: &UserId, event: EventKind) -> String {
    match event {
        EventKind::SignedUp => format!("delivery#{user}"),
        EventKind::Verified => format!("delivery#{user}#verified"),
    }
}

/// The key of a webhook's endpoint, by the hash of its URL.
pub fn endpoint_key(hash: &str) -> String {
    format!("endpoint#{hash}")
}
