//! People with text messages: when they enter a code, and what they do if none comes.

use contracts::values::Contact;

use super::people::{Action, Mailed};
use super::{ScheduledEvent, Simulation};
use crate::phones::TextEvent;
use crate::scenario::{SignUp, TextCode, TextTime};

/// The time after which a person asks for another mail and text message if none came, in milliseconds.
const PATIENCE: i64 = 90_000;

impl Simulation {
    /// Schedules what people do with the text messages that were sent since the last time.
    pub(super) fn schedule_texts(&mut self) {
        loop {
            let Some((number, event)) = self.shared.lock().phones.news.pop() else {
                return;
            };
            let Some(text) = self.person(number).text else {
                continue;
            };
            match event {
                TextEvent::Arrives(at) => {
                    if !self.texts_scheduled.contains(&number) {
                        self.schedule_text(number, text, at);
                    }
                }
                TextEvent::ArrivesAgain(at) => self.schedule_text(number, text, at),
                TextEvent::Lost => {
                    let owner = self.shared.lock().running.user;
                    let user = self.shared.lock().owner(owner).cloned();
                    if let Some(user) = user {
                        let at = self.now() + PATIENCE;
                        self.schedule(at, ScheduledEvent::Person(number, Action::AskForMail(user)));
                    }
                }
            }
        }
    }

    fn schedule_text(&mut self, number: u8, text: TextCode, arrives_at: i64) {
        let at = match text.when {
            TextTime::AfterText(millis) => arrives_at + millis,
            TextTime::AfterWindow(millis) => self.end_of_window(number) + millis,
            // See `schedule_text_with_click`.
            TextTime::WithClick(_) => return,
        };
        self.texts_scheduled.push(number);
        self.enter_text(number, text, at);
    }

    /// Schedules the entry of a texted code with a click at this time, if the person does both at once.
    pub(super) fn schedule_text_with_click(&mut self, number: u8, click_at: i64) {
        let Some(text) = self.person(number).text else {
            return;
        };
        if let TextTime::WithClick(millis) = text.when {
            self.enter_text(number, text, click_at + millis);
        }
    }

    fn enter_text(&mut self, number: u8, text: TextCode, at: i64) {
        let action = Action::EnterText {
            attempts_left: text.max_attempts,
        };
        let at = at.max(self.now());
        self.schedule(at, ScheduledEvent::Person(number, action));
    }

    /// The code of the text message that the person chooses, if one has arrived.
    pub(super) fn choose_text(&self, person: &SignUp) -> Option<Mailed> {
        let newest = person.text.is_none_or(|text| text.newest);
        let state = self.shared.lock();
        let (user, code) = state.phones.code(person.number, newest, state.now)?;
        let user = state.owner(Some(user))?.clone();
        // Random codes of two mails are the same once in a million times. A run must not depend on it.
        let mailed = state.table.verifications.get(&user);
        let hash = code.hash(&state.code_key, &user);
        let is_mailed = mailed.is_some_and(|found| {
            found
                .codes
                .iter()
                .any(|(_, mailed)| mailed.as_str() == hash.as_str())
        });
        (!is_mailed).then(|| Mailed::Code(user, code.clone(), Contact::Phone))
    }
}
