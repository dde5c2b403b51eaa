//! People: the requests that they send, and their reactions to the responses.

use confirm_contact::Proof;
use contracts::values::{ConfirmationCode, ConfirmationScope, Contact, LinkToken, UserId};
use serde_json::{Value, json};

use super::invocations::Caller;
use super::{Response, ScheduledEvent, Simulation};
use crate::fault::FunctionId;
use crate::invariants::Invariant;
use crate::scenario::{ClickTime, SignUp};
use crate::state::START;
use crate::trace::TraceEvent;

/// The data that everybody signs up with.
pub(crate) const LOCALE: &str = "de";
pub(crate) const CAMPAIGN: &str = "spring";

/// The pause before a person follows a link again, in milliseconds.
const CLICK_PAUSE: i64 = 20_000;

/// A person with more clicks than this must get a response other than 5xx.
const MANY_CLICKS: u8 = 100;

/// What a person does.
#[derive(Debug, Clone)]
pub(super) enum Action {
    SignUp {
        attempts_left: u8,
    },
    CheckStatus(UserId),
    /// Follows a link that was never mailed.
    GuessLink,
    /// Looks at what a link confirms.
    Preview(LinkToken),
    /// Asks for another mail.
    AskForMail(UserId),
    /// Enters a code that was never mailed.
    GuessCode(UserId),
    /// Chooses a mail, and follows its link or enters its code.
    Click {
        attempts_left: u8,
    },
    /// Chooses a text message, and enters its code.
    EnterText {
        attempts_left: u8,
    },
    Confirm {
        attempts_left: u8,
        mailed: Mailed,
    },
}

/// What is confirmed with.
#[derive(Debug, Clone)]
pub(crate) enum Mailed {
    Link(LinkToken, ConfirmationScope),
    /// With the contact that it was sent to.
    Code(UserId, ConfirmationCode, Contact),
}

impl Action {
    fn request(&self) -> &'static str {
        match self {
            Self::SignUp { .. } => "sign-up",
            Self::CheckStatus(_) => "status",
            Self::Click { .. } | Self::GuessLink => "link",
            Self::AskForMail(_) => "another mail",
            Self::Preview(_) => "preview",
            Self::GuessCode(_) | Self::EnterText { .. } => "code",
            Self::Confirm { mailed, .. } => match mailed {
                Mailed::Link(..) => "link",
                Mailed::Code(..) => "code",
            },
        }
    }
}

impl Action {
    /// What it confirms, if it is a confirmation. A code is entered where the sign-up was made, so it confirms all of it.
    pub(super) fn choice(&self) -> Option<(Proof, ConfirmationScope)> {
        match self {
            Self::Confirm { mailed, .. } => Some(match mailed {
                Mailed::Link(_, scope) => (Proof::Link, *scope),
                Mailed::Code(_, _, contact) => (Proof::Code(*contact), ConfirmationScope::All),
            }),
            _ => None,
        }
    }
}

impl SignUp {
    /// The maximum number of attempts to confirm with this.
    fn max_confirmations(&self, mailed: &Mailed) -> u8 {
        match mailed {
            Mailed::Code(_, _, Contact::Phone) => self.text.map_or(0, |text| text.max_attempts),
            Mailed::Code(..) | Mailed::Link(..) => self.click.map_or(0, |click| click.max_attempts),
        }
    }
}

impl Simulation {
    #[expect(clippy::expect_used, reason = "only people of the scenario act")]
    pub(super) fn person(&self, number: u8) -> SignUp {
        let person = self.scenario.sign_up(number);
        person.expect("the sign-up is one of the scenario").clone()
    }

    /// Carries out an action: sends its request to the function behind the route.
    #[expect(clippy::too_many_lines, reason = "it has one arm for each action")]
    pub(super) fn act(&mut self, number: u8, action: Action) {
        let person = self.person(number);
        let verify = |body: Value| {
            (
                FunctionId::ConfirmContact,
                "POST",
                "/verifications".to_owned(),
                body.to_string(),
            )
        };
        let ((function, method, path, body), text) = match &action {
            Action::SignUp { .. } => {
                let body = json!({
                    "email": person.email(),
                    "name": person.name(),
                    "phone": person.phone_number(),
                    "locale": LOCALE,
                    "campaign": CAMPAIGN,
                });
                let request = (
                    FunctionId::CreateUser,
                    "POST",
                    "/users".to_owned(),
                    body.to_string(),
                );
                (request, "signs up")
            }
            Action::CheckStatus(user) => {
                let request = (
                    FunctionId::GetUser,
                    "GET",
                    format!("/users/{user}"),
                    String::new(),
                );
                (request, "checks the status")
            }
            Action::Click { attempts_left } => {
                if let Some(mailed) = self.choose_mail(&person) {
                    if let Mailed::Link(link, ConfirmationScope::Address) = &mailed {
                        self.act(number, Action::Preview(link.clone()));
                    }
                    self.act(
                        number,
                        Action::Confirm {
                            attempts_left: *attempts_left,
                            mailed,
                        },
                    );
                }
                return;
            }
            Action::EnterText { attempts_left } => {
                if let Some(mailed) = self.choose_text(&person) {
                    let attempts_left = *attempts_left;
                    self.act(
                        number,
                        Action::Confirm {
                            attempts_left,
                            mailed,
                        },
                    );
                }
                return;
            }
            Action::AskForMail(user) => {
                let path = format!("/users/{user}/mails");
                (
                    (FunctionId::RequestMail, "POST", path, String::new()),
                    "asks for another mail",
                )
            }
            Action::Preview(link) => {
                let request = (
                    FunctionId::ConfirmContact,
                    "POST",
                    "/verifications/preview".to_owned(),
                    json!({"token": link.expose()}).to_string(),
                );
                (request, "looks at what a link confirms")
            }
            Action::GuessLink => {
                let link = LinkToken::from_bytes([number; 32]);
                let body = json!({"token": link.expose()});
                (verify(body), "follows a link that was never mailed")
            }
            Action::GuessCode(user) => {
                let code = self.shared.lock().wrong_code(user);
                let body = json!({"userId": user, "code": code.expose()});
                (verify(body), "enters a code that was never mailed")
            }
            Action::Confirm { mailed, .. } => match mailed {
                // Every other person leaves the default out.
                Mailed::Link(link, ConfirmationScope::All) if number.is_multiple_of(2) => {
                    (verify(json!({"token": link.expose()})), "follows a link")
                }
                Mailed::Link(link, scope) => {
                    let body = json!({"token": link.expose(), "confirm": scope.as_str()});
                    (verify(body), "follows a link")
                }
                Mailed::Code(user, code, contact) => {
                    let body = json!({"userId": user, "code": code.expose()});
                    let text = match contact {
                        Contact::Email => "enters a code",
                        Contact::Phone => "enters the code of a text message",
                    };
                    (verify(body), text)
                }
            },
        };
        // What a client says of its source must not matter.
        let claimed = format!("198.51.100.{}", self.scheduled % 256);
        let headers = match (person.key, &action) {
            (Some(key), Action::SignUp { .. }) => json!({
                "content-type": "application/json",
                "idempotency-key": format!("key-{key}"),
                "x-forwarded-for": claimed,
            }),
            _ => json!({"content-type": "application/json", "x-forwarded-for": claimed}),
        };
        let event = json!({
            "version": "2.0",
            "rawPath": path,
            "headers": headers,
            "body": body,
            "isBase64Encoded": false,
            "requestContext": {
                "stage": "$default",
                "http": {"method": method, "path": path, "sourceIp": format!("192.0.{}.{number}", person.source)},
            },
        });
        self.shared.lock().note(Some(number), TraceEvent::Request(text));
        let caller = Caller::Person(action);
        self.call(function, number, None, event, caller, "is called");
    }

    /// A function's response reaches a person.
    #[expect(clippy::expect_used, reason = "the kit writes every response in this form")]
    pub(super) fn respond(&mut self, number: u8, action: Action, response: &Value) {
        let status = response.get("statusCode").and_then(Value::as_u64);
        let status = status.and_then(|status| u16::try_from(status).ok());
        let status = status.expect("a response has a status code");
        let headers = response.get("headers").map(Value::to_string).unwrap_or_default();
        let text = response.get("body").and_then(Value::as_str).unwrap_or_default();
        // A body that is not JSON has none of the fields that are checked below.
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let (now, started_at) = {
            let mut state = self.shared.lock();
            state.check_for_personal_data(text);
            if !matches!(action, Action::Preview(_)) {
                state.check_for_numbers(text);
            }
            state.note(Some(number), TraceEvent::Response(action.request(), status));
            (state.now, state.running.started_at)
        };
        let text = self.replace_ids(&format!("{status} {headers} {text}"));
        self.push_response(number, now, &action, text);
        // For another mail, a 429 is about its sign-up alone, unless it says that there are too many requests.
        let about_the_source = body
            .get("detail")
            .and_then(Value::as_str)
            .is_some_and(|detail| detail.starts_with("too many requests"));
        if status == 429 && (about_the_source || !matches!(action, Action::AskForMail(_))) {
            let seconds = response
                .pointer("/headers/retry-after")
                .and_then(Value::as_str)
                .and_then(|seconds| seconds.parse::<i64>().ok());
            let seconds = seconds.expect("a 429 says when to come back");
            return self.come_back(number, action, now + 1_000 * seconds);
        }
        if status < 500 {
            let person = self.person(number);
            self.shared.lock().on_answered(&person, action.request());
        }
        match action {
            Action::SignUp { .. } if status == 202 => self.accept(number, &body),
            Action::SignUp { .. } if status == 422 => {
                let person = self.person(number);
                self.shared.lock().on_refused(&person);
            }
            Action::CheckStatus(_) => self.shared.lock().on_status_response(status, &body),
            Action::GuessLink => self.shared.lock().on_guessed_link(status, &body),
            Action::GuessCode(_) => self.shared.lock().on_guessed_code(status, &body),
            Action::AskForMail(user) => {
                let has_pause = headers.contains("retry-after");
                self.shared.lock().on_mail_response(&user, status, has_pause);
            }
            Action::Preview(link) => self.shared.lock().on_preview(&link, status, &body),
            Action::Confirm {
                attempts_left,
                mailed,
            } => {
                self.shared.lock().on_confirm(&mailed, status, &body, started_at);
                if status >= 500 {
                    self.confirm_again(number, attempts_left, mailed, now);
                }
            }
            Action::SignUp { attempts_left } if status >= 500 => {
                self.sign_up_again(number, attempts_left, now);
            }
            Action::SignUp { .. } | Action::Click { .. } | Action::EnterText { .. } => {}
        }
    }

    /// API Gateway's 500 for a function that died.
    pub(super) fn respond_with_error(&mut self, number: u8, action: Action, at: i64) {
        self.shared
            .lock()
            .note(Some(number), TraceEvent::Response(action.request(), 500));
        self.push_response(number, at, &action, "500".to_owned());
        match action {
            Action::SignUp { attempts_left } => self.sign_up_again(number, attempts_left, at),
            Action::Confirm {
                attempts_left,
                mailed,
            } => self.confirm_again(number, attempts_left, mailed, at),
            Action::CheckStatus(_)
            | Action::GuessLink
            | Action::GuessCode(_)
            | Action::AskForMail(_)
            | Action::Preview(_)
            | Action::Click { .. }
            | Action::EnterText { .. } => {}
        }
    }

    /// A limited request is sent again when the response says so.
    fn come_back(&mut self, number: u8, action: Action, at: i64) {
        let person = self.person(number);
        self.shared.lock().on_limited(&person, action.request());
        match action {
            Action::SignUp { attempts_left } if attempts_left > 1 => {
                let attempts_left = attempts_left - 1;
                let action = Action::SignUp { attempts_left };
                self.schedule(at, ScheduledEvent::Person(number, action));
            }
            Action::Confirm {
                attempts_left,
                mailed,
            } => self.confirm_again(number, attempts_left, mailed, at),
            _ => {}
        }
    }

    fn push_response(&mut self, sign_up: u8, at: i64, action: &Action, text: String) {
        self.responses.push(Response {
            sign_up,
            at,
            request: action.request(),
            text,
        });
    }

    fn accept(&mut self, number: u8, body: &Value) {
        let person = self.person(number);
        let user = body
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse::<UserId>().ok());
        let mut state = self.shared.lock();
        let Some(user) = user else {
            state
                .monitor
                .violate(Invariant::AcceptedIsStarted, "a 202 without an id");
            return;
        };
        state.on_accepted(&user, &person);
        let now = state.now;
        drop(state);
        if let Some(after) = person.status_checks.first() {
            self.schedule(now + after, ScheduledEvent::Person(number, Action::GuessLink));
        }
        for after in person.mail_requests {
            let action = Action::AskForMail(user.clone());
            self.schedule(now + after, ScheduledEvent::Person(number, action));
        }
        for after in person.wrong_codes {
            let action = Action::GuessCode(user.clone());
            self.schedule(now + after, ScheduledEvent::Person(number, action));
        }
        for after in person.status_checks {
            let action = Action::CheckStatus(user.clone());
            self.schedule(now + after, ScheduledEvent::Person(number, action));
        }
    }

    /// Soon at first, then every four minutes, so that the person outlasts an outage of an hour.
    fn sign_up_again(&mut self, number: u8, attempts_left: u8, now: i64) {
        if attempts_left > 1 {
            let failed = self.person(number).max_attempts.saturating_sub(attempts_left);
            let pause = if failed < 3 { 2_000 } else { 240_000 };
            let action = Action::SignUp {
                attempts_left: attempts_left - 1,
            };
            self.schedule(now + pause, ScheduledEvent::Person(number, action));
        }
    }

    /// The link or the code of the mail that the person chooses.
    fn choose_mail(&self, person: &SignUp) -> Option<Mailed> {
        let newest = person.click.is_none_or(|click| click.newest);
        let state = self.shared.lock();
        if person.click.is_some_and(|click| click.by_code) {
            let (user, code) = state.mailbox.code(person.number, newest)?;
            let user = state.owner(Some(user))?.clone();
            return Some(Mailed::Code(user, code.clone(), Contact::Email));
        }
        let link = state.mailbox.link(person.number, newest)?.clone();
        let address_alone = person.click.is_some_and(|click| click.address_alone);
        let scope = if address_alone {
            ConfirmationScope::Address
        } else {
            ConfirmationScope::All
        };
        Some(Mailed::Link(link, scope))
    }

    fn confirm_again(&mut self, number: u8, attempts_left: u8, mailed: Mailed, now: i64) {
        if attempts_left > 1 {
            let attempts_left = attempts_left - 1;
            let action = Action::Confirm {
                attempts_left,
                mailed,
            };
            self.schedule(now + CLICK_PAUSE, ScheduledEvent::Person(number, action));
        } else if self.person(number).max_confirmations(&mailed) > MANY_CLICKS {
            let found = format!("the link or code of sign-up {number} gets a 5xx only");
            self.shared
                .lock()
                .monitor
                .violate(Invariant::ClicksTerminate, found);
        }
    }

    /// Schedules the click of each person who has got the first link.
    pub(super) fn schedule_clicks(&mut self) {
        loop {
            let Some(number) = self.shared.lock().mailbox.new_links.pop() else {
                return;
            };
            if self.clicks_scheduled.contains(&number) {
                continue;
            }
            let Some(click) = self.person(number).click else {
                continue;
            };
            self.clicks_scheduled.push(number);
            let at = match click.when {
                ClickTime::AfterMail(millis) => self.now() + millis,
                ClickTime::AfterWindow(millis) => self.end_of_window(number) + millis,
            };
            let at = at.max(self.now());
            if let Some(before) = click.asks_before
                && let Some(user) = self.user_of(number)
            {
                let at = (at - before).max(self.now());
                self.schedule(at, ScheduledEvent::Person(number, Action::AskForMail(user)));
            }
            self.schedule_text_with_click(number, at);
            let action = Action::Click {
                attempts_left: click.max_attempts,
            };
            self.schedule(at, ScheduledEvent::Person(number, action.clone()));
            if click.double {
                self.schedule(at + 5, ScheduledEvent::Person(number, action));
            }
        }
    }

    /// The user of the newest mail of a sign-up.
    fn user_of(&self, number: u8) -> Option<UserId> {
        let state = self.shared.lock();
        let mut mails = state.mailbox.mails.iter().rev();
        let mail = mails.find(|mail| mail.sign_up == number)?;
        state.owner(mail.user).cloned()
    }

    pub(super) fn end_of_window(&self, number: u8) -> i64 {
        let state = self.shared.lock();
        let users = state.owners.iter().filter(|(_, sign_up)| **sign_up == number);
        let ends = users.filter_map(|(user, _)| state.table.users.get(user)?.window_ends_at);
        // A link without a window is a violation, found when its mail was sent.
        ends.max().map_or(0, |end| end.epoch_millis() - START)
    }

    /// Replaces user ids by their index, as ids are random.
    fn replace_ids(&self, text: &str) -> String {
        let state = self.shared.lock();
        let mut text = text.to_owned();
        for (index, user) in state.owners.keys().enumerate() {
            text = text.replace(user.as_str(), &format!("<user {index}>"));
        }
        text
    }
}
