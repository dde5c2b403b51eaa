//! What is checked in the moment in which it happens.

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{TaskToken, UserId};
use get_user::SignUpRecord;
use notify_webhook::SignedEvent;

use super::{Rule, Watch};
use crate::inner::{Inner, START};
use crate::mailbox::Letter;
use crate::world::people::CAMPAIGN;

/// How many sign-ups may mail one address on one day: so few that people meet it.
pub(crate) const MAILS_PER_DAY: u32 = 2;

/// What is signed arrives so many milliseconds later at the most; a step that is late comes after the function's time.
const LONGEST_ON_THE_WAY: i64 = 60_000;

const DAY: i64 = 24 * 3_600_000;

impl Watch {
    /// Somebody reads where a sign-up stands.
    pub(crate) fn looked(&mut self, user: &UserId, record: Option<&SignUpRecord>) {
        self.record = record.cloned();
        if record.is_none() && self.accepted.contains(user) {
            self.violate(Rule::ToldTheTruth, "an accepted sign-up is not found");
        }
    }
}

impl Inner {
    /// A mail goes out.
    pub(crate) fn mailed(&mut self, letter: &Letter) {
        let owner = letter.user.and_then(|index| self.owners.get_index(index));
        let Some((user, _)) = owner else {
            self.watch.violate(Rule::MailForData, "a mail of no sign-up");
            return;
        };
        let Some(record) = self.table.users.get(user) else {
            self.watch
                .violate(Rule::MailForData, "a mail of a sign-up that is not recorded");
            return;
        };
        let name = self.name(user);
        if record.stored_at.is_none() {
            self.watch.violate(
                Rule::MailForData,
                format!("{name} is mailed and nothing is stored"),
            );
            return;
        }
        if !self.is_to_the_person(letter) {
            let found = format!("the mail of {name} goes to another address");
            self.watch.violate(Rule::MailForData, found);
            return;
        }
        if let Some(link) = &letter.link {
            let running = matches!(
                record.status,
                UserStatus::Pending | UserStatus::AwaitingVerification
            );
            if running && record.email.as_ref() != Some(&letter.to) {
                let found = format!("{name} is mailed a link at an address that is not stored");
                self.watch.violate(Rule::MailForData, found);
                return;
            }
            let known = self.table.find_link(&link.hash());
            if known.as_ref() != Some(user) {
                self.watch
                    .violate(Rule::KnownLinks, format!("the link of {name} is unknown"));
            }
        }
        self.check_the_cap(letter);
    }

    /// Judged by the people, not by what the code under test makes of an address.
    fn is_to_the_person(&self, letter: &Letter) -> bool {
        let mut people = self.plan.sign_ups.iter();
        let person = people.find(|person| person.number == letter.sign_up);
        person.is_none_or(|person| person.mailbox() == letter.to.expose())
    }

    /// The mail service will never take the mail of this sign-up.
    pub(crate) fn refused_for_good(&mut self) {
        let owner = self.running.user.and_then(|index| self.owners.get_index(index));
        if let Some((user, _)) = owner {
            let user = user.clone();
            self.watch.refused.insert(user);
        }
    }

    /// Grants are for days, and a mail may go out a little after its grant: what goes out just after midnight is left
    /// out.
    fn check_the_cap(&mut self, letter: &Letter) {
        let day = |at: i64| (START + at) / DAY;
        let counts = |other: &&Letter| {
            other.to == letter.to && day(other.at) == day(letter.at) && (START + other.at) % DAY > 180_000
        };
        let mut users: Vec<_> = self
            .mailbox
            .letters
            .iter()
            .chain([letter])
            .filter(counts)
            .collect();
        users.sort_by_key(|letter| letter.user);
        users.dedup_by_key(|letter| letter.user);
        if users.len() > usize::try_from(MAILS_PER_DAY).unwrap_or(usize::MAX) {
            self.watch
                .violate(Rule::MailCap, format!("{} sign-ups have mailed it", users.len()));
        }
    }

    /// A click has made a verification `confirming`.
    pub(crate) fn begun(&mut self, user: &UserId, before: Option<VerificationState>) {
        let Some(found) = self.table.verifications.get(user) else {
            return;
        };
        let late = self.running.started_at + START - found.window_ends_at.epoch_millis();
        if before == Some(VerificationState::Open) && late >= self.plan.largest_skew().max(1) {
            let found = format!("{} begins {late} ms after the end of its window", self.name(user));
            self.watch.violate(Rule::SpentInTime, found);
        }
        if before == Some(VerificationState::Spent) {
            let found = format!("{} is confirming again after it was spent", self.name(user));
            self.watch.violate(Rule::SpentOnce, found);
        }
    }

    /// Step Functions has taken a completion.
    pub(crate) fn completed(&mut self, token: &TaskToken) {
        let Some(user) = self.watch.tasks.get(token.expose()).cloned() else {
            return;
        };
        let times = self.watch.completed.entry(user.clone()).or_default();
        *times += 1;
        let times = *times;
        if times > 1 {
            let found = format!("{} has completed {times} tasks", self.name(&user));
            self.watch.violate(Rule::SpentOnce, found);
        }
        if !self.table.verifications.contains_key(&user) {
            let found = format!("{} has completed without a verification", self.name(&user));
            self.watch.violate(Rule::SpentOnce, found);
        }
    }

    /// The endpoint gets an event.
    pub(crate) fn receive(&mut self, signed: &SignedEvent, status: u16) {
        let event = &signed.event;
        let name = self.name(&event.user);
        // Endpoints refuse what is some minutes old, and with it what somebody replays.
        let age = START + self.now - signed.sent_at.epoch_millis();
        if age.abs() > self.plan.largest_skew() + LONGEST_ON_THE_WAY {
            let found = format!("the event of {name} is signed for {age} ms ago");
            self.watch.violate(Rule::SignedNow, found);
        }
        if !self.watch.stored.contains(&event.user) {
            self.watch
                .violate(Rule::WebhookForData, format!("{name} is told of and not stored"));
            return;
        }
        // Yesterday's machine told of none.
        if !event.content.contains(CAMPAIGN) && self.plan.deployed_at.is_none() {
            let found = format!("the event of {name} lacks the campaign that led there");
            self.watch.violate(Rule::OneEvent, found);
        }
        let now = (event.id.clone(), event.content.clone());
        let first = self
            .watch
            .received
            .entry(event.user.clone())
            .or_insert_with(|| now.clone());
        let stable = *first == now;
        let alone = self
            .watch
            .received
            .iter()
            .all(|(user, (id, _))| *user == event.user || *id != event.id);
        if !stable || !alone {
            self.watch.violate(
                Rule::OneEvent,
                format!("the event of {name} is another than before"),
            );
        }
        if (200..300).contains(&status) {
            self.watch.taken.insert(event.user.clone());
        } else if !matches!(status, 408 | 425 | 429 | 500..) {
            self.watch.turned_away.insert(event.user.clone());
        }
    }
}
