//! Invariants of phones: which text messages are sent, and what is confirmed by which contact.

use std::collections::{BTreeMap, BTreeSet};

use confirm_contact::{Confirmation, Proof};
use contracts::table::{UserStatus, VerificationState};
use contracts::values::{ConfirmationCode, ConfirmationScope, Contact, PhoneNumber, Timestamp, UserId};
use kit::limit::Bucket;
use serde_json::Value;
use validate_contacts::{Claim, Dropped, SmsFault};

use super::Invariant;
use super::limits::{TEXTS_PER_NUMBER, TEXTS_PER_RANGE};
use crate::fault::FunctionId;
use crate::phones;
use crate::scenario::SignUp;
use crate::state::{Running, State};
use crate::table::Verification;

/// The facts about phones.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// What each user is asked to confirm: by the function that the execution's machine calls, and by the scenario.
    asked: BTreeMap<UserId, BTreeSet<Contact>>,
    /// What each user has confirmed.
    proven: BTreeMap<UserId, BTreeSet<Contact>>,
    /// The invocations that were told that a number is refused.
    refused_in: BTreeSet<usize>,
    /// How often each user's number was refused.
    refused: BTreeMap<UserId, usize>,
    /// When each user's sign-up was confirmed by dropping the phone.
    confirmed_by_drop: BTreeMap<UserId, i64>,
    /// The users whose phone is not asked for any more.
    dropped: BTreeSet<UserId>,
    /// How many tokens each user's text messages have taken from both buckets.
    tokens: BTreeMap<UserId, usize>,
    /// How many text messages were sent for each user.
    sent: BTreeMap<UserId, usize>,
    /// How many calls for each user had certainly no effect.
    unsent: BTreeMap<UserId, usize>,
    /// The users of whom a limit has withheld a text message.
    withheld: BTreeSet<UserId>,
    /// What the running invocation was told is left to confirm.
    left: Option<BTreeSet<Contact>>,
}

impl State {
    /// An invocation goes on.
    pub(crate) fn begin(&mut self, running: Running) {
        self.running = running;
        self.monitor.phones.left = None;
    }

    /// An execution calls the function of a task for a user.
    pub(crate) fn on_task(&mut self, function: FunctionId, user: &UserId) {
        let has_phone = match function {
            FunctionId::ValidateEmail => false,
            FunctionId::ValidateContacts => {
                let person = self.person(user);
                person
                    .and_then(|person| person.phone)
                    .is_some_and(phones::is_texted)
            }
            _ => return,
        };
        let asked = [Contact::Email].into_iter();
        let asked = asked.chain(has_phone.then_some(Contact::Phone)).collect();
        self.monitor.phones.asked.entry(user.clone()).or_insert(asked);
    }

    /// What is left to be confirmed by this user, independent of the table.
    fn left(&self, user: &UserId) -> BTreeSet<Contact> {
        let facts = &self.monitor.phones;
        let mut left = facts.asked.get(user).cloned().unwrap_or_default();
        if facts.dropped.contains(user) {
            left.remove(&Contact::Phone);
        }
        let proven = facts.proven.get(user);
        left.retain(|contact| !proven.is_some_and(|proven| proven.contains(contact)));
        left
    }

    /// The levels of the buckets of text messages.
    pub(crate) fn text_tokens(&self, buckets: &[Bucket; 2]) -> [Option<i64>; 2] {
        let full_at = |bucket: &Bucket| Some(self.table.buckets.get(bucket.key())?.full_at);
        buckets.each_ref().map(full_at)
    }

    /// A text message of the running sign-up is claimed, or not.
    pub(crate) fn on_text_claimed(&mut self, user: &UserId, claim: Claim, tokens_taken: bool, at: Timestamp) {
        if let Claim::UsedUp(_) = claim {
            self.monitor.phones.withheld.insert(user.clone());
        }
        if !tokens_taken {
            return;
        }
        *self.monitor.phones.tokens.entry(user.clone()).or_default() += 1;
        let Some(person) = self.person(user).cloned() else {
            return;
        };
        for limit in [TEXTS_PER_NUMBER, TEXTS_PER_RANGE] {
            self.count_token(&limit, &person, at, Invariant::TextLimit);
        }
    }

    /// The text message service takes a text message of the running sign-up.
    pub(crate) fn on_text(&mut self, to: &PhoneNumber, text: &str, code: Option<&ConfirmationCode>) {
        let Some(user) = self.owner(self.running.user).cloned() else {
            let found = "a text message without a sign-up";
            return self.monitor.violate(Invariant::TextIsPlain, found);
        };
        let name = self.name(&user);
        let person = self.person(&user).cloned();
        self.report([
            (Invariant::TextIsPlain, self.check_text(&user, to, text, code)),
            (Invariant::TextCountries, check_country(person.as_ref())),
        ]);
        let sent = self.monitor.phones.sent.entry(user.clone()).or_default();
        *sent += 1;
        let sent = *sent;
        let tokens = self.monitor.phones.tokens.get(&user).copied().unwrap_or(0);
        if sent > tokens {
            let found = format!("{name} is texted {sent} times with {tokens} tokens");
            self.monitor.violate(Invariant::TextLimit, found);
        }
        let asked = self.monitor.mails_taken.get(&user).map_or(0, Vec::len);
        if sent > 1 + asked {
            let found = format!("{name} is texted {sent} times for {asked} requests");
            self.monitor.violate(Invariant::TextsAreBounded, found);
        }
    }

    fn check_text(
        &self,
        user: &UserId,
        to: &PhoneNumber,
        text: &str,
        code: Option<&ConfirmationCode>,
    ) -> Result<(), String> {
        let name = self.name(user);
        let Some(person) = self.person(user) else {
            return Err(format!("{name} is nobody, and is texted"));
        };
        if person.phone_number() != Some(to.expose()) {
            return Err(format!("{name} is texted at another number"));
        }
        let personal = [person.mailbox(), person.name().to_owned(), to.expose().to_owned()];
        if text.contains("http") || personal.iter().any(|personal| text.contains(personal)) {
            return Err(format!("{name} is texted a link or personal data"));
        }
        let is_stored = |code: &ConfirmationCode| {
            let hash = code.hash(&self.code_key, user);
            let found = self.table.verifications.get(user);
            found.is_none_or(|found| {
                let mut codes = found.phone_codes.iter();
                codes.any(|(_, code)| code.as_str() == hash.as_str())
            })
        };
        if code.is_some_and(is_stored) {
            Ok(())
        } else {
            Err(format!("{name} is texted no code, or one that is not stored"))
        }
    }

    /// The text message service refuses the number of the running sign-up.
    pub(crate) fn on_number_refused(&mut self) {
        if let Some(user) = self.owner(self.running.user).cloned() {
            *self.monitor.phones.refused.entry(user).or_default() += 1;
        }
        self.monitor.phones.refused_in.insert(self.running.invocation);
    }

    /// The text message service does not take the message of the running sign-up. The caller may not know.
    pub(crate) fn fail_text(&mut self) -> SmsFault {
        if self.text_fault.take().is_some() {
            return SmsFault::Unknown("as planned".into());
        }
        if let Some(user) = self.owner(self.running.user).cloned() {
            *self.monitor.phones.unsent.entry(user).or_default() += 1;
        }
        SmsFault::NotSent("as planned".into())
    }

    /// The phone of a user is removed from what is to be confirmed.
    pub(crate) fn on_phone_dropped(
        &mut self,
        user: &UserId,
        before: Option<&Verification>,
        dropped: Dropped,
    ) {
        if !self.monitor.phones.refused.contains_key(user) {
            let found = format!(
                "{} has a phone that is dropped and was not refused",
                self.name(user)
            );
            self.monitor.violate(Invariant::RefusedNumberIsDropped, found);
        }
        let after = self.table.verifications.get(user);
        let unconfirmed = |found: Option<&Verification>| found.and_then(|found| found.unconfirmed.clone());
        if dropped == Dropped::Confirmed || unconfirmed(before) != unconfirmed(after) {
            self.monitor.phones.dropped.insert(user.clone());
        }
        if dropped == Dropped::Confirmed {
            let all = ConfirmationScope::All;
            self.monitor.scopes.entry(user.clone()).or_insert(all);
            let now = self.now;
            self.monitor.phones.confirmed_by_drop.insert(user.clone(), now);
            self.check_nothing_is_left(user);
        }
    }

    /// A code or a link has proven a contact of a user, and this was the result.
    pub(super) fn on_proof(
        &mut self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        confirmation: &Confirmation,
    ) {
        let proven = self.monitor.phones.proven.entry(user.clone()).or_default();
        proven.insert(proof.contact());
        match confirmation {
            Confirmation::Complete(_) if scope == ConfirmationScope::Address => {
                self.monitor.phones.left = Some(BTreeSet::new());
            }
            Confirmation::Complete(_) => {
                self.monitor.phones.left = Some(BTreeSet::new());
                // The first choice counts, also if it was the address alone.
                if self.monitor.scopes.get(user) != Some(&ConfirmationScope::Address) {
                    self.check_nothing_is_left(user);
                }
            }
            Confirmation::Partial(told) => {
                let left = self.left(user);
                self.monitor.phones.left = Some(told.clone());
                if *told != left || left.is_empty() {
                    let found = format!("{} has {left:?} left, and is told {told:?}", self.name(user));
                    self.monitor.violate(Invariant::UnconfirmedIsAccurate, found);
                }
            }
        }
    }

    fn check_nothing_is_left(&mut self, user: &UserId) {
        let left = self.left(user);
        if !left.is_empty() {
            let found = format!("{} is confirmed with {left:?} left", self.name(user));
            self.monitor.violate(Invariant::AllContactsAreConfirmed, found);
        }
    }

    /// A confirmation gets a 202 with this body. Returns whether it was all that was asked for.
    pub(super) fn is_complete_response(&mut self, body: &Value) -> bool {
        let told = body.get("unconfirmed").and_then(Value::as_array);
        let told: Option<BTreeSet<_>> = told.map(|told| told.iter().filter_map(Value::as_str).collect());
        let left = self.monitor.phones.left.take();
        // The task is completed in later operations, which leave nothing.
        let left = left.filter(|left| !left.is_empty());
        let left = left.map(|left| left.into_iter().map(Contact::as_str).collect());
        if told != left {
            let found = format!("a response says that {told:?} is left, and {left:?} is");
            self.monitor.violate(Invariant::UnconfirmedIsAccurate, found);
        }
        told.is_none()
    }

    /// A task's function has succeeded: a number that it was told is refused must not be asked for any more.
    pub(crate) fn check_refused_number_is_dropped(&mut self) {
        if !self.monitor.phones.refused_in.contains(&self.running.invocation) {
            return;
        }
        let Some(user) = self.owner(self.running.user).cloned() else {
            return;
        };
        // After the window nothing completes it any more.
        let now = self.time_of(FunctionId::ValidateContacts);
        let asks = self.table.verifications.get(&user).is_some_and(|found| {
            let asks = |contacts: &BTreeSet<Contact>| contacts.contains(&Contact::Phone);
            found.state == VerificationState::Open
                && found.window_ends_at > now
                && found.unconfirmed.as_ref().is_some_and(asks)
        });
        if asks {
            let found = format!("{} is still asked for a number that is refused", self.name(&user));
            self.monitor.violate(Invariant::RefusedNumberIsDropped, found);
        }
    }

    /// What the table says is left to be confirmed, while it is open.
    pub(super) fn unconfirmed_is_accurate(&self) -> Result<(), String> {
        for (user, found) in &self.table.verifications {
            if found.state != VerificationState::Open || !self.monitor.phones.asked.contains_key(user) {
                continue;
            }
            let left = self.left(user);
            let shown = found.unconfirmed.clone();
            let shown = shown.unwrap_or_else(|| BTreeSet::from([Contact::Email]));
            if shown != left {
                return Err(format!(
                    "{} has {left:?} left, and not {shown:?}",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// A user is verified: by all contacts, or by a link that confirms the address alone.
    pub(super) fn check_verified_by_all(&mut self, user: &UserId) {
        let facts = &self.monitor.phones;
        let proven = facts.proven.get(user);
        let address = proven.is_some_and(|proven| proven.contains(&Contact::Email));
        let alone = self.monitor.scopes.get(user) == Some(&ConfirmationScope::Address) && address;
        if !alone && self.owners.contains_key(user) {
            if !address {
                let found = format!("{} is verified without a proof of its address", self.name(user));
                self.monitor.violate(Invariant::AllContactsAreConfirmed, found);
            }
            self.check_nothing_is_left(user);
        }
    }

    /// A sign-up of which nothing is left ends with an account, or as superseded.
    pub(super) fn all_confirmed_are_verified(&self) -> Result<(), String> {
        use contracts::table::UserStatus::{Superseded, Suppressed, Verified};

        for user in self.monitor.phones.asked.keys() {
            let status = self.table.status(user);
            // A click after a bounce has ended the sign-up is answered with 410.
            let refused = status == Some(Suppressed) && !self.monitor.confirmed.contains_key(user);
            let ended_well = refused || matches!(status, Some(Verified | Superseded));
            if self.owners.contains_key(user) && self.left(user).is_empty() && !ended_well {
                return Err(format!(
                    "{} has confirmed all, and has no account",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// When sign-ups were confirmed by dropping a phone, if nothing but its refusal has disturbed them.
    pub(super) fn undisturbed_drops(&self) -> impl Iterator<Item = (&UserId, i64)> {
        let facts = &self.monitor.phones;
        let undisturbed =
            move |user: &UserId| Some(self.faults_of_user(user)) == facts.refused.get(user).copied();
        let drops = facts.confirmed_by_drop.iter().map(|(user, at)| (user, *at));
        drops.filter(move |(user, _)| undisturbed(user))
    }

    /// A sign-up that nothing disturbs, that no bounce or complaint ends and whose phone nobody confirms texts once, and once more for each request. If the
    /// service did not take a message, the retry sends it.
    pub(super) fn requested_texts_are_sent(&self) -> Result<(), String> {
        let facts = &self.monitor.phones;
        for user in self.owners.keys() {
            let of = |counts: &BTreeMap<UserId, usize>| counts.get(user).copied().unwrap_or(0);
            let asks = facts
                .asked
                .get(user)
                .is_some_and(|asked| asked.contains(&Contact::Phone));
            let ended = self.monitor.scopes.contains_key(user)
                || facts.dropped.contains(user)
                || facts.withheld.contains(user)
                || !self.left(user).contains(&Contact::Phone)
                || self.monitor.asked_late.contains(user)
                || self.monitor.marked.contains_key(user)
                || self.table.status(user) == Some(UserStatus::Suppressed);
            let (faults, unsent) = (self.faults_of_user(user), of(&facts.unsent));
            let accepted = self.monitor.mails_accepted.get(user).copied().unwrap_or(0);
            let asked = self.monitor.mails_taken.get(user).map_or(0, Vec::len);
            let undisturbed = faults == 0 || (faults == unsent && asked == 0);
            if !asks || ended || !undisturbed {
                continue;
            }
            let sent = of(&facts.sent);
            if sent != 1 + accepted {
                return Err(format!(
                    "{} has {sent} text messages for {accepted} requests",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// Responses and errors must not contain phone numbers, or the codes of text messages.
    pub(crate) fn check_for_numbers(&mut self, text: &str) {
        let mut people = self.scenario.sign_ups.iter();
        let mut codes = self.phones.texts.iter().filter_map(|text| text.code.as_ref());
        let has_number =
            people.any(|person| person.phone_number().is_some_and(|number| text.contains(number)));
        if has_number || codes.any(|code| super::responses::has_word(text, &code.expose())) {
            let found = "a phone number or the code of a text message in a response or failure";
            self.monitor.violate(Invariant::NoPersonalData, found);
        }
    }
}

fn check_country(person: Option<&SignUp>) -> Result<(), String> {
    match person.and_then(|person| person.phone) {
        Some(phone) if !phones::is_texted(phone) => Err(format!(
            "a text message goes to phone {phone}, which is elsewhere"
        )),
        _ => Ok(()),
    }
}
