//! Invariants that are checked at a single event: a mail, a confirmation, a completed task, a webhook.

use confirm_contact::{Confirmation, Proof};
use contracts::table::{MAIL_PAUSE_MILLIS, MAX_CODE_TRIES, MAX_MAIL_REQUESTS, UserStatus, VerificationState};
use contracts::values::{ConfirmationCode, ConfirmationScope, TaskToken, UserId};
use get_user::SignUpRecord;
use notify_webhook::{Circuit, SignedEvent};

use super::{Invariant, Monitor};
use crate::fault::FunctionId;
use crate::mailbox::ReceivedMail;
use crate::run::people::CAMPAIGN;
use crate::state::{START, State};

/// The maximum time between signing and arrival, in milliseconds: a delayed effect comes after the function's timeout.
const MAX_SIGNATURE_AGE: i64 = 60_000;

impl Monitor {
    /// `get-user` reads the record of a sign-up.
    pub(crate) fn on_status_read(&mut self, user: &UserId, record: Option<&SignUpRecord>) {
        self.record = record.cloned();
        if record.is_none() && self.accepted.contains(user) {
            self.violate(Invariant::StatusMatchesTable, "an accepted sign-up is not found");
        }
    }
}

impl State {
    /// A mail is sent.
    pub(crate) fn on_mail(&mut self, mail: &ReceivedMail) {
        if let Err((invariant, found)) = self.check_mail(mail) {
            self.monitor.violate(invariant, found);
        }
        if let Some(user) = self.owner(mail.user).cloned() {
            self.check_mail_was_granted(&user);
        }
    }

    fn check_mail(&self, mail: &ReceivedMail) -> Result<(), (Invariant, String)> {
        let not_for_stored_data = |found: String| Err((Invariant::NoMailBeforeStorage, found));
        let Some(user) = self.owner(mail.user) else {
            return not_for_stored_data("a mail without a sign-up".to_owned());
        };
        let name = self.name(user);
        let Some(record) = self.table.users.get(user) else {
            return not_for_stored_data(format!("{name} is mailed and not recorded"));
        };
        if record.stored_at.is_none() {
            return not_for_stored_data(format!("{name} is mailed and its data is not stored"));
        }
        // Compared with the scenario, not with the address as the code under test normalises it.
        let person = self.scenario.sign_up(mail.sign_up);
        if person.is_some_and(|person| person.mailbox() != mail.to.expose()) {
            return not_for_stored_data(format!("the mail of {name} goes to another address"));
        }
        let Some(link) = &mail.link else { return Ok(()) };
        let running = matches!(
            record.status,
            UserStatus::Pending | UserStatus::AwaitingVerification
        );
        if running && record.email.as_ref() != Some(&mail.to) {
            return not_for_stored_data(format!(
                "{name} is mailed a link at an address that is not stored"
            ));
        }
        if self.table.find_link(&link.hash()).as_ref() != Some(user) {
            let found = format!("the link of {name} is not stored");
            return Err((Invariant::MailedLinkIsStored, found));
        }
        let verification = self.table.verifications.get(user);
        let is_stored = |code: &ConfirmationCode| {
            let hash = code.hash(&self.code_key, user);
            verification
                .is_none_or(|found| found.codes.iter().any(|(_, code)| code.as_str() == hash.as_str()))
        };
        if !mail.code.as_ref().is_some_and(is_stored) {
            let found = format!("the code of {name} is missing or not stored");
            return Err((Invariant::MailedLinkIsStored, found));
        }
        Ok(())
    }

    /// The mail service rejects the mail of the running sign-up permanently.
    pub(crate) fn on_mail_rejected(&mut self) {
        let user = self.owner(self.running.user).cloned();
        self.monitor.mail_rejected.extend(user);
    }

    /// Another mail is taken, by the clock of the function when it was called.
    pub(crate) fn on_mail_taken(&mut self, user: &UserId) {
        if let Some(has_token) = self.monitor.granted.get_mut(user) {
            *has_token = false;
        }
        let at = self.running.started_at;
        let taken = self.monitor.mails_taken.entry(user.clone()).or_default();
        let pause = taken.last().map(|last| at - last);
        taken.push(at);
        let count = taken.len();
        let too_soon = pause.is_some_and(|pause| pause < MAIL_PAUSE_MILLIS);
        if too_soon || i64::try_from(count).unwrap_or(i64::MAX) > MAX_MAIL_REQUESTS {
            let found = format!(
                "{} takes mail {count}, {pause:?} ms after the last",
                self.name(user)
            );
            self.monitor.violate(Invariant::MailRequestsAreBounded, found);
        }
    }

    /// Step Functions is asked for another mail with this task token, for which a task waits or none.
    pub(crate) fn on_mail_asked(&mut self, token: &TaskToken, waits: bool) {
        let Some(user) = self.monitor.tasks.get(token.expose()).cloned() else {
            return;
        };
        if !waits {
            self.monitor.asked_in_vain.insert(user.clone(), self.now);
        }
        *self.monitor.mails_asked.entry(user).or_default() += 1;
    }

    /// A code is about to be compared.
    pub(crate) fn on_try_taken(&mut self, user: &UserId) {
        let tries = self.monitor.tries.entry(user.clone()).or_default();
        *tries += 1;
        let tries = *tries;
        if tries > MAX_CODE_TRIES {
            let found = format!("{tries} codes are compared for {}", self.name(user));
            self.monitor.violate(Invariant::CodeTriesAreBounded, found);
        }
    }

    /// A code or a link has confirmed a contact, or all that was asked for.
    pub(crate) fn on_confirmation(
        &mut self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        confirmation: &Confirmation,
        before: Option<VerificationState>,
    ) {
        if self.running.choice != Some((proof, scope)) {
            let found = format!("{} is confirmed otherwise than was asked for", self.name(user));
            self.monitor.violate(Invariant::ChoiceCounts, found);
        }
        if let Confirmation::Complete(_) = confirmation {
            self.monitor.scopes.entry(user.clone()).or_insert(scope);
        }
        self.on_proof(user, proof, scope, confirmation);
        if let Proof::Code(_) = proof {
            *self.monitor.tries.entry(user.clone()).or_default() -= 1;
        }
        let Some(found) = self.table.verifications.get(user) else {
            return;
        };
        let late = self.running.started_at + START - found.window_ends_at.epoch_millis();
        if before == Some(VerificationState::Open) && late >= self.scenario.max_skew().max(1) {
            let found = format!("{} begins {late} ms after the end of its window", self.name(user));
            self.monitor.violate(Invariant::ConfirmedInWindow, found);
        }
        if before == Some(VerificationState::Spent) {
            let found = format!("{} is confirming again after it was spent", self.name(user));
            self.monitor.violate(Invariant::LinkSpentOnce, found);
        }
    }

    /// Step Functions has accepted the completion of a task.
    pub(crate) fn on_task_completed(&mut self, token: &TaskToken) {
        let Some(user) = self.monitor.tasks.get(token.expose()).cloned() else {
            return;
        };
        let times = self.monitor.completed.entry(user.clone()).or_default();
        *times += 1;
        let times = *times;
        if times > 1 {
            let found = format!("{} has completed {times} tasks", self.name(&user));
            self.monitor.violate(Invariant::LinkSpentOnce, found);
        }
        if !self.table.verifications.contains_key(&user) {
            let found = format!("{} has completed without a verification", self.name(&user));
            self.monitor
                .violate(Invariant::CompletionNeedsVerification, found);
        }
    }

    /// The endpoint receives an attempt of a webhook and responds with this status.
    pub(crate) fn on_webhook(&mut self, signed: &SignedEvent, status: u16) {
        let event = &signed.event;
        let name = self.name(&event.user);
        // Endpoints reject signatures that are some minutes old, as protection against replays.
        let age = START + self.now - signed.sent_at.epoch_millis();
        if age.abs() > self.scenario.max_skew() + MAX_SIGNATURE_AGE {
            let found = format!("the webhook of {name} was signed {age} ms ago");
            self.monitor.violate(Invariant::SignatureIsFresh, found);
        }
        if !self.monitor.stored.contains(&event.user) {
            let found = format!("the webhook of {name} is sent and its data is not stored");
            self.monitor.violate(Invariant::NoWebhookBeforeStorage, found);
            return;
        }
        // The previous version of the machine does not pass the campaign on.
        if !event.content.contains(CAMPAIGN) && self.scenario.deployed_at.is_none() {
            let found = format!("the webhook of {name} lacks the campaign");
            self.monitor.violate(Invariant::WebhookIsIdempotent, found);
        }
        let key = (event.user.clone(), event.kind);
        let attempt = (event.id.clone(), event.content.clone());
        let received = &mut self.monitor.received;
        let first = received.entry(key.clone()).or_insert_with(|| attempt.clone());
        let same = *first == attempt;
        let unique = received
            .iter()
            .all(|(other, (id, _))| *other == key || *id != event.id);
        if !same || !unique {
            let found = format!("the webhook of {name} has another id or content than before");
            self.monitor.violate(Invariant::WebhookIsIdempotent, found);
        }
        self.check_endpoint_is_spared();
        if (200..300).contains(&status) {
            self.monitor.delivered.insert(key);
            return;
        }
        self.monitor.endpoint_failed_at = Some(self.now);
        if status == 410 {
            self.monitor.is_endpoint_gone = true;
        }
    }

    /// The circuit of the endpoint has changed.
    pub(crate) fn on_circuit_changed(&mut self, to: Circuit) {
        match to {
            Circuit::Open { .. } | Circuit::Disabled { .. } => {
                self.monitor.circuit_opened_at = Some(self.now);
            }
            Circuit::HalfOpen { .. } => {
                self.monitor.probers.insert(self.running.invocation);
            }
            Circuit::Closed { .. } => {}
        }
    }

    /// What was sent before the circuit opened may still arrive.
    fn check_endpoint_is_spared(&mut self) {
        let opened_at = self.monitor.circuit_opened_at;
        if opened_at.is_none_or(|at| self.now - at <= MAX_SIGNATURE_AGE) {
            return;
        }
        let now = self.time_of(FunctionId::NotifyWebhook);
        let is_spared = match self.table.circuit() {
            Circuit::Closed { .. } => false,
            Circuit::HalfOpen { until, .. } => {
                now < until && !self.monitor.probers.contains(&self.running.invocation)
            }
            Circuit::Open { until, .. } => now < until,
            Circuit::Disabled { .. } => true,
        };
        if is_spared {
            let found = "a webhook is sent while the circuit is open, or another one probes";
            self.monitor.violate(Invariant::EndpointIsSpared, found);
        }
    }
}
