//! What people do, and what they are told.

use contracts::values::{LinkToken, UserId};
use serde_json::{Value, json};

use super::{Answer, Ask, Event, For, World};
use crate::fault::Function;
use crate::inner::START;
use crate::journal::What;
use crate::plan::{SignUp, When};
use crate::watch::Rule;

/// What everybody signs up with.
pub(crate) const NAME: &str = "Ada";
pub(crate) const PHONE: &str = "+493012345678";
pub(crate) const LOCALE: &str = "de";
pub(crate) const CAMPAIGN: &str = "spring";

/// What a person waits before following a link again, in milliseconds.
const PATIENCE: i64 = 20_000;

impl World {
    fn person(&self, number: u8) -> Option<SignUp> {
        let found = self.plan.sign_ups.iter().find(|sign_up| sign_up.number == number);
        found.cloned()
    }

    pub(super) fn ask(&mut self, number: u8, ask: Ask) {
        let Some(person) = self.person(number) else { return };
        let (function, method, path, body, words) = match &ask {
            Ask::SignUp { .. } => {
                let body = json!({
                    "email": person.email(),
                    "name": NAME,
                    "phone": PHONE,
                    "locale": LOCALE,
                    "campaign": CAMPAIGN,
                });
                (
                    Function::CreateUser,
                    "POST",
                    "/users".to_owned(),
                    body,
                    "signs up",
                )
            }
            Ask::Look(user) => (
                Function::GetUser,
                "GET",
                format!("/users/{user}"),
                Value::Null,
                "looks where it stands",
            ),
            Ask::Click { tries } => {
                let newest = person.click.is_none_or(|click| click.newest);
                let link = self
                    .shared
                    .lock()
                    .mailbox
                    .link(number, newest)
                    .and_then(|letter| letter.link.clone());
                let tries = *tries;
                if let Some(link) = link {
                    self.ask(number, Ask::Follow { tries, link });
                }
                return;
            }
            Ask::Guess => {
                // Nobody was mailed it.
                let body = json!({"token": LinkToken::from_bytes([number; 32]).expose()});
                (
                    Function::ConfirmEmail,
                    "POST",
                    "/verifications".to_owned(),
                    body,
                    "tries a link that nobody was mailed",
                )
            }
            Ask::Follow { link, .. } => {
                let body = json!({"token": link.expose()});
                (
                    Function::ConfirmEmail,
                    "POST",
                    "/verifications".to_owned(),
                    body,
                    "follows a link",
                )
            }
        };
        let mut headers = json!({"content-type": "application/json"});
        if let (Some(key), Ask::SignUp { .. }, Value::Object(headers)) = (person.key, &ask, &mut headers) {
            headers.insert("idempotency-key".to_owned(), json!(format!("key-{key}")));
        }
        let event = json!({
            "version": "2.0",
            "rawPath": path,
            "headers": headers,
            "body": if body.is_null() { String::new() } else { body.to_string() },
            "isBase64Encoded": false,
            "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        });
        self.shared.lock().note(Some(number), What::Asked(words));
        self.call(function, number, None, event, For::Person(ask), "is called");
    }

    /// A function has answered a person.
    pub(super) fn told(&mut self, number: u8, ask: Ask, answer: &Value) {
        let status = answer
            .get("statusCode")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let headers = answer.get("headers").map(Value::to_string).unwrap_or_default();
        let text = answer.get("body").and_then(Value::as_str).unwrap_or_default();
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let asked = asked(&ask);
        let (now, started_at) = {
            let mut inner = self.shared.lock();
            inner.said(text);
            inner.note(
                Some(number),
                What::Answered(asked, u16::try_from(status).unwrap_or_default()),
            );
            (inner.now, inner.running.started_at)
        };
        let told = self.alias(&format!("{status} {headers} {text}"));
        self.answers.push(Answer {
            sign_up: number,
            at: now,
            asked,
            told,
        });
        match ask {
            Ask::SignUp { .. } if status == 202 => self.accepted(number, &body),
            Ask::Look(_) => self.shared.lock().told(status, &body),
            Ask::Guess => self.shared.lock().guessed(status, &body),
            Ask::Follow { tries, link } => {
                self.shared.lock().clicked(&link, status, &body, started_at);
                if status >= 500 {
                    self.follow_again(number, tries, link, now);
                }
            }
            Ask::SignUp { tries } if status >= 500 => self.sign_up_again(number, tries, now),
            Ask::SignUp { .. } | Ask::Click { .. } => {}
        }
    }

    /// The function died, and API Gateway answers for it.
    pub(super) fn told_in_vain(&mut self, number: u8, ask: Ask, at: i64) {
        let asked = asked(&ask);
        self.shared.lock().note(Some(number), What::Answered(asked, 500));
        self.answers.push(Answer {
            sign_up: number,
            at,
            asked,
            told: "500".to_owned(),
        });
        match ask {
            Ask::SignUp { tries } => self.sign_up_again(number, tries, at),
            Ask::Follow { tries, link } => self.follow_again(number, tries, link, at),
            Ask::Look(_) | Ask::Guess | Ask::Click { .. } => {}
        }
    }

    fn accepted(&mut self, number: u8, body: &Value) {
        let Some(person) = self.person(number) else { return };
        let user = body
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse::<UserId>().ok());
        let Some(user) = user else {
            self.shared
                .lock()
                .watch
                .violate(Rule::Started, "an answer without an id");
            return;
        };
        let now = {
            let mut inner = self.shared.lock();
            inner.accepted(&user, &person);
            inner.now
        };
        if let Some(after) = person.looks.first() {
            self.plan_for(now + after, Event::Person(number, Ask::Guess));
        }
        for after in person.looks {
            self.plan_for(now + after, Event::Person(number, Ask::Look(user.clone())));
        }
    }

    /// Soon at first, then every few minutes: an outage of an hour is outlasted.
    fn sign_up_again(&mut self, number: u8, tries: u8, now: i64) {
        let most = self.person(number).map_or(0, |person| person.tries);
        if tries > 1 {
            let done = most.saturating_sub(tries);
            let pause = if done < 3 { 2_000 } else { 240_000 };
            let ask = Ask::SignUp { tries: tries - 1 };
            self.plan_for(now + pause, Event::Person(number, ask));
        }
    }

    fn follow_again(&mut self, number: u8, tries: u8, link: LinkToken, now: i64) {
        let most = self
            .person(number)
            .and_then(|person| person.click)
            .map_or(0, |click| click.tries);
        if tries > 1 {
            let ask = Ask::Follow {
                tries: tries - 1,
                link,
            };
            self.plan_for(now + PATIENCE, Event::Person(number, ask));
        } else if most > 100 {
            let found = format!("the link of sign-up {number} gets no answer but 5xx");
            self.shared.lock().watch.violate(Rule::ClicksEnd, found);
        }
    }

    /// Whoever gets the first link decides when to follow one.
    pub(super) fn plan_clicks(&mut self) {
        loop {
            let Some(number) = self.shared.lock().mailbox.new.pop() else {
                return;
            };
            let click = self.person(number).and_then(|person| person.click);
            let Some(click) = click.filter(|_| !self.clicks_planned.contains(&number)) else {
                continue;
            };
            self.clicks_planned.push(number);
            let at = match click.when {
                When::After(millis) => self.now() + millis,
                When::AroundTheEnd(millis) => self.end_of_window(number) + millis,
            };
            let at = at.max(self.now());
            let ask = Ask::Click { tries: click.tries };
            self.plan_for(at, Event::Person(number, ask.clone()));
            if click.double {
                self.plan_for(at + 5, Event::Person(number, ask));
            }
        }
    }

    fn end_of_window(&self, number: u8) -> i64 {
        let inner = self.shared.lock();
        let users = inner.owners.iter().filter(|(_, sign_up)| **sign_up == number);
        let ends = users.filter_map(|(user, _)| inner.table.users.get(user)?.window_ends_at);
        ends.map(|end| end.epoch_millis() - START)
            .max()
            .unwrap_or_default()
    }

    /// Ids by the order in which they were given out.
    fn alias(&self, text: &str) -> String {
        let inner = self.shared.lock();
        let mut text = text.to_owned();
        for (index, user) in inner.owners.keys().enumerate() {
            if text.contains(user.as_str()) {
                text = text.replace(user.as_str(), &format!("<user {index}>"));
            }
        }
        text
    }
}

fn asked(ask: &Ask) -> &'static str {
    match ask {
        Ask::SignUp { .. } => "sign-up",
        Ask::Look(_) => "status",
        Ask::Click { .. } | Ask::Follow { .. } | Ask::Guess => "link",
    }
}
