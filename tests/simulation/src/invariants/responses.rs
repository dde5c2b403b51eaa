//! Invariants of responses to people and of reported failures.

use contracts::table::{
    MAIL_PAUSE_MILLIS, MAX_CODE_TRIES, MAX_MAIL_REQUESTS, NEWEST_CODES, UserStatus, VerificationState,
};
use contracts::values::{ConfirmationCode, Contact, LinkToken, UserId};
use serde_json::{Value, json};

use super::Invariant;
use crate::fault::FunctionId;
use crate::run::people::Mailed;
use crate::scenario::SignUp;
use crate::state::{START, State};

/// The minimum lifetime of an idempotency key from the request on that is recorded, in milliseconds.
const KEY_LIFETIME: i64 = 23 * 3_600_000;

impl State {
    /// A sign-up gets a 202.
    pub(crate) fn on_accepted(&mut self, user: &UserId, person: &SignUp) {
        let name = self.name(user);
        if !self.table.users.contains_key(user) {
            let found = format!("{name} is not recorded");
            self.monitor.violate(Invariant::AcceptedIsStarted, found);
        }
        if !self.monitor.started.contains(user) {
            let found = format!("{name} is not started");
            self.monitor.violate(Invariant::AcceptedIsStarted, found);
        }
        if let Some(key) = person.key {
            let recorded_at = self.table.users.get(user).map(|found| found.accepted_at);
            let recorded_at = recorded_at.map_or(self.now, |at| at.epoch_millis() - START);
            let new = (user.clone(), person.content(), recorded_at);
            let sent = (key, person.mailbox());
            let first = self.monitor.keys.entry(sent).or_insert_with(|| new.clone());
            let same = first.0 == new.0 && first.1 == new.1;
            if self.now - first.2 >= KEY_LIFETIME {
                *first = new;
            } else if !same {
                let found = format!("{name} has the key of another sign-up");
                self.monitor.violate(Invariant::IdempotencyKey, found);
            }
        }
        self.monitor.accepted.insert(user.clone());
    }

    /// A sign-up gets a 422: its key must have been sent with the same address and another name or phone.
    pub(crate) fn on_refused(&mut self, person: &SignUp) {
        let differs = |other: &&SignUp| {
            other.key == person.key
                && other.mailbox() == person.mailbox()
                && other.content() != person.content()
        };
        if person.key.is_none() || !self.scenario.sign_ups.iter().any(|other| differs(&other)) {
            let found = format!(
                "sign-up {} is refused, and nobody else has its key",
                person.number
            );
            self.monitor.violate(Invariant::IdempotencyKey, found);
        }
    }

    /// A status request gets its response.
    pub(crate) fn on_status_response(&mut self, status: u16, body: &Value) {
        let record = self.monitor.record.take();
        let Some(record) = record.filter(|_| status == 200) else {
            return;
        };
        let now = self.time_of(FunctionId::GetUser);
        let over = record.window_ends_at.is_some_and(|end| end <= now);
        let public = match record.status {
            UserStatus::Pending => "pending",
            UserStatus::Verified => "verified",
            UserStatus::Failed => "failed",
            UserStatus::Expired => "expired",
            UserStatus::AwaitingVerification | UserStatus::Superseded | UserStatus::Suppressed if over => {
                "expired"
            }
            UserStatus::AwaitingVerification | UserStatus::Superseded | UserStatus::Suppressed => {
                "awaiting_verification"
            }
        };
        let followed = matches!(
            record.status,
            UserStatus::Verified | UserStatus::Superseded | UserStatus::Suppressed
        );
        let steps = json!({
            "stored": record.stored,
            "mailed": record.mailed || followed,
            "confirmed": public == "verified",
        });
        // Whole seconds until the pause after the last mail is over; absent when none is left.
        let another = record
            .mails
            .filter(|mails| public == "awaiting_verification" && mails.requests < MAX_MAIL_REQUESTS);
        let another = another.map(|mails| {
            let left = mails.last_at.epoch_millis() + MAIL_PAUSE_MILLIS - now.epoch_millis();
            json!({"inSeconds": (left.max(0) + 999) / 1_000})
        });
        let unconfirmed = record.unconfirmed;
        let unconfirmed = (public == "awaiting_verification" && !unconfirmed.is_empty()).then(|| {
            json!(
                unconfirmed
                    .iter()
                    .map(|contact| contact.as_str())
                    .collect::<Vec<_>>()
            )
        });
        let shown = (
            body.get("status"),
            body.get("steps"),
            body.get("anotherMail"),
            body.get("unconfirmed"),
        );
        if shown
            != (
                Some(&json!(public)),
                Some(&steps),
                another.as_ref(),
                unconfirmed.as_ref(),
            )
        {
            let found = format!("{public} is shown as {shown:?}");
            self.monitor.violate(Invariant::StatusMatchesTable, found);
        }
    }

    /// A link or a code of a mail gets its response.
    pub(crate) fn on_confirm(&mut self, mailed: &Mailed, status: u16, body: &Value, requested_at: i64) {
        let user = match mailed {
            Mailed::Link(link, _) => self.table.find_link(&link.hash()),
            Mailed::Code(user, ..) => Some(user.clone()),
        };
        match status {
            202 if self.is_complete_response(body) => {
                if let Some(user) = &user {
                    self.check_verification_is_spent(user);
                }
                if let Some(user) = user {
                    let now = self.now;
                    self.monitor.confirmed.entry(user).or_insert(now);
                }
            }
            202 => {}
            410 => {
                self.check_gone(body);
                if let Some(user) = user {
                    self.check_is_over(&user, requested_at);
                }
            }
            422 if matches!(mailed, Mailed::Code(..)) => {
                self.check_wrong_code(body);
                if let Some(user) = user {
                    self.check_code_is_dead(&user, mailed, requested_at);
                }
            }
            500.. => self.check_has_fault(status),
            _ => {
                let found = format!("the response to a link or code is {status}");
                self.monitor.violate(Invariant::InvalidLinkGets410, found);
            }
        }
    }

    /// A request for another mail gets its response.
    pub(crate) fn on_mail_response(&mut self, user: &UserId, status: u16, has_pause: bool) {
        let found = self.table.users.get(user);
        let end = found.and_then(|found| found.window_ends_at);
        let over = end.is_some_and(|end| end.epoch_millis() - START - self.now <= self.scenario.max_skew());
        let ended = found.is_some_and(|found| {
            matches!(
                found.status,
                UserStatus::Verified | UserStatus::Expired | UserStatus::Failed
            )
        });
        let is_right = match status {
            202 => {
                let accepted = self.monitor.mails_accepted.entry(user.clone()).or_default();
                *accepted += 1;
                let asked = self.monitor.mails_asked.get(user).copied().unwrap_or(0);
                if *accepted > asked {
                    let found = format!("{} is promised a mail that nobody was asked for", self.name(user));
                    self.monitor.violate(Invariant::RequestedMailIsSent, found);
                }
                if over && self.scenario.max_skew() > 0 {
                    self.monitor.asked_late.insert(user.clone());
                } else if over && self.monitor.asked_in_vain.get(user) == Some(&self.now) {
                    let found = format!("{} is promised a mail after its window", self.name(user));
                    self.monitor.violate(Invariant::RequestedMailIsSent, found);
                }
                true
            }
            410 => over || ended,
            429 => has_pause,
            _ => status >= 500,
        };
        if !is_right {
            let found = format!("{} gets {status} for another mail", self.name(user));
            self.monitor.violate(Invariant::MailRequestIsAnswered, found);
        }
    }

    /// The preview of a link gets its response: what the person of the scenario signed up with, or that the link is gone.
    pub(crate) fn on_preview(&mut self, link: &LinkToken, status: u16, body: &Value) {
        let found = match status {
            200 => {
                let user = self.table.find_link(&link.hash());
                let owner = user.as_ref().and_then(|user| self.owners.get(user));
                let person = owner.and_then(|number| self.scenario.sign_up(*number));
                let name = person.map(SignUp::name);
                let phone = person.and_then(SignUp::phone_number).map(|phone| json!(phone));
                let at = user.and_then(|user| Some(self.table.users.get(&user)?.accepted_at));
                let shown = (body.get("name"), body.get("phone"), body.get("requestedAt"));
                if shown == (Some(&json!(name)), phone.as_ref(), Some(&json!(at))) {
                    return;
                }
                "a preview that is not what was signed up with"
            }
            410 => return self.check_gone(body),
            500.. => return,
            _ => "the response to a preview is neither the preview nor 410",
        };
        self.monitor.violate(Invariant::PreviewIsTrue, found);
    }

    fn check_has_fault(&mut self, status: u16) {
        if self.faults_of(self.running.sign_up) == 0 {
            let found = format!("a confirmation gets {status} without a fault");
            self.monitor
                .violate(Invariant::ConfirmationIsNotTurnedAway, found);
        }
    }

    /// A code that was never mailed gets its response.
    pub(crate) fn on_guessed_code(&mut self, status: u16, body: &Value) {
        match status {
            422 => self.check_wrong_code(body),
            500.. => {}
            _ => {
                let found = format!("the response to a code that was never mailed is {status}");
                self.monitor.violate(Invariant::InvalidCodeGets422, found);
            }
        }
    }

    /// A code that no mail and no text message of the user's sign-up has, sent or not.
    pub(crate) fn wrong_code(&self, user: &UserId) -> ConfirmationCode {
        let found = self.table.verifications.get(user);
        let codes: Vec<_> = found
            .into_iter()
            .flat_map(|found| found.codes.iter().chain(&found.phone_codes))
            .map(|(_, code)| code.clone())
            .collect();
        let all = (0..).map(|number: u32| format!("{number:06}"));
        let mut all = all.filter_map(|digits| digits.parse::<ConfirmationCode>().ok());
        let wrong = all.find(|code| !code.hash(&self.code_key, user).is_one_of(&codes));
        wrong.unwrap_or_else(|| unreachable!("a sign-up has fewer codes than there are"))
    }

    /// All codes that do not work must get the same response.
    fn check_wrong_code(&mut self, body: &Value) {
        let body = body.to_string();
        let first = self.monitor.wrong_code.get_or_insert_with(|| body.clone());
        if *first != body {
            let found = "there are two responses for codes that do not work";
            self.monitor.violate(Invariant::InvalidCodeGets422, found);
        }
    }

    /// A mailed code may be refused as wrong only if the tries are used up, too many mails came after it, or its sign-up has
    /// ended. A fault may have used up a try.
    fn check_code_is_dead(&mut self, user: &UserId, mailed: &Mailed, requested_at: i64) {
        let Mailed::Code(_, code, contact) = mailed else {
            return;
        };
        let Some(found) = self.table.verifications.get(user) else {
            return;
        };
        let tries = found.code_tries.unwrap_or(0);
        let hash = code.hash(&self.code_key, user);
        let codes = match contact {
            Contact::Email => &found.codes,
            Contact::Phone => &found.phone_codes,
        };
        // Two codes of one attempt, which was called twice, have no order: both must be among the newest.
        let works = |attempt| codes.iter().filter(|(other, _)| *other >= attempt).count() <= NEWEST_CODES;
        let newest = codes.iter().filter(|(attempt, _)| works(*attempt));
        let newest: Vec<_> = newest.map(|(_, code)| code.clone()).collect();
        // Another request may have given its try back meanwhile.
        let exhausted = tries >= MAX_CODE_TRIES || self.monitor.exhausted.contains(user);
        if !exhausted && hash.is_one_of(&newest) {
            let found = format!(
                "the code of {} is refused after {tries} tries, at {requested_at} ms",
                self.name(user)
            );
            self.monitor.violate(Invariant::ValidLinkIsAccepted, found);
        }
    }

    /// A link that was never mailed gets its response.
    pub(crate) fn on_guessed_link(&mut self, status: u16, body: &Value) {
        match status {
            410 => self.check_gone(body),
            500.. => {}
            _ => {
                let found = format!("the response to a link that was never mailed is {status}");
                self.monitor.violate(Invariant::InvalidLinkGets410, found);
            }
        }
    }

    /// All links that do not work must get the same response.
    fn check_gone(&mut self, body: &Value) {
        let body = body.to_string();
        let first = self.monitor.gone.get_or_insert_with(|| body.clone());
        if *first != body {
            let found = "there are two responses for links that do not work";
            self.monitor.violate(Invariant::InvalidLinkGets410, found);
        }
    }

    /// Without faults, the verification is spent when the person gets the 202.
    fn check_verification_is_spent(&mut self, user: &UserId) {
        let faults = self.faults_of(self.running.sign_up);
        let state = self.table.verifications.get(user).map(|found| found.state);
        if faults == 0 && state != Some(VerificationState::Spent) {
            let found = format!("the link of {} was used and still works", self.name(user));
            self.monitor.violate(Invariant::UsedLinkIsSpent, found);
        }
    }

    /// A link may be rejected only if it is spent or over, or its sign-up has ended.
    fn check_is_over(&mut self, user: &UserId, requested_at: i64) {
        let Some(found) = self.table.verifications.get(user) else {
            return;
        };
        let status = self.table.status(user);
        let end = found.window_ends_at.epoch_millis() - START;
        let over = requested_at >= end - self.scenario.max_skew();
        let waits =
            status == Some(UserStatus::AwaitingVerification) && found.state != VerificationState::Spent;
        // Another click may have completed the task and not yet spent the link; a repeated click must still get a 202.
        let confirmed = status == Some(UserStatus::Verified) && found.state == VerificationState::Confirming;
        if (waits || confirmed) && !over {
            let found = format!(
                "the link of {} is rejected with {} ms left",
                self.name(user),
                end - requested_at
            );
            self.monitor.violate(Invariant::ValidLinkIsAccepted, found);
        }
    }

    /// A task's function fails. `SignUpEnded` is logged as an error that an operator investigates, so it must be true.
    pub(crate) fn on_task_failure(&mut self, user: Option<usize>, error: &str) {
        let Some(user) = self.owner(user).filter(|_| error == "SignUpEnded") else {
            return;
        };
        let spent = |found: &crate::table::Verification| found.state == VerificationState::Spent;
        let runs = self.table.status(user) == Some(UserStatus::AwaitingVerification);
        if runs && !self.table.verifications.get(user).is_some_and(spent) {
            let found = format!("{} has not ended, and a function says so", self.name(user));
            self.monitor.violate(Invariant::SignUpEndedIsTrue, found);
        }
    }

    /// Responses and errors must contain neither addresses nor links.
    pub(crate) fn check_for_personal_data(&mut self, text: &str) {
        let mut links = self.mailbox.mails.iter().filter_map(|mail| mail.link.as_ref());
        let mut codes = self.mailbox.mails.iter().filter_map(|mail| mail.code.as_ref());
        let leaked = text.contains("example.org")
            || links.any(|link| text.contains(&link.expose()))
            || codes.any(|code| has_word(text, &code.expose()));
        if leaked {
            let found = "an address, a link or a code in a response or failure";
            self.monitor.violate(Invariant::NoPersonalData, found);
        }
    }
}

/// Ids have digits, too: a code is a word of its own.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric())
        .any(|other| other == word)
}
