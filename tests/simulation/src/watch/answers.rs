//! What is checked when somebody is answered.

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{LinkToken, UserId};
use serde_json::{Value, json};

use super::Rule;
use crate::fault::Function;
use crate::inner::{Inner, START};

/// How long an idempotency key is surely remembered, in milliseconds.
const KEY_IS_KEPT: i64 = 23 * 3_600_000;

impl Inner {
    /// A sign-up is answered with 202.
    pub(crate) fn accepted(&mut self, user: &UserId, key: Option<u8>) {
        let name = self.name(user);
        if !self.table.users.contains_key(user) {
            self.watch
                .violate(Rule::Started, format!("{name} is not recorded"));
        }
        if !self.watch.started.contains(user) {
            self.watch
                .violate(Rule::Started, format!("{name} is not started"));
        }
        if let Some(key) = key {
            let now = self.now;
            let (first, at) = self.watch.keys.entry(key).or_insert_with(|| (user.clone(), now));
            if first != user && now - *at < KEY_IS_KEPT {
                self.watch
                    .violate(Rule::SameKey, format!("{name} has the key of another"));
            }
        }
        self.watch.accepted.insert(user.clone());
    }

    /// Somebody is told where a sign-up stands.
    pub(crate) fn told(&mut self, status: u64, body: &Value) {
        let record = self.watch.record.take();
        let Some(record) = record.filter(|_| status == 200) else {
            return;
        };
        let now = self.time_of(Function::GetUser);
        let over = record.window_ends_at.is_some_and(|end| end <= now);
        let public = match record.status {
            UserStatus::Pending => "pending",
            UserStatus::Verified => "verified",
            UserStatus::Failed => "failed",
            UserStatus::Expired => "expired",
            UserStatus::AwaitingVerification | UserStatus::Superseded if over => "expired",
            UserStatus::AwaitingVerification | UserStatus::Superseded => "awaiting_verification",
        };
        let followed = matches!(record.status, UserStatus::Verified | UserStatus::Superseded);
        let steps = json!({
            "stored": record.stored,
            "mailed": record.mailed || followed,
            "confirmed": public == "verified",
        });
        let told = (body.get("status"), body.get("steps"));
        if told != (Some(&json!(public)), Some(&steps)) {
            let found = format!("{public} is told as {:?}, {:?}", told.0, told.1);
            self.watch.violate(Rule::ToldTheTruth, found);
        }
    }

    /// A click is answered.
    pub(crate) fn clicked(&mut self, link: &LinkToken, status: u64, body: &Value, asked_at: i64) {
        let user = self.table.find_link(&link.hash());
        match status {
            202 => {
                if let Some(user) = &user {
                    self.check_used_up(user);
                }
                self.watch.confirmed.extend(user);
            }
            410 => {
                let body = body.to_string();
                let first = self.watch.gone.get_or_insert_with(|| body.clone());
                if *first != body {
                    self.watch.violate(
                        Rule::SameAnswers,
                        "there are two answers for links that do not work",
                    );
                }
                if let Some(user) = user {
                    self.refused(&user, asked_at);
                }
            }
            _ => {}
        }
    }

    /// Where nothing went wrong, the verification is spent when the person hears of it.
    fn check_used_up(&mut self, user: &UserId) {
        let sign_up = self.running.sign_up;
        let hurt = self.hurt_by_sign_up.get(&sign_up).copied().unwrap_or_default() > 0;
        let state = self.table.verifications.get(user).map(|found| found.state);
        if !hurt && state != Some(VerificationState::Spent) {
            let found = format!("the link of {} was used and still works", self.name(user));
            self.watch.violate(Rule::UsedUp, found);
        }
    }

    fn refused(&mut self, user: &UserId, asked_at: i64) {
        let Some(found) = self.table.verifications.get(user) else {
            return;
        };
        let waits = self
            .table
            .users
            .get(user)
            .is_some_and(|user| user.status == UserStatus::AwaitingVerification);
        let end = found.window_ends_at.epoch_millis() - START;
        let late = asked_at >= end - self.plan.largest_skew();
        if waits && found.state != VerificationState::Spent && !late {
            let found = format!("{} is refused with {} ms left", self.name(user), end - asked_at);
            self.watch.violate(Rule::GoodLinksWork, found);
        }
    }

    /// A task's function has failed, whoever may hear of it: an operator looks after what is logged as an error.
    pub(crate) fn failed(&mut self, user: Option<usize>, error: &str) {
        let found = user.and_then(|index| self.owners.get_index(index));
        let Some((user, _)) = found.filter(|_| error == "SignUpEnded") else {
            return;
        };
        let spent = |found: &crate::table::Verification| found.state == VerificationState::Spent;
        let runs = self.table.status(user) == Some(UserStatus::AwaitingVerification);
        if runs && !self.table.verifications.get(user).is_some_and(spent) {
            let found = format!("{} is said to have ended, and runs", self.name(user));
            self.watch.violate(Rule::SaysEnded, found);
        }
    }

    /// Whatever is said to the outside.
    pub(crate) fn said(&mut self, text: &str) {
        let link = |letter: &crate::mailbox::Letter| {
            letter
                .link
                .as_ref()
                .is_some_and(|link| text.contains(&link.expose()))
        };
        if text.contains("example.org") || self.mailbox.letters.iter().any(link) {
            self.watch
                .violate(Rule::NothingPersonal, "an address or a link is told");
        }
    }
}
