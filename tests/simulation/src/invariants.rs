//! Invariants: rules that every run must satisfy, and the monitor that collects the facts to check them with.

use std::collections::{BTreeMap, BTreeSet};

use contracts::notify_webhook::EventKind;
use contracts::table::UserStatus;
use contracts::values::{ConfirmationScope, UserId};
use get_user::SignUpRecord;

use crate::scenario::Content;
use crate::state::State;

mod continuous;
mod final_state;
mod limits;
mod on_event;
mod responses;
mod suppression;
mod texts;

pub(crate) use limits::LIMITS;

/// The violation of an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The violated invariant.
    pub invariant: Invariant,
    /// The observation that violates it. Users are numbered in the order in which they were accepted.
    pub found: String,
}

macro_rules! invariants {
    ($($name:ident = $text:literal,)+) => {
        /// A rule that every run must satisfy.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Invariant { $(#[doc = $text] $name,)+ }

        impl Invariant {
            /// The invariant in words.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

invariants! {
    SupersededOnlyByVerified = "a sign-up is held or superseded only if another user is verified for the same address",
    OneAccount = "each claimed address belongs to one verified account, and each verified account has its address and the data that was confirmed",
    FinalStatusIsStable = "a sign-up that has ended keeps its final status",
    NoMailBeforeStorage = "a mail is sent only for stored data and only to the address of the sign-up",
    MailedLinkIsStored = "a link and a code are stored before they are mailed",
    MailedFlagIsAccurate = "a mail is recorded as sent if and only if it was sent or withheld by the mail limit",
    MailsAreBounded = "a sign-up sends at most one mail, one more for each that was asked for, and one more for each fault",
    MailLimit = "sign-ups mail a mailbox, whatever the tag of its address, only as often as its bucket refills",
    RequestLimit = "a source signs up, at all and for one mailbox, confirms and asks for other mails only as often as its buckets refill",
    OthersAreNotLimited = "a source is limited only by its own requests",
    NoWebhookBeforeStorage = "a webhook is sent only for stored data",
    WebhookIsIdempotent = "all attempts of a webhook carry the campaign, the same id and the same content, and ids are unique",
    SignatureIsFresh = "each attempt of a webhook is signed with its own time",
    LinkSpentOnce = "a link is spent at most once",
    CompletionNeedsVerification = "a task is completed only for a user with a verification",
    ConfirmedInWindow = "a confirmation begins before the window ends, by the clock of Step Functions",
    ChoiceCounts = "a confirmation confirms what its person chose, and nothing else confirms: no look at a link, and no guess",
    ConfirmationIsPrompt = "without a fault, a sign-up whose confirmation was answered with 202 is verified or superseded within a minute",
    ValidLinkIsAccepted = "a valid link is not refused",
    ConfirmationIsKept = "a sign-up whose confirmation was answered with 202 is verified or superseded",
    ClicksTerminate = "a link that is followed repeatedly is finally answered",
    AcceptedIsStarted = "a sign-up that was answered with 202 is recorded and its workflow is started",
    IdempotencyKey = "requests for one address with the same idempotency key get the same sign-up, or a refusal if they differ, and no others do",
    MailRequestsAreBounded = "a person gets at most five other mails for a sign-up, a minute apart",
    MailRequestIsAnswered = "another mail is refused only if one was just made, five were asked for, or the sign-up has publicly ended",
    RequestedMailIsSent = "every other mail that was asked for and accepted is sent",
    ConfirmationIsNotTurnedAway = "without a fault, no confirmation gets a 5xx: it does not matter whether a task waits",
    PreviewIsTrue = "the preview of a link shows what was signed up with",
    CodeTriesAreBounded = "no more codes are compared for a sign-up than it has tries",
    InvalidCodeGets422 = "every code that does not work gets the same 422, and confirms nothing",
    InvalidLinkGets410 = "every link that does not work gets the same 410",
    StatusMatchesTable = "the status endpoint answers what the table says",
    EveryExecutionEnds = "every accepted sign-up ends, and its execution ends with the same outcome",
    FailsOnlyIfMailRefused = "a sign-up fails only if its mail was refused permanently; no outage of an hour makes it fail, and no quota of mails that is used up for 18 hours",
    SignUpEndedIsTrue = "a function fails with `SignUpEnded` only if the sign-up has ended",
    UsedLinkIsSpent = "a link that was used successfully does not work again",
    NoEarlyExpiry = "no sign-up expires before its window ends",
    DataIsRemoved = "no task token, link or personal data remains after a sign-up without an account",
    WebhookIsNotLost = "every webhook is finally delivered, or kept as dead, and none is falsely marked as delivered",
    DeadOnlyAtTheEnd = "a webhook is dead only if the endpoint is gone, or did not accept it at any attempt of its redelivery, or was unavailable for a week",
    EndpointIsSpared = "an endpoint whose circuit is open, or that is gone, gets no webhook",
    RedeliveriesAreLimited = "the endpoint gets redeliveries only as often as their bucket refills",
    TextIsPlain = "a text message goes to the number of the sign-up, with a stored code, and without a link or personal data",
    TextCountries = "no text message goes to a country that is not on the allow-list",
    TextLimit = "sign-ups text a number, and the numbers of a range, only as often as their buckets refill",
    TextsAreBounded = "a sign-up sends at most one text message, and one more for each that was asked for; no retry sends another",
    RequestedTextIsSent = "every text message that was asked for is sent, unless a limit withholds it or the service fails",
    RefusedNumberIsDropped = "a number that the service refuses is not asked for any more, and no other is dropped",
    UnconfirmedIsAccurate = "what is left to be confirmed is what was asked for, without what was confirmed or dropped",
    AllContactsAreConfirmed = "a sign-up is verified only if all that was asked for was confirmed, or its address alone by a link",
    AllConfirmedIsVerified = "a sign-up that has confirmed all that was asked for is verified or superseded, unless a bounce had ended it before",
    NoPersonalData = "no response, no result of a task and no failure contains an address, a phone number, a link or a code",
    NoMailAfterSuppression = "no mail is granted to an address after a bounce or a complaint was recorded",
    SuppressedOnlyByEvent = "a sign-up is suppressed only if a mail to its address bounced, or its recipient complained",
    SuppressionEndsTheWait = "a sign-up that is marked because of a bounce ends as suppressed, unless it is confirmed, and without a fault within a minute",
    NonInterference = "responses and their times do not depend on whether an address has an account",
    Terminates = "every run terminates",
}

/// The facts of a run that the invariants are checked with.
#[derive(Debug, Default)]
pub(crate) struct Monitor {
    pub(crate) violation: Option<Violation>,
    /// The users whose data was stored.
    pub(crate) stored: BTreeSet<UserId>,
    /// The users whose workflow was started.
    pub(crate) started: BTreeSet<UserId>,
    /// The users whose sign-up got a 202.
    accepted: BTreeSet<UserId>,
    /// When the first click of each user got a 202.
    confirmed: BTreeMap<UserId, i64>,
    /// How many requests that need a token were answered, by limit and subject.
    answered: BTreeMap<(&'static str, limits::Subject), usize>,
    /// The facts about phones.
    pub(crate) phones: texts::Facts,
    /// The user of each task token.
    pub(crate) tasks: BTreeMap<String, UserId>,
    /// When each user's other mails were taken.
    mails_taken: BTreeMap<UserId, Vec<i64>>,
    /// How often Step Functions was asked for another mail of each user.
    mails_asked: BTreeMap<UserId, usize>,
    /// When it was last asked for another mail of each user, and no task waited.
    asked_in_vain: BTreeMap<UserId, i64>,
    /// How many requests for other mails of each user got a 202.
    mails_accepted: BTreeMap<UserId, usize>,
    /// The users who were told that another mail comes by a clock that is slow, and may be too late for it.
    asked_late: BTreeSet<UserId>,
    /// What each user's mails confirmed first.
    pub(crate) scopes: BTreeMap<UserId, ConfirmationScope>,
    /// How many tries of codes each user's sign-up has used, without those that were given back.
    pub(crate) tries: BTreeMap<UserId, i64>,
    /// The users whose sign-up had no try left once.
    pub(crate) exhausted: BTreeSet<UserId>,
    /// How many tasks were completed for each user.
    completed: BTreeMap<UserId, u32>,
    /// The id and content of the first attempt of each webhook.
    received: BTreeMap<(UserId, EventKind), (String, String)>,
    /// The webhooks that the endpoint has accepted.
    delivered: BTreeSet<(UserId, EventKind)>,
    /// Whether the endpoint has answered that it wants no webhooks any more.
    is_endpoint_gone: bool,
    /// When the circuit was last opened or disabled.
    circuit_opened_at: Option<i64>,
    /// The invocations that have probed the endpoint.
    probers: BTreeSet<usize>,
    /// When the endpoint last did not accept a webhook.
    pub(crate) endpoint_failed_at: Option<i64>,
    /// The users whose mail was rejected permanently.
    mail_rejected: BTreeSet<UserId>,
    /// When tokens were taken, by limit and subject, by the clock of the function that took them.
    pub(crate) tokens: BTreeMap<(&'static str, limits::Subject), Vec<i64>>,
    /// How many sign-ups each source has had accepted for each mailbox.
    new_sign_ups: BTreeMap<limits::Subject, usize>,
    /// The users that were granted a mail, and whether a retry of the newest one takes no other token.
    granted: BTreeMap<UserId, bool>,
    /// The addresses, as the scenario has them, whose bounce or complaint is recorded.
    pub(crate) suppressed: BTreeSet<String>,
    /// When each user's verification was marked because of a bounce.
    pub(crate) marked: BTreeMap<UserId, i64>,
    /// The users whose mail the limit has withheld, or the suppression of the address.
    pub(crate) withheld: BTreeSet<UserId>,
    /// The first sign-up of each idempotency key and mailbox: its user, its content and when it was recorded.
    keys: BTreeMap<(u8, String), (UserId, Content, i64)>,
    /// The last status of each user.
    statuses: BTreeMap<UserId, UserStatus>,
    /// The record that the running `get-user` has read.
    record: Option<SignUpRecord>,
    /// The body of the first response to a link that does not work.
    gone: Option<String>,
    /// The body of the first response to a code that does not work.
    wrong_code: Option<String>,
}

impl Monitor {
    /// Records a violation, unless there was one before.
    pub(crate) fn violate(&mut self, invariant: Invariant, found: impl Into<String>) {
        self.violation.get_or_insert_with(|| Violation {
            invariant,
            found: found.into(),
        });
    }
}

impl State {
    /// The name of a user in traces and violations.
    fn name(&self, user: &UserId) -> String {
        match self.owners.get_full(user) {
            Some((index, _, sign_up)) => format!("user {index} (sign-up {sign_up})"),
            None => "an account from before the run".to_owned(),
        }
    }

    /// Records the violations among the results of some checks.
    fn report<const N: usize>(&mut self, checks: [(Invariant, Result<(), String>); N]) {
        for (invariant, result) in checks {
            if let Err(found) = result {
                self.monitor.violate(invariant, found);
            }
        }
    }
}
