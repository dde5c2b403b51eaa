//! Invariants of the limits, with subjects that do not depend on how the code under test computes them.

use contracts::values::{Timestamp, UserId};

use super::Invariant;
use crate::phones;
use crate::scenario::SignUp;
use crate::state::State;

const HOUR: i64 = 3_600_000;

/// A limit, so low that scenarios reach it.
pub(crate) struct Limit {
    /// The name in the code under test.
    name: &'static str,
    pub(crate) setting: &'static str,
    pub(crate) tokens: usize,
    /// The time in which an empty bucket fills, in milliseconds.
    period: i64,
}

const PER_SOURCE: Limit = Limit {
    name: "sign-ups-per-source",
    setting: "SIGN_UPS_PER_SOURCE_PER_HOUR",
    tokens: 5,
    period: HOUR,
};

const PER_MAILBOX_AND_SOURCE: Limit = Limit {
    name: "sign-ups-per-mailbox-and-source",
    setting: "SIGN_UPS_PER_MAILBOX_AND_SOURCE_PER_DAY",
    tokens: 4,
    period: 24 * HOUR,
};

const CONFIRMATIONS: Limit = Limit {
    name: "confirmations-per-source",
    setting: "CONFIRMATIONS_PER_SOURCE_PER_HOUR",
    tokens: 120,
    period: HOUR,
};

const MAIL_REQUESTS: Limit = Limit {
    name: "mail-requests-per-source",
    setting: "MAIL_REQUESTS_PER_SOURCE_PER_HOUR",
    tokens: 6,
    period: HOUR,
};

const MAILS: Limit = Limit {
    name: "mails-per-mailbox",
    setting: "MAILS_PER_MAILBOX_PER_DAY",
    tokens: 2,
    period: 24 * HOUR,
};

pub(super) const TEXTS_PER_NUMBER: Limit = Limit {
    name: "sms-per-number",
    setting: "SMS_PER_NUMBER_PER_DAY",
    tokens: 3,
    period: 24 * HOUR,
};

pub(super) const TEXTS_PER_RANGE: Limit = Limit {
    name: "sms-per-range",
    setting: "SMS_PER_RANGE_PER_HOUR",
    tokens: 3,
    period: HOUR,
};

const REDELIVERIES: Limit = Limit {
    name: "redeliveries",
    setting: "WEBHOOK_REDELIVERIES_PER_SECOND",
    tokens: 1,
    period: 1_000,
};

pub(crate) const LIMITS: [Limit; 8] = [
    PER_SOURCE,
    PER_MAILBOX_AND_SOURCE,
    CONFIRMATIONS,
    MAIL_REQUESTS,
    MAILS,
    TEXTS_PER_NUMBER,
    TEXTS_PER_RANGE,
    REDELIVERIES,
];

/// What a bucket is for: the source and the mailbox, where the limit has them; the number or its range.
pub(crate) type Subject = (Option<u8>, Option<&'static str>);

/// All addresses of a scenario are one mailbox: they differ in their tags.
const MAILBOX: &str = "person";

impl Limit {
    fn subject(&self, person: &SignUp) -> Subject {
        match self.name {
            "sign-ups-per-source" | "confirmations-per-source" | "mail-requests-per-source" => {
                (Some(person.source), None)
            }
            "mails-per-mailbox" => (None, Some(MAILBOX)),
            "redeliveries" => (None, None),
            "sms-per-number" => (person.phone, None),
            "sms-per-range" => (person.phone.map(phones::range), None),
            _ => (Some(person.source), Some(MAILBOX)),
        }
    }

    /// How many tokens a bucket gives at most from its first token until this time later, in milliseconds.
    fn most(&self, after: i64) -> i64 {
        let tokens = i64::try_from(self.tokens).unwrap_or(i64::MAX);
        tokens + after / (self.period / tokens)
    }
}

impl State {
    fn running_person(&self) -> Option<SignUp> {
        self.scenario.sign_up(self.running.sign_up).cloned()
    }

    /// The running sign-up takes a token of this limit.
    pub(crate) fn on_token_taken(&mut self, name: &str, at: Timestamp) {
        let Some(person) = self.running_person() else {
            return;
        };
        let Some(limit) = LIMITS.iter().find(|limit| limit.name == name) else {
            let found = format!("there is no limit `{name}`");
            return self.monitor.violate(Invariant::RequestLimit, found);
        };
        let invariant = match name {
            "redeliveries" => Invariant::RedeliveriesAreLimited,
            _ => Invariant::RequestLimit,
        };
        self.count_token(limit, &person, at, invariant);
    }

    /// The sign-up of this user may mail its mailbox.
    pub(crate) fn on_mail_granted(&mut self, user: &UserId, at: Timestamp) {
        self.check_is_not_suppressed(user);
        if !self.table.verifications.contains_key(user)
            || self.monitor.granted.insert(user.clone(), true) == Some(true)
        {
            return;
        }
        if let Some(person) = self.running_person() {
            self.count_token(&MAILS, &person, at, Invariant::MailLimit);
        }
    }

    pub(super) fn count_token(
        &mut self,
        limit: &Limit,
        person: &SignUp,
        at: Timestamp,
        invariant: Invariant,
    ) {
        let times = self
            .monitor
            .tokens
            .entry((limit.name, limit.subject(person)))
            .or_default();
        times.push(at.epoch_millis());
        times.sort_unstable();
        let Some(last) = times.last().copied() else {
            return;
        };
        let too_many = times.iter().rev().zip(1_i64..).find(|(first, count)| {
            let most = limit.most(last - **first);
            *count > most
        });
        if let Some((first, count)) = too_many {
            let found = format!("{count} tokens of {} in {} ms", limit.name, last - first);
            self.monitor.violate(invariant, found);
        }
    }

    /// A mail is sent to the mailbox of this user.
    pub(super) fn check_mail_was_granted(&mut self, user: &UserId) {
        if !self.monitor.granted.contains_key(user) {
            let found = format!("{} is mailed without a token", self.name(user));
            self.monitor.violate(Invariant::MailLimit, found);
        }
    }

    /// `create-user` has accepted the running sign-up as a new one: it must have taken a token of both limits.
    pub(crate) fn on_new_sign_up(&mut self) {
        let Some(person) = self.running_person() else {
            return;
        };
        for limit in [PER_SOURCE, PER_MAILBOX_AND_SOURCE] {
            let subject = limit.subject(&person);
            let accepted = self.monitor.new_sign_ups.entry(subject).or_default();
            *accepted += 1;
            let accepted = *accepted;
            let taken = self
                .monitor
                .tokens
                .get(&(limit.name, subject))
                .map_or(0, Vec::len);
            if accepted > taken {
                let found = format!("{accepted} sign-ups for {taken} tokens of {}", limit.name);
                self.monitor.violate(Invariant::RequestLimit, found);
            }
        }
    }

    /// A request of this person was neither limited nor failed: it must have taken a token.
    pub(crate) fn on_answered(&mut self, person: &SignUp, request: &str) {
        let limit = match request {
            "link" | "code" => CONFIRMATIONS,
            "another mail" => MAIL_REQUESTS,
            _ => return,
        };
        let subject = (limit.name, limit.subject(person));
        let answered = self.monitor.answered.entry(subject).or_default();
        *answered += 1;
        let answered = *answered;
        let taken = self.monitor.tokens.get(&subject).map_or(0, Vec::len);
        if answered > taken {
            let found = format!("{answered} requests for {taken} tokens of {}", limit.name);
            self.monitor.violate(Invariant::RequestLimit, found);
        }
    }

    /// A request of this person gets a 429: the person's own source must have emptied a bucket.
    ///
    /// A request that began before the newest token was taken, by its own clock, sees the bucket less full by that time: the
    /// last token is not there for it.
    pub(crate) fn on_limited(&mut self, person: &SignUp, request: &str) {
        let began_at = self.began_at().epoch_millis();
        let emptied = |limit: &Limit| {
            let taken = self.monitor.tokens.get(&(limit.name, limit.subject(person)));
            let taken = taken.map(Vec::as_slice).unwrap_or_default();
            let is_late = taken.last().is_some_and(|newest| began_at < *newest);
            taken.len() + usize::from(is_late) >= limit.tokens
        };
        let limited = match request {
            "sign-up" => emptied(&PER_SOURCE) || emptied(&PER_MAILBOX_AND_SOURCE),
            "another mail" => emptied(&MAIL_REQUESTS),
            _ => emptied(&CONFIRMATIONS),
        };
        if !limited {
            let found = format!("sign-up {} is limited by the requests of others", person.number);
            self.monitor.violate(Invariant::OthersAreNotLimited, found);
        }
    }
}
