//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::sync::{Arc, Mutex};

use contracts::validate_email::{ValidateEmailError, ValidateEmailInput};
use contracts::values::{AddressKey, EmailAddress, LinkToken, Timestamp, UserId};
use kit::testing::{FixedClock, NOON, event, no_answer};
use kit::{CallbackFunction, Handler};
use serde_json::Value;
use validate_email::{
    App, Grant, GrantMail, Mail, MailFault, OpenVerification, Opened, RecordMailed, Recorded, SendMail,
    Settings, StoreFault, Verification,
};

/// What was asked of the ports, in this order.
#[derive(Debug)]
enum Call {
    Open(Verification),
    Grant(AddressKey, UserId, u32),
    Send(EmailAddress, Mail),
    Record(Timestamp),
}

type Calls = Arc<Mutex<Vec<Call>>>;

/// Gives every call the same answer; `None` is a fault.
#[derive(Clone)]
struct Answers {
    opened: Option<Opened>,
    grant: Option<Grant>,
    recorded: Option<Recorded>,
    sent: fn() -> Result<(), MailFault>,
    calls: Calls,
}

impl Answers {
    fn note(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }
}

impl OpenVerification for Answers {
    async fn open(&self, verification: Verification) -> Result<Opened, StoreFault> {
        self.note(Call::Open(verification));
        self.opened.ok_or_else(no_answer)
    }
}

impl GrantMail for Answers {
    async fn grant(
        &self,
        address: &AddressKey,
        user: &UserId,
        _: Timestamp,
        most: u32,
    ) -> Result<Grant, StoreFault> {
        self.note(Call::Grant(address.clone(), user.clone(), most));
        self.grant.ok_or_else(no_answer)
    }
}

impl RecordMailed for Answers {
    async fn record(&self, _: &UserId, window_ends_at: Timestamp) -> Result<Recorded, StoreFault> {
        self.note(Call::Record(window_ends_at));
        self.recorded.ok_or_else(no_answer)
    }
}

impl SendMail for Answers {
    async fn send(&self, to: &EmailAddress, mail: &Mail) -> Result<(), MailFault> {
        self.note(Call::Send(to.clone(), mail.clone()));
        (self.sent)()
    }
}

/// Everything goes well.
fn well() -> Answers {
    Answers {
        opened: Some(Opened::Open),
        grant: Some(Grant::Granted),
        recorded: Some(Recorded::Recorded),
        sent: || Ok(()),
        calls: Calls::default(),
    }
}

fn app(answers: &Answers) -> App<Answers, Answers, FixedClock> {
    let settings = Settings {
        site_url: "https://example.org/".to_owned(),
        mails_per_day: 5,
    };
    App::new(answers.clone(), answers.clone(), NOON, settings)
}

fn input(name: &str) -> ValidateEmailInput {
    serde_json::from_value(event(name)).unwrap()
}

/// The recorded calls.
fn calls(answers: &Answers) -> Vec<Call> {
    std::mem::take(&mut answers.calls.lock().unwrap())
}

/// The token in a mail's link.
fn mailed_token(mail: &Mail) -> LinkToken {
    let (_, rest) = mail.text.split_once("https://example.org/verify#").unwrap();
    rest.lines().next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_link_is_known_before_it_is_mailed() {
    let answers = well();

    app(&answers).call(input("confirm")).await.unwrap();

    let calls = calls(&answers);
    let [
        Call::Open(opened),
        Call::Grant(..),
        Call::Send(to, mail),
        Call::Record(recorded),
    ] = calls.as_slice()
    else {
        panic!("{calls:?}");
    };
    let window_ends_at: Timestamp = "2026-01-02T12:00:00Z".parse().unwrap();
    assert_eq!(opened.link, mailed_token(mail).hash());
    assert_eq!(opened.task_token, input("confirm").task_token);
    assert_eq!(opened.window_ends_at, window_ends_at);
    assert_eq!(*to, input("confirm").email);
    assert_eq!(*recorded, window_ends_at);
}

#[tokio::test]
async fn every_attempt_mails_a_new_link() {
    let answers = well();
    let app = app(&answers);

    app.call(input("confirm")).await.unwrap();
    app.call(input("confirm")).await.unwrap();

    let links = calls(&answers).into_iter().filter_map(|call| match call {
        Call::Open(opened) => Some(opened.link),
        _ => None,
    });
    let links: Vec<_> = links.collect();
    assert_eq!(links.len(), 2);
    assert_ne!(links[0], links[1]);
}

#[tokio::test]
async fn an_owner_who_has_an_account_gets_a_notice_without_a_link() {
    let answers = well();

    app(&answers).call(input("already-registered")).await.unwrap();

    let mail = calls(&answers).into_iter().find_map(|call| match call {
        Call::Send(_, mail) => Some(mail),
        _ => None,
    });
    let mail = mail.unwrap();
    assert_eq!(mail.subject, "You already have an account");
    assert!(!mail.text.contains("http"), "{}", mail.text);
}

#[tokio::test]
async fn both_purposes_make_the_same_calls_in_the_same_order() {
    for name in ["confirm", "already-registered"] {
        let answers = well();

        app(&answers).call(input(name)).await.unwrap();

        let calls = calls(&answers);
        let [
            Call::Open(opened),
            Call::Grant(..),
            Call::Send(..),
            Call::Record(_),
        ] = calls.as_slice()
        else {
            panic!("{name}: {calls:?}");
        };
        assert_eq!(opened.task_token, input(name).task_token, "{name}");
    }
}

#[tokio::test]
async fn the_attempt_number_is_passed_on() {
    let answers = well();
    let third = ValidateEmailInput {
        attempt: 2,
        ..input("confirm")
    };

    app(&answers).call(third).await.unwrap();

    let attempt = calls(&answers).into_iter().find_map(|call| match call {
        Call::Open(opened) => Some(opened.attempt),
        _ => None,
    });
    assert_eq!(attempt, Some(2));
}

#[tokio::test]
async fn an_overtaken_attempt_mails_nothing_and_succeeds() {
    for name in ["confirm", "already-registered"] {
        let answers = Answers {
            opened: Some(Opened::Overtaken),
            ..well()
        };

        let output = Handler::callback(app(&answers))
            .invoke(event(name))
            .await
            .unwrap();

        let calls = calls(&answers);
        assert_eq!(output, Value::Null);
        assert!(matches!(calls.as_slice(), [Call::Open(_)]), "{name}: {calls:?}");
    }
}

#[tokio::test]
async fn mails_never_contain_the_name() {
    for name in ["confirm", "already-registered"] {
        let answers = well();
        let mut event = event(name);
        event["name"] = "Canary".into();

        Handler::callback(app(&answers)).invoke(event).await.unwrap();

        let mails = calls(&answers).into_iter().filter_map(|call| match call {
            Call::Send(_, mail) => Some(mail),
            _ => None,
        });
        for mail in mails {
            let whole = [mail.subject, mail.text, mail.html].concat();
            assert!(!whole.contains("Canary"), "{name}: {whole}");
        }
    }
}

#[tokio::test]
async fn a_mail_is_granted_to_the_sign_up_and_the_address_that_it_is_for() {
    let answers = well();

    app(&answers).call(input("confirm")).await.unwrap();

    let granted = calls(&answers).into_iter().find_map(|call| match call {
        Call::Grant(address, user, most) => Some((address, user, most)),
        _ => None,
    });
    let input = input("confirm");
    assert_eq!(granted, Some((input.email.key(), input.user_id, 5)));
}

#[tokio::test]
async fn over_the_daily_limit_no_mail_is_sent_and_nothing_else_differs() {
    for name in ["confirm", "already-registered"] {
        let answers = Answers {
            grant: Some(Grant::UsedUp),
            ..well()
        };

        let output = Handler::callback(app(&answers))
            .invoke(event(name))
            .await
            .unwrap();

        let calls = calls(&answers);
        assert_eq!(output, Value::Null);
        assert!(!calls.iter().any(|call| matches!(call, Call::Send(..))), "{name}");
        assert!(matches!(calls.last(), Some(Call::Record(_))), "{name}");
    }
}

#[tokio::test]
async fn nothing_is_mailed_once_the_address_was_confirmed() {
    let answers = Answers {
        opened: Some(Opened::Ended),
        ..well()
    };

    let error = app(&answers).call(input("confirm")).await.unwrap_err();

    assert!(matches!(error, ValidateEmailError::SignUpEnded));
    assert_eq!(calls(&answers).len(), 1);
}

#[tokio::test]
async fn a_sign_up_that_ended_meanwhile_is_reported() {
    let answers = Answers {
        recorded: Some(Recorded::Ended),
        ..well()
    };

    let error = app(&answers).call(input("confirm")).await.unwrap_err();

    assert!(matches!(error, ValidateEmailError::SignUpEnded));
}

#[tokio::test]
async fn a_mail_that_was_not_taken_is_not_recorded() {
    let unavailable: fn() -> _ = || Err(MailFault::Unavailable("throttled".into()));
    let refused: fn() -> _ = || Err(MailFault::Refused("rejected".into()));
    for (sent, name) in [(unavailable, "MailUnavailable"), (refused, "MailRefused")] {
        let answers = Answers { sent, ..well() };

        let failure = Handler::callback(app(&answers))
            .invoke(event("confirm"))
            .await
            .unwrap_err();

        let calls = calls(&answers);
        assert_eq!(failure.name, name);
        assert!(
            !calls.iter().any(|call| matches!(call, Call::Record(_))),
            "{calls:?}"
        );
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_reported_by_its_declared_name() {
    let silent = [
        Answers {
            opened: None,
            ..well()
        },
        Answers {
            grant: None,
            ..well()
        },
        Answers {
            recorded: None,
            ..well()
        },
    ];
    for answers in silent {
        let failure = Handler::callback(app(&answers))
            .invoke(event("confirm"))
            .await
            .unwrap_err();

        assert_eq!(failure.name, "StoreUnavailable");
    }
}

#[tokio::test]
async fn a_bad_address_is_reported_by_its_field_and_never_by_its_value() {
    let handler = Handler::callback(app(&well()));

    let failure = handler.invoke(event("bad-email")).await.unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`email`"), "{}", failure.message);
    assert!(!failure.message.contains("not an address"), "{}", failure.message);
}

#[tokio::test]
async fn debug_hides_the_task_token_and_the_link() {
    let answers = well();

    app(&answers).call(input("confirm")).await.unwrap();

    let calls = calls(&answers);
    let debug = format!("{calls:?}");
    let token = calls.iter().find_map(|call| match call {
        Call::Send(_, mail) => Some(mailed_token(mail).expose()),
        _ => None,
    });
    assert!(!debug.contains(&token.unwrap()), "{debug}");
    assert!(!debug.contains("a-task-token"), "{debug}");
}
