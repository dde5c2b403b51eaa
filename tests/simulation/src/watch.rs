//! What must always hold: facts are collected where they happen, and held against each other at every step.

use std::collections::{BTreeMap, BTreeSet};

use contracts::table::UserStatus;
use contracts::values::UserId;
use get_user::SignUpRecord;

use crate::inner::Inner;

mod answers;
mod at_every_step;
mod at_the_end;
mod when_it_happens;

pub(crate) use when_it_happens::MAILS_PER_DAY;

/// Something that must always hold did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What must hold.
    pub rule: Rule,
    /// What was found instead. Users are numbered in the order in which they were accepted.
    pub found: String,
}

macro_rules! rules {
    ($($(#[$meta:meta])* $name:ident = $text:literal,)+) => {
        /// What must always hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule { $(#[doc = $text] $name,)+ }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The rule in words.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

rules! {
    ForAReason = "an address is held, or confirmed by another before, only if another has this very address",
    OneAccount = "each claimed address is of one verified account, and each verified account has its address and its data",
    EndsOnce = "a sign-up that has ended stays as it ended",
    MailForData = "nobody is mailed for data that is not stored, or at another address",
    KnownLinks = "a mailed link is known when it arrives",
    Mailed = "a mail is recorded as sent if it went out or was withheld by the cap, and only then",
    OneMail = "a sign-up mails once, and once more at the most for each fault",
    MailCap = "no more sign-ups mail one address on one day than may",
    WebhookForData = "no webhook is told of data that is not stored",
    OneEvent = "every attempt of a webhook carries the campaign, the same id and the same content, and no two users the same id",
    SignedNow = "every attempt of a webhook is signed for the moment in which it is made",
    SpentOnce = "a link is spent at most once",
    SpentInTime = "a link is begun to be spent before its window ends, by the clock of Step Functions",
    GoodLinksWork = "a link that works is not refused",
    ClicksCount = "whoever was told that the address is confirmed has an account, or came second",
    ClicksEnd = "whoever keeps following a link gets an answer",
    Started = "a sign-up that was answered with 202 is started",
    SameKey = "the same idempotency key gets the same sign-up, and another request with it a refusal",
    ToldTheTruth = "the status endpoint tells what the table says",
    Ended = "every accepted sign-up ends, and its workflow ends alike",
    Reasons = "a sign-up fails only if its mail was refused for good: no outage of an hour makes it fail",
    SaysEnded = "a function says that a sign-up has ended only if it has",
    UsedUp = "a link that was used is of no use any more",
    Expires = "nobody expires before the window ends",
    NothingLeft = "nothing is left behind: no task token, no link, no personal data without an account",
    Delivered = "every event is delivered or kept as undelivered, and none is marked as delivered that was not",
    Persistent = "an event stays undelivered only if the endpoint refused it for good, or more went wrong than it is tried again for",
    NothingPersonal = "no answer and no failure holds an address or a link",
    SameAnswers = "a stranger gets the same answers at the same times whether or not an address has an account",
    Quiet = "a run comes to an end",
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pub(crate) violation: Option<Violation>,
    /// The users whose data was stored.
    pub(crate) stored: BTreeSet<UserId>,
    /// The users whose workflow was started.
    pub(crate) started: BTreeSet<UserId>,
    /// The users whose sign-up was answered with 202.
    pub(crate) accepted: BTreeSet<UserId>,
    /// The users whose click was answered with 202.
    confirmed: BTreeSet<UserId>,
    /// Which user a task token is of.
    pub(crate) tasks: BTreeMap<String, UserId>,
    completed: BTreeMap<UserId, u32>,
    received: BTreeMap<UserId, (String, String)>,
    taken: BTreeSet<UserId>,
    /// The users whose event the endpoint has refused for good.
    turned_away: BTreeSet<UserId>,
    /// The users whose mail was refused for good.
    pub(crate) refused: BTreeSet<UserId>,
    /// The users whose mail the cap has withheld.
    pub(crate) withheld: BTreeSet<UserId>,
    keys: BTreeMap<u8, (UserId, String, i64)>,
    statuses: BTreeMap<UserId, UserStatus>,
    record: Option<SignUpRecord>,
    gone: Option<String>,
}

impl Watch {
    pub(crate) fn violate(&mut self, rule: Rule, found: impl Into<String>) {
        if self.violation.is_none() {
            let found = found.into();
            self.violation = Some(Violation { rule, found });
        }
    }
}

impl Inner {
    /// A user as people who read a timeline know it.
    pub(crate) fn name(&self, user: &UserId) -> String {
        match (self.owners.get_index_of(user), self.owners.get(user)) {
            (Some(index), Some(sign_up)) => format!("user {index} (sign-up {sign_up})"),
            _ => "an account from before".to_owned(),
        }
    }
}
