//! The table in memory: a model of the functions' DynamoDB adapters, with one method per adapter call.
//!
//! `tests/contract` compares it with the adapters on an embedded DynamoDB.

use std::collections::BTreeSet;

use contracts::notify_webhook::{Delivery, EventKind};
use contracts::table::{SmsState, UserStatus, VerificationState};
use contracts::values::{
    Campaign, CodeHash, ConfirmationScope, Contact, EmailAddress, Locale, PersonName, PhoneNumber, TaskToken,
    Timestamp, UserId,
};
use indexmap::IndexMap;
use notify_webhook::Circuit;

mod accepting;
mod confirming;
mod delivering;
mod ending;
mod expiry;
mod items;
mod limiting;
mod mailing;
mod storing;
mod suppressing;
mod texting;
mod validating;

pub use items::{ENDPOINT, Items};

/// The items of the table, by kind.
///
/// The maps keep insertion order, so that runs do not depend on the random ids.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub(crate) users: IndexMap<UserId, User>,
    pub(crate) requests: IndexMap<String, Request>,
    pub(crate) claims: IndexMap<String, UserId>,
    /// By key.
    pub(crate) buckets: IndexMap<String, Bucket>,
    pub(crate) verifications: IndexMap<UserId, Verification>,
    pub(crate) links: IndexMap<String, Link>,
    /// Until when the addresses of these hashes get no mail.
    pub(crate) suppressions: IndexMap<String, Timestamp>,
    pub(crate) deliveries: IndexMap<(UserId, EventKind), Event>,
    /// The endpoint's circuit, once it was opened.
    pub(crate) circuit: Option<Circuit>,
}

/// The item `user#<id>`.
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
    /// Whether it holds personal data.
    pub(crate) fn is_personal(&self) -> bool {
        self.email.is_some() || self.name.is_some() || self.phone.is_some() || self.locale.is_some()
    }

    /// Removes the personal data, when a sign-up ends without an account.
    fn remove_personal_data(&mut self) {
        self.email = None;
        self.name = None;
        self.phone = None;
        self.locale = None;
    }
}

/// The item `request#<hash>`.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) user: UserId,
    pub(crate) fingerprint: String,
    pub(crate) expires_at: i64,
}

/// The item `limit#<name>#<hash>`.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    /// In epoch milliseconds.
    pub(crate) full_at: i64,
    pub(crate) expires_at: i64,
}

/// The item `verification#<id>`.
#[derive(Debug, Clone)]
pub(crate) struct Verification {
    pub(crate) task_token: TaskToken,
    pub(crate) attempt: u64,
    pub(crate) state: VerificationState,
    pub(crate) window_ends_at: Timestamp,
    pub(crate) expires_at: i64,
    /// The codes of its mails, by attempt; an attempt that was called twice has several.
    pub(crate) codes: Vec<(u64, CodeHash)>,
    /// The codes of its text messages, in the same way.
    pub(crate) phone_codes: Vec<(u64, CodeHash)>,
    /// What is to be confirmed; `None` for the address alone.
    pub(crate) unconfirmed: Option<BTreeSet<Contact>>,
    /// When the first mail was made or the newest one was asked for.
    pub(crate) last_mail_at: Timestamp,
    /// The mails that were asked for; `None` before the first.
    pub(crate) mail_requests: Option<i64>,
    /// Whether the newest mail has its token.
    pub(crate) mail_granted: bool,
    /// How far the newest text message is; `None` before it is claimed.
    pub(crate) sms: Option<SmsState>,
    /// What was confirmed first, and when.
    pub(crate) confirmed: Option<(Timestamp, ConfirmationScope)>,
    /// When a mail of it bounced, or its recipient complained.
    pub(crate) suppressed_at: Option<Timestamp>,
    /// The codes that were tried; `None` before the first.
    pub(crate) code_tries: Option<i64>,
}

/// The item `link#<hash>`.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) user: UserId,
    pub(crate) expires_at: i64,
}

/// The item `delivery#<id>`, or the other of a user. Recording an attempt creates the item if it does not exist, as `UpdateItem` does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    pub(crate) status: Option<Delivery>,
    pub(crate) webhook_id: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) last_failure: Option<String>,
    pub(crate) delivered_at: Option<Timestamp>,
}
