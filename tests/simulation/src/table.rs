//! The table, in memory: each call is one call of an adapter, and means what the adapter's conditions mean.
//!
//! `tests/contract.rs` holds it against the adapters themselves on an embedded DynamoDB.

use contracts::notify_webhook::Delivery;
use contracts::table::{UserStatus, VerificationState};
use contracts::values::{
    Campaign, EmailAddress, Locale, PersonName, PhoneNumber, TaskToken, Timestamp, UserId,
};
use indexmap::{IndexMap, IndexSet};

mod accepting;
mod confirming;
mod delivering;
mod ending;
mod items;
mod storing;
mod sweeping;
mod validating;

pub use items::Items;

/// All that the functions keep.
///
/// Maps keep the order in which keys came, so that nothing follows from what an id happens to be.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub(crate) users: IndexMap<UserId, User>,
    pub(crate) requests: IndexMap<String, Request>,
    pub(crate) claims: IndexMap<String, UserId>,
    pub(crate) grants: IndexMap<(String, i64), Grants>,
    pub(crate) verifications: IndexMap<UserId, Verification>,
    pub(crate) links: IndexMap<String, Link>,
    pub(crate) deliveries: IndexMap<UserId, Event>,
}

/// `user#<id>`.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) status: UserStatus,
    pub(crate) fingerprint: String,
    pub(crate) accepted_at: Timestamp,
    pub(crate) stored_at: Option<Timestamp>,
    pub(crate) held: bool,
    pub(crate) mailed: bool,
    pub(crate) window_ends_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) name: Option<PersonName>,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) locale: Option<Locale>,
    pub(crate) campaign: Option<Campaign>,
}

impl User {
    /// Whether anything of it is about the person.
    pub(crate) fn is_personal(&self) -> bool {
        self.email.is_some() || self.name.is_some() || self.phone.is_some() || self.locale.is_some()
    }

    /// What is removed when a sign-up ends without an account.
    fn forget_the_person(&mut self) {
        self.email = None;
        self.name = None;
        self.phone = None;
        self.locale = None;
    }
}

/// `request#<hash>`.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) user: UserId,
    pub(crate) fingerprint: String,
    pub(crate) expires_at: i64,
}

/// `mails#<hash>#<day>`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grants {
    pub(crate) users: IndexSet<UserId>,
    pub(crate) expires_at: i64,
}

/// `verification#<id>`.
#[derive(Debug, Clone)]
pub(crate) struct Verification {
    pub(crate) task_token: TaskToken,
    pub(crate) attempt: u64,
    pub(crate) state: VerificationState,
    pub(crate) window_ends_at: Timestamp,
    pub(crate) expires_at: i64,
}

/// `link#<hash>`.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) user: UserId,
    pub(crate) expires_at: i64,
}

/// `delivery#<id>`. An attempt that is recorded without an event makes an item of its own, as `UpdateItem` does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    pub(crate) status: Option<Delivery>,
    pub(crate) webhook_id: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) last_failure: Option<String>,
    pub(crate) delivered_at: Option<Timestamp>,
}
