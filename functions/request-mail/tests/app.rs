//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::table::UserStatus;
use contracts::values::{HashKey, TaskToken, Timestamp, UserId};
use kit::limit::Rate;
use kit::testing::{MemoryBuckets, NOON, sample_event, unavailable_store};
use kit::{Clock, Handler};
use request_mail::{
    App, Asked, FindSignUp, MailRequest, RequestMail, Settings, SignUpRecord, StoreFault, TakeMail, TaskFault,
};
use serde_json::{Value, json};

const WINDOW_END: &str = "2026-01-01T13:00:00Z";

/// Ports that return these results for every call; `None` is a fault.
#[derive(Clone)]
struct StubPorts {
    #[expect(clippy::option_option, reason = "`None` is a fault, as for the other ports")]
    found: Option<Option<SignUpRecord>>,
    taken: Option<MailRequest>,
    asks: fn() -> Result<Asked, TaskFault>,
    /// The tasks that were asked for another mail.
    asked: Arc<Mutex<Vec<String>>>,
}

impl FindSignUp for StubPorts {
    async fn find(&self, _: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        self.found.ok_or_else(unavailable_store)
    }
}

impl TakeMail for StubPorts {
    async fn take(&self, _: &UserId, now: Timestamp) -> Result<MailRequest, StoreFault> {
        assert!(now < WINDOW_END.parse().unwrap());
        self.taken.clone().ok_or_else(unavailable_store)
    }
}

impl RequestMail for StubPorts {
    async fn request(&self, task: &TaskToken) -> Result<Asked, TaskFault> {
        self.asked.lock().unwrap().push(task.expose().to_owned());
        (self.asks)()
    }
}

fn record(status: UserStatus) -> SignUpRecord {
    SignUpRecord {
        status,
        window_ends_at: Some(WINDOW_END.parse().unwrap()),
    }
}

/// Ports whose calls all succeed.
fn succeeding() -> StubPorts {
    StubPorts {
        found: Some(Some(record(UserStatus::AwaitingVerification))),
        taken: Some(MailRequest::Taken(TaskToken::new("newest"))),
        asks: || Ok(Asked::Asked),
        asked: Arc::default(),
    }
}

/// A clock that shows these times, the last one first.
struct Steps(Arc<Mutex<Vec<&'static str>>>);

impl Clock for Steps {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().pop().unwrap().parse().unwrap()
    }
}

/// The use case with these ports, which takes this many requests from one source.
fn app<C: Clock>(
    ports: &StubPorts,
    clock: C,
    per_source: u32,
) -> App<StubPorts, MemoryBuckets, StubPorts, C> {
    let settings = Settings {
        key: HashKey::new(&"k".repeat(32)).unwrap(),
        per_source: Rate::new(NonZeroU32::new(per_source).unwrap(), Duration::from_hours(1)),
    };
    let tokens = MemoryBuckets::default();
    App::new(ports.clone(), tokens, ports.clone(), clock, settings)
}

fn handler(ports: &StubPorts, per_source: u32) -> Handler {
    Handler::api("RequestMail", app(ports, NOON, per_source))
}

async fn ask(ports: &StubPorts) -> Value {
    handler(ports, 1).invoke(sample_event("ok")).await.unwrap()
}

#[tokio::test]
async fn a_waiting_task_is_asked_for_another_mail() {
    let ports = succeeding();

    let response = ask(&ports).await;

    assert_eq!(response["statusCode"], 202);
    let body = json!({"id": "0123456789abcdef0123456789abcdef", "status": "awaiting_verification"});
    assert_eq!(response["body"], body.to_string());
    assert_eq!(*ports.asked.lock().unwrap(), ["newest"]);
}

/// The task is between two attempts: the next one mails.
#[tokio::test]
async fn a_request_between_two_attempts_is_accepted() {
    let ports = StubPorts {
        asks: || Ok(Asked::NotWaiting),
        ..succeeding()
    };

    assert_eq!(ask(&ports).await["statusCode"], 202);
}

#[tokio::test]
async fn a_request_that_is_overtaken_by_the_end_of_the_window_is_gone() {
    let ports = StubPorts {
        asks: || Ok(Asked::NotWaiting),
        ..succeeding()
    };
    let clock = Steps(Arc::new(Mutex::new(vec![WINDOW_END, "2026-01-01T12:59:59.999Z"])));

    let response = Handler::api("RequestMail", app(&ports, clock, 1))
        .invoke(sample_event("ok"))
        .await
        .unwrap();

    assert_eq!(response["statusCode"], 410);
    assert_eq!(*ports.asked.lock().unwrap(), ["newest"]);
}

#[tokio::test]
async fn a_superseded_sign_up_gets_the_response_of_one_that_waits() {
    let superseded = StubPorts {
        found: Some(Some(record(UserStatus::Superseded))),
        ..succeeding()
    };

    assert_eq!(ask(&superseded).await, ask(&succeeding()).await);
}

#[tokio::test]
async fn a_sign_up_that_has_publicly_ended_is_gone() {
    let over = |status| SignUpRecord {
        status,
        window_ends_at: Some(NOON.now()),
    };
    for found in [
        record(UserStatus::Verified),
        record(UserStatus::Expired),
        record(UserStatus::Failed),
        over(UserStatus::AwaitingVerification),
        over(UserStatus::Superseded),
    ] {
        let ports = StubPorts {
            found: Some(Some(found)),
            ..succeeding()
        };

        let response = ask(&ports).await;

        assert_eq!(response["statusCode"], 410, "{found:?}");
        assert!(ports.asked.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn who_asks_too_soon_or_too_often_is_told_when_to_ask_again() {
    let last = Timestamp::from_epoch_millis(NOON.now().epoch_millis() - 20_500).unwrap();
    for (taken, seconds) in [
        (MailRequest::TooSoon { last }, "40"),
        (MailRequest::NotMailed, "60"),
        (MailRequest::UsedUp, "3600"),
    ] {
        let ports = StubPorts {
            taken: Some(taken.clone()),
            ..succeeding()
        };

        let response = ask(&ports).await;

        assert_eq!(response["statusCode"], 429, "{taken:?}");
        assert_eq!(response["headers"]["retry-after"], seconds, "{taken:?}");
        assert!(ports.asked.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_source_that_asks_too_often_is_told_when_to_ask_again() {
    let ports = succeeding();
    let handler = handler(&ports, 2);

    let mut responses = Vec::new();
    for _ in 0..3 {
        responses.push(handler.invoke(sample_event("ok")).await.unwrap());
    }

    let statuses: Vec<_> = responses.iter().map(|response| &response["statusCode"]).collect();
    assert_eq!(statuses, [202, 202, 429]);
    assert_eq!(responses[2]["headers"]["retry-after"], "1800");
    assert_eq!(ports.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_malformed_id_gets_the_response_of_an_unknown_one() {
    let unknown = StubPorts {
        found: Some(None),
        ..succeeding()
    };

    let malformed = handler(&unknown, 1)
        .invoke(sample_event("malformed-id"))
        .await
        .unwrap();

    assert_eq!(malformed["statusCode"], 404);
    assert_eq!(ask(&unknown).await, malformed);
}

#[tokio::test]
async fn faults_get_503_and_a_rejected_token_500() {
    let unavailable: [StubPorts; 3] = [
        StubPorts {
            found: None,
            ..succeeding()
        },
        StubPorts {
            taken: None,
            ..succeeding()
        },
        StubPorts {
            asks: || {
                Err(TaskFault::Unavailable {
                    source: "no response".into(),
                })
            },
            ..succeeding()
        },
    ];
    for ports in unavailable {
        assert_eq!(ask(&ports).await["statusCode"], 503);
    }
    let rejected = StubPorts {
        asks: || {
            Err(TaskFault::Rejected {
                source: "the token is invalid".into(),
            })
        },
        ..succeeding()
    };
    assert_eq!(ask(&rejected).await["statusCode"], 500);
}
