//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::validate_email::{ValidateEmailError, ValidateEmailInput};
use contracts::values::{
    ConfirmationCode, ConfirmationScope, EmailAddress, HashKey, LinkToken, RecipientHash, Timestamp, UserId,
};
use kit::limit::{Bucket, Rate};
use kit::testing::{FixedClock, NOON, sample_event, unavailable_store};
use kit::{CallbackFunction, Clock, Handler};
use serde_json::Value;
use validate_email::{
    App, Grant, GrantMail, Mail, MailFault, OpenResult, OpenVerification, RecordMailStep, RecordResult,
    SendMail, StoreFault, Verification,
};
use verifications::{Confirmation, MailStep, Settings};

/// The calls of the ports, in their order.
#[derive(Debug)]
enum Call {
    Open(Verification),
    Grant(Bucket, UserId),
    Send(EmailAddress, Mail),
    Record(Timestamp),
}

type Calls = Arc<Mutex<Vec<Call>>>;

/// Ports that return these results for every call; `None` is a fault.
#[derive(Clone)]
struct StubPorts {
    opened: Option<OpenResult>,
    grant: Option<Grant>,
    recorded: Option<RecordResult>,
    sent: fn() -> Result<(), MailFault>,
    calls: Calls,
}

impl StubPorts {
    fn note(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }
}

impl OpenVerification for StubPorts {
    async fn open(&self, verification: Verification) -> Result<OpenResult, StoreFault> {
        self.note(Call::Open(verification));
        self.opened.ok_or_else(unavailable_store)
    }
}

impl GrantMail for StubPorts {
    async fn grant(
        &self,
        bucket: &Bucket,
        recipient: &RecipientHash,
        user: &UserId,
        _: Timestamp,
    ) -> Result<Grant, StoreFault> {
        let hash = |name| RecipientHash::of(&input(name).email, &code_key());
        assert!([hash("confirm"), hash("already-registered")].contains(recipient));
        self.note(Call::Grant(bucket.clone(), user.clone()));
        self.grant.ok_or_else(unavailable_store)
    }
}

impl RecordMailStep for StubPorts {
    async fn record(&self, _: &UserId, window_ends_at: Timestamp) -> Result<RecordResult, StoreFault> {
        self.note(Call::Record(window_ends_at));
        self.recorded.ok_or_else(unavailable_store)
    }
}

impl SendMail for StubPorts {
    async fn send(&self, to: &EmailAddress, mail: &Mail) -> Result<(), MailFault> {
        self.note(Call::Send(to.clone(), mail.clone()));
        (self.sent)()
    }
}

/// Ports whose calls all succeed.
fn succeeding() -> StubPorts {
    StubPorts {
        opened: Some(OpenResult::Open),
        grant: Some(Grant::Granted),
        recorded: Some(RecordResult::Recorded),
        sent: || Ok(()),
        calls: Calls::default(),
    }
}

fn rate() -> Rate {
    Rate::new(NonZeroU32::new(5).unwrap(), Duration::from_hours(24))
}

fn code_key() -> HashKey {
    HashKey::new(&"k".repeat(32)).unwrap()
}

fn app(ports: &StubPorts) -> App<StubPorts, StubPorts, FixedClock> {
    app_with(ports, Confirmation::CodeAndLink)
}

fn app_with(ports: &StubPorts, confirmation: Confirmation) -> App<StubPorts, StubPorts, FixedClock> {
    let settings = Settings {
        site_url: "https://example.org/".to_owned(),
        mails_per_mailbox: rate(),
        confirmation,
        code_key: code_key(),
    };
    App(MailStep::new(ports.clone(), ports.clone(), NOON, settings))
}

fn input(name: &str) -> ValidateEmailInput {
    serde_json::from_value(sample_event(name)).unwrap()
}

/// The recorded calls.
fn calls(ports: &StubPorts) -> Vec<Call> {
    std::mem::take(&mut ports.calls.lock().unwrap())
}

/// The token in a mail's link.
fn mailed_token(mail: &Mail) -> LinkToken {
    let (_, rest) = mail.text.split_once("https://example.org/verify#").unwrap();
    rest.lines().next().unwrap().parse().unwrap()
}

/// The code in a mail.
fn mailed_code(mail: &Mail) -> ConfirmationCode {
    mail.text
        .split("\n\n")
        .find_map(|paragraph| paragraph.parse().ok())
        .unwrap()
}

#[tokio::test]
async fn code_and_link_are_stored_before_they_are_mailed() {
    let ports = succeeding();

    app(&ports).call(input("confirm")).await.unwrap();

    let calls = calls(&ports);
    let [
        Call::Open(opened),
        Call::Grant(..),
        Call::Send(to, mail),
        Call::Record(recorded),
    ] = calls.as_slice()
    else {
        panic!("{calls:?}");
    };
    let window_ends_at: Timestamp = "2100-01-02T12:00:00Z".parse().unwrap();
    assert_eq!(opened.link, mailed_token(mail).hash());
    let code = mailed_code(mail).hash(&code_key(), &opened.user);
    assert!(opened.code.is_one_of(&[code]));
    assert_eq!(opened.task_token, input("confirm").task_token);
    assert_eq!(opened.window_ends_at, window_ends_at);
    assert_eq!(*to, input("confirm").email);
    assert_eq!(*recorded, window_ends_at);
}

#[tokio::test]
async fn a_mail_by_code_alone_has_no_link_and_everything_else_is_the_same() {
    let ports = succeeding();

    app_with(&ports, Confirmation::Code)
        .call(input("confirm"))
        .await
        .unwrap();

    let calls = calls(&ports);
    let [
        Call::Open(opened),
        Call::Grant(..),
        Call::Send(_, mail),
        Call::Record(_),
    ] = calls.as_slice()
    else {
        panic!("{calls:?}");
    };
    assert!(
        !mail.text.contains("http") && !mail.html.contains("http"),
        "{}",
        mail.html
    );
    let code = mailed_code(mail).hash(&code_key(), &opened.user);
    assert!(opened.code.is_one_of(&[code]));
}

#[tokio::test]
async fn every_attempt_mails_a_new_link() {
    let ports = succeeding();
    let app = app(&ports);

    app.call(input("confirm")).await.unwrap();
    app.call(input("confirm")).await.unwrap();

    let links = calls(&ports).into_iter().filter_map(|call| match call {
        Call::Open(opened) => Some(opened.link),
        _ => None,
    });
    let links: Vec<_> = links.collect();
    assert_eq!(links.len(), 2);
    assert_ne!(links[0], links[1]);
}

#[tokio::test]
async fn the_owner_of_a_held_address_gets_a_notice_without_code_and_link() {
    let ports = succeeding();

    app(&ports).call(input("already-registered")).await.unwrap();

    let mail = calls(&ports).into_iter().find_map(|call| match call {
        Call::Send(_, mail) => Some(mail),
        _ => None,
    });
    let mail = mail.unwrap();
    assert_eq!(mail.subject, "You already have an account");
    assert!(!mail.text.contains("http"), "{}", mail.text);
    assert!(
        !mail.text.contains(|letter: char| letter.is_ascii_digit()),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn both_purposes_make_the_same_calls_in_the_same_order() {
    for name in ["confirm", "already-registered"] {
        let ports = succeeding();

        app(&ports).call(input(name)).await.unwrap();

        let calls = calls(&ports);
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
async fn the_attempt_number_is_stored() {
    let ports = succeeding();
    let third = ValidateEmailInput {
        attempt: 2,
        ..input("confirm")
    };

    app(&ports).call(third).await.unwrap();

    let attempt = calls(&ports).into_iter().find_map(|call| match call {
        Call::Open(opened) => Some(opened.attempt),
        _ => None,
    });
    assert_eq!(attempt, Some(2));
}

#[tokio::test]
async fn a_stale_attempt_sends_no_mail_and_succeeds() {
    for name in ["confirm", "already-registered"] {
        let ports = StubPorts {
            opened: Some(OpenResult::StaleAttempt),
            ..succeeding()
        };

        let output = Handler::callback(app(&ports))
            .invoke(sample_event(name))
            .await
            .unwrap();

        let calls = calls(&ports);
        assert_eq!(output, Value::Null);
        assert!(matches!(calls.as_slice(), [Call::Open(_)]), "{name}: {calls:?}");
    }
}

#[tokio::test]
async fn mails_never_contain_the_name() {
    for name in ["confirm", "already-registered"] {
        let ports = succeeding();
        let mut event = sample_event(name);
        event["name"] = "Canary".into();

        Handler::callback(app(&ports)).invoke(event).await.unwrap();

        let mails = calls(&ports).into_iter().filter_map(|call| match call {
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
async fn the_grant_is_for_the_sign_up_and_its_mailbox() {
    let ports = succeeding();

    app(&ports).call(input("confirm")).await.unwrap();

    let granted = calls(&ports).into_iter().find_map(|call| match call {
        Call::Grant(bucket, user) => Some((bucket, user)),
        _ => None,
    });
    let (bucket, user) = granted.unwrap();
    let input = input("confirm");
    assert_eq!(user, input.user_id);
    assert_eq!(
        bucket.key(),
        Bucket::of_mails(&input.email.mailbox(), rate()).key()
    );
    assert_eq!(bucket.rate(), rate());
}

#[tokio::test]
async fn over_the_mail_limit_no_mail_is_sent_and_nothing_else_differs() {
    for name in ["confirm", "already-registered"] {
        let ports = StubPorts {
            grant: Some(Grant::UsedUp),
            ..succeeding()
        };

        let output = Handler::callback(app(&ports))
            .invoke(sample_event(name))
            .await
            .unwrap();

        let calls = calls(&ports);
        assert_eq!(output, Value::Null);
        assert!(!calls.iter().any(|call| matches!(call, Call::Send(..))), "{name}");
        assert!(matches!(calls.last(), Some(Call::Record(_))), "{name}");
    }
}

#[tokio::test]
async fn to_a_suppressed_address_no_mail_is_sent_and_the_end_of_the_step_is_recorded() {
    for name in ["confirm", "already-registered"] {
        let ports = StubPorts {
            grant: Some(Grant::Suppressed),
            ..succeeding()
        };

        let failure = Handler::callback(app(&ports))
            .invoke(sample_event(name))
            .await
            .unwrap_err();

        let calls = calls(&ports);
        assert_eq!(failure.name, "AddressSuppressed");
        let [Call::Open(_), Call::Grant(..), Call::Record(_)] = calls.as_slice() else {
            panic!("{name}: {calls:?}");
        };
    }
}

#[tokio::test]
async fn a_bounce_while_no_task_waited_is_reported_and_nothing_is_mailed() {
    let ports = StubPorts {
        opened: Some(OpenResult::Suppressed),
        ..succeeding()
    };

    let error = app(&ports).call(input("confirm")).await.unwrap_err();

    assert!(matches!(error, ValidateEmailError::AddressSuppressed));
    assert_eq!(calls(&ports).len(), 1);
}

#[tokio::test]
async fn no_mail_after_the_confirmation() {
    let ports = StubPorts {
        opened: Some(OpenResult::Ended),
        ..succeeding()
    };

    let error = app(&ports).call(input("confirm")).await.unwrap_err();

    assert!(matches!(error, ValidateEmailError::SignUpEnded));
    assert_eq!(calls(&ports).len(), 1);
}

#[tokio::test]
async fn a_confirmation_while_no_task_waited_is_reported_and_nothing_is_mailed() {
    for (scope, expected) in [
        (ConfirmationScope::All, "AlreadyConfirmed"),
        (ConfirmationScope::Address, "AddressAlreadyConfirmed"),
    ] {
        let ports = StubPorts {
            opened: Some(OpenResult::Confirmed(scope)),
            ..succeeding()
        };

        let failure = Handler::callback(app(&ports))
            .invoke(sample_event("confirm"))
            .await
            .unwrap_err();

        assert_eq!(failure.name, expected);
        assert_eq!(calls(&ports).len(), 1);
    }
}

#[tokio::test]
async fn a_sign_up_that_ended_is_an_error() {
    let ports = StubPorts {
        recorded: Some(RecordResult::Ended),
        ..succeeding()
    };

    let error = app(&ports).call(input("confirm")).await.unwrap_err();

    assert!(matches!(error, ValidateEmailError::SignUpEnded));
}

#[tokio::test]
async fn after_the_window_nothing_is_stored_or_mailed() {
    // A window of a second, requested so many seconds ago.
    for (late, result) in [(60, Ok(())), (61, Err("WindowEnded"))] {
        let ports = succeeding();
        let mut event = sample_event("confirm");
        event["windowSeconds"] = 1.into();
        let requested_at = NOON.now().epoch_millis() - late * 1_000;
        event["requestedAt"] =
            serde_json::to_value(Timestamp::from_epoch_millis(requested_at).unwrap()).unwrap();

        let called = Handler::callback(app(&ports)).invoke(event).await;

        assert_eq!(
            called.map(|_| ()).map_err(|failure| failure.name),
            result.map_err(str::to_owned)
        );
        assert_eq!(calls(&ports).is_empty(), result.is_err(), "{late}");
    }
}

#[tokio::test]
async fn a_failed_mail_is_not_recorded() {
    let unavailable: fn() -> _ = || Err(MailFault::Unavailable("throttled".into()));
    let rate: fn() -> _ = || Err(MailFault::RateExceeded("throttled".into()));
    let quota: fn() -> _ = || Err(MailFault::QuotaUsedUp("throttled".into()));
    let rejected: fn() -> _ = || Err(MailFault::Rejected("rejected".into()));
    for (sent, name) in [
        (unavailable, "MailUnavailable"),
        (rate, "MailRateExceeded"),
        (quota, "MailQuotaUsedUp"),
        (rejected, "MailRefused"),
    ] {
        let ports = StubPorts { sent, ..succeeding() };

        let failure = Handler::callback(app(&ports))
            .invoke(sample_event("confirm"))
            .await
            .unwrap_err();

        let calls = calls(&ports);
        assert_eq!(failure.name, name);
        assert!(
            !calls.iter().any(|call| matches!(call, Call::Record(_))),
            "{calls:?}"
        );
    }
}

#[tokio::test]
async fn an_unavailable_store_is_reported_as_store_unavailable() {
    let silent = [
        StubPorts {
            opened: None,
            ..succeeding()
        },
        StubPorts {
            grant: None,
            ..succeeding()
        },
        StubPorts {
            recorded: None,
            ..succeeding()
        },
    ];
    for ports in silent {
        let failure = Handler::callback(app(&ports))
            .invoke(sample_event("confirm"))
            .await
            .unwrap_err();

        assert_eq!(failure.name, "StoreUnavailable");
    }
}

#[tokio::test]
async fn an_invalid_address_is_reported_by_its_field_without_its_value() {
    let handler = Handler::callback(app(&succeeding()));

    let failure = handler.invoke(sample_event("bad-email")).await.unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`email`"), "{}", failure.message);
    assert!(!failure.message.contains("not an address"), "{}", failure.message);
}

#[tokio::test]
async fn debug_hides_the_task_token_and_the_link() {
    let ports = succeeding();

    app(&ports).call(input("confirm")).await.unwrap();

    let calls = calls(&ports);
    let debug = format!("{calls:?}");
    let token = calls.iter().find_map(|call| match call {
        Call::Send(_, mail) => Some(mailed_token(mail).expose()),
        _ => None,
    });
    assert!(!debug.contains(&token.unwrap()), "{debug}");
    assert!(!debug.contains("a-task-token"), "{debug}");
}
