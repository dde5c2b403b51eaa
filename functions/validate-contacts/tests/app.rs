//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::values::{
    CodeHash, ConfirmationCode, EmailAddress, HashKey, PhoneNumber, RecipientHash, Timestamp, UserId,
};
use kit::Handler;
use kit::limit::{Bucket, Rate};
use kit::testing::{NOON, sample_event, unavailable_store};
use serde_json::Value;
use validate_contacts::{
    App, Claim, ClaimSms, DropPhone, Dropped, GrantMail, OpenVerification, RecordMailStep, ReturnSms,
    SendMail, SendSms, Settings, Sms, SmsFault, StoreFault,
};
use verifications::{Confirmation, Grant, Mail, MailFault, MailStep, OpenResult, RecordResult, Verification};

const ID: &str = "0123456789abcdef0123456789abcdef";

/// The calls of the ports, in their order.
#[derive(Debug)]
enum Call {
    Open(Verification),
    Claim([String; 2]),
    Text(PhoneNumber, Sms),
    GiveBack,
    Drop,
    Mail,
    Record,
}

/// Ports with these results.
#[derive(Clone)]
struct StubPorts {
    claim: Claim,
    texted: fn() -> Result<(), SmsFault>,
    dropped: Dropped,
    mailed: fn() -> Result<(), MailFault>,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl StubPorts {
    fn note(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }

    /// The names of the calls.
    fn names(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let name = |call: &Call| {
            let debug = format!("{call:?}");
            debug
                .split(|letter: char| !letter.is_alphabetic())
                .next()
                .unwrap()
                .to_owned()
        };
        calls.iter().map(name).collect()
    }

    fn opened(&self) -> Verification {
        let calls = self.calls.lock().unwrap();
        let opened = calls.iter().find_map(|call| match call {
            Call::Open(verification) => Some(verification.clone()),
            _ => None,
        });
        opened.unwrap()
    }
}

impl OpenVerification for StubPorts {
    async fn open(&self, verification: Verification) -> Result<OpenResult, StoreFault> {
        self.note(Call::Open(verification));
        Ok(OpenResult::Open)
    }
}

impl GrantMail for StubPorts {
    async fn grant(
        &self,
        _: &Bucket,
        _: &RecipientHash,
        _: &UserId,
        _: Timestamp,
    ) -> Result<Grant, StoreFault> {
        Ok(Grant::Granted)
    }
}

impl RecordMailStep for StubPorts {
    async fn record(&self, _: &UserId, _: Timestamp) -> Result<RecordResult, StoreFault> {
        self.note(Call::Record);
        Ok(RecordResult::Recorded)
    }
}

impl SendMail for StubPorts {
    async fn send(&self, _: &EmailAddress, _: &Mail) -> Result<(), MailFault> {
        self.note(Call::Mail);
        (self.mailed)()
    }
}

impl ClaimSms for StubPorts {
    async fn claim(&self, _: &UserId, buckets: &[Bucket; 2], _: Timestamp) -> Result<Claim, StoreFault> {
        self.note(Call::Claim(
            buckets.each_ref().map(|bucket| bucket.key().to_owned()),
        ));
        Ok(self.claim)
    }
}

impl ReturnSms for StubPorts {
    async fn give_back(&self, _: &UserId) -> Result<(), StoreFault> {
        self.note(Call::GiveBack);
        Ok(())
    }
}

impl DropPhone for StubPorts {
    async fn drop_phone(&self, _: &UserId, _: Timestamp) -> Result<Dropped, StoreFault> {
        self.note(Call::Drop);
        Ok(self.dropped)
    }
}

impl SendSms for StubPorts {
    async fn send(&self, to: &PhoneNumber, sms: &Sms) -> Result<(), SmsFault> {
        self.note(Call::Text(to.clone(), sms.clone()));
        (self.texted)()
    }
}

/// Ports whose calls all succeed.
fn succeeding() -> StubPorts {
    StubPorts {
        claim: Claim::Claimed,
        texted: || Ok(()),
        dropped: Dropped::Unconfirmed,
        mailed: || Ok(()),
        calls: Arc::default(),
    }
}

fn key() -> HashKey {
    HashKey::new(&"k".repeat(32)).unwrap()
}

fn handler(ports: &StubPorts, calling_codes: &str) -> Handler {
    let rate = Rate::new(NonZeroU32::new(5).unwrap(), Duration::from_hours(24));
    let mails = verifications::Settings {
        site_url: "https://example.org/".to_owned(),
        mails_per_mailbox: rate,
        confirmation: Confirmation::CodeAndLink,
        code_key: key(),
    };
    let settings = Settings {
        countries: calling_codes.parse().unwrap(),
        per_number: rate,
        per_range: rate,
        key: key(),
    };
    Handler::callback(App::new(
        MailStep::new(ports.clone(), ports.clone(), NOON, mails),
        ports.clone(),
        ports.clone(),
        NOON,
        settings,
    ))
}

async fn invoke(ports: &StubPorts, event: Value) -> Result<Value, String> {
    handler(ports, "49")
        .invoke(event)
        .await
        .map_err(|failure| failure.name.clone())
}

fn hash(code: &str) -> CodeHash {
    let code: ConfirmationCode = code.parse().unwrap();
    code.hash(&key(), &ID.parse().unwrap())
}

#[tokio::test]
async fn the_texted_code_is_stored_before_it_is_sent_and_another_than_the_mailed() {
    let ports = succeeding();

    invoke(&ports, sample_event("confirm")).await.unwrap();

    assert_eq!(ports.names(), ["Open", "Claim", "Text", "Mail", "Record"]);
    let opened = ports.opened();
    let calls = ports.calls.lock().unwrap();
    let Some(Call::Text(number, sms)) = calls.get(2) else {
        panic!("{calls:?}");
    };
    let texted = hash(&sms.expose()[..6]);
    assert_eq!(number.expose(), "+493012345678");
    assert!(texted.is_one_of(&[opened.phone_code.unwrap()]));
    assert!(!texted.is_one_of(&[opened.code]));
}

#[tokio::test]
async fn a_held_address_makes_no_difference() {
    let (free, held) = (succeeding(), succeeding());

    invoke(&free, sample_event("confirm")).await.unwrap();
    invoke(&held, sample_event("already-registered")).await.unwrap();

    assert_eq!(free.names(), held.names());
    assert!(held.opened().phone_code.is_some());
}

#[tokio::test]
async fn without_a_number_or_its_country_the_address_alone_is_asked_for() {
    let mut elsewhere = sample_event("confirm");
    elsewhere["phone"] = "+4312345678".into();
    for event in [sample_event("no-phone"), elsewhere] {
        let ports = succeeding();

        invoke(&ports, event).await.unwrap();

        assert_eq!(ports.names(), ["Open", "Mail", "Record"]);
        assert!(ports.opened().phone_code.is_none());
    }
}

#[tokio::test]
async fn what_was_sent_or_is_limited_is_not_texted_and_nothing_else_differs() {
    for claim in [Claim::NotNeeded, Claim::UsedUp(0), Claim::UsedUp(1)] {
        let ports = StubPorts {
            claim,
            ..succeeding()
        };

        invoke(&ports, sample_event("confirm")).await.unwrap();

        assert_eq!(ports.names(), ["Open", "Claim", "Mail", "Record"], "{claim:?}");
    }
}

#[tokio::test]
async fn limits_are_of_the_number_and_of_its_range() {
    let ports = succeeding();
    let mut neighbour = sample_event("confirm");
    neighbour["phone"] = "+493012340000".into();

    invoke(&ports, sample_event("confirm")).await.unwrap();
    invoke(&ports, neighbour).await.unwrap();

    let calls = ports.calls.lock().unwrap();
    let claims: Vec<_> = calls
        .iter()
        .filter_map(|call| match call {
            Call::Claim(keys) => Some(keys),
            _ => None,
        })
        .collect();
    assert_ne!(claims[0][0], claims[1][0]);
    assert_eq!(claims[0][1], claims[1][1]);
    assert!(claims[0].iter().all(|key| !key.contains("4930")), "{claims:?}");
}

#[tokio::test]
async fn what_was_not_sent_is_given_back_and_tried_again_before_a_mail() {
    let ports = StubPorts {
        texted: || Err(SmsFault::NotSent("throttled".into())),
        ..succeeding()
    };

    let failure = invoke(&ports, sample_event("confirm")).await.unwrap_err();

    assert_eq!(failure, "SmsUnavailable");
    assert_eq!(ports.names(), ["Open", "Claim", "Text", "GiveBack"]);
}

#[tokio::test]
async fn what_may_have_been_sent_is_not_sent_again() {
    let ports = StubPorts {
        texted: || Err(SmsFault::Unknown("no response".into())),
        ..succeeding()
    };

    invoke(&ports, sample_event("confirm")).await.unwrap();

    assert_eq!(ports.names(), ["Open", "Claim", "Text", "Mail", "Record"]);
}

#[tokio::test]
async fn a_refused_number_is_dropped_and_the_mail_goes_out() {
    let ports = StubPorts {
        texted: || Err(SmsFault::Refused("invalid".into())),
        ..succeeding()
    };

    invoke(&ports, sample_event("confirm")).await.unwrap();

    assert_eq!(ports.names(), ["Open", "Claim", "Text", "Drop", "Mail", "Record"]);
}

#[tokio::test]
async fn a_refused_number_of_a_confirmed_address_is_the_confirmation() {
    let ports = StubPorts {
        texted: || Err(SmsFault::Refused("opted out".into())),
        dropped: Dropped::Confirmed,
        ..succeeding()
    };

    let failure = invoke(&ports, sample_event("confirm")).await.unwrap_err();

    assert_eq!(failure, "AlreadyConfirmed");
    assert_eq!(ports.names(), ["Open", "Claim", "Text", "Drop"]);
}

#[tokio::test]
async fn a_failed_mail_is_reported_as_such() {
    let unavailable: fn() -> _ = || Err(MailFault::Unavailable("throttled".into()));
    let rate: fn() -> _ = || Err(MailFault::RateExceeded("throttled".into()));
    let quota: fn() -> _ = || Err(MailFault::QuotaUsedUp("throttled".into()));
    let rejected: fn() -> _ = || Err(MailFault::Rejected("rejected".into()));
    for (mailed, name) in [
        (unavailable, "MailUnavailable"),
        (rate, "MailRateExceeded"),
        (quota, "MailQuotaUsedUp"),
        (rejected, "MailRefused"),
    ] {
        let ports = StubPorts {
            mailed,
            ..succeeding()
        };

        assert_eq!(invoke(&ports, sample_event("confirm")).await.unwrap_err(), name);
    }
}

#[tokio::test]
async fn an_invalid_number_is_reported_by_its_field_without_its_value() {
    let failure = handler(&succeeding(), "49")
        .invoke(sample_event("bad-phone"))
        .await
        .unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`phone`"), "{}", failure.message);
    assert!(!failure.message.contains("not a number"), "{}", failure.message);
}

#[tokio::test]
async fn an_unavailable_store_is_reported_as_store_unavailable() {
    struct NoStore;

    impl ClaimSms for NoStore {
        async fn claim(&self, _: &UserId, _: &[Bucket; 2], _: Timestamp) -> Result<Claim, StoreFault> {
            Err(unavailable_store())
        }
    }

    impl ReturnSms for NoStore {
        async fn give_back(&self, _: &UserId) -> Result<(), StoreFault> {
            Err(unavailable_store())
        }
    }

    impl DropPhone for NoStore {
        async fn drop_phone(&self, _: &UserId, _: Timestamp) -> Result<Dropped, StoreFault> {
            Err(unavailable_store())
        }
    }

    let ports = succeeding();
    let rate = Rate::new(NonZeroU32::MIN, Duration::from_hours(1));
    let mails =
        verifications::Settings::from_values("https://x.example".to_owned(), &"k".repeat(32), None, None);
    let settings = Settings {
        countries: "49".parse().unwrap(),
        per_number: rate,
        per_range: rate,
        key: key(),
    };
    let step = MailStep::new(ports.clone(), ports.clone(), NOON, mails.unwrap());
    let handler = Handler::callback(App::new(step, NoStore, ports.clone(), NOON, settings));

    let failure = handler.invoke(sample_event("confirm")).await.unwrap_err();

    assert_eq!(failure.name, "StoreUnavailable");
    assert_eq!(ports.names(), ["Open"]);
}
