//! The use case, with mocked ports.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use std::sync::{Arc, Mutex};

use contracts::values::{RecipientHash, TaskToken, Timestamp, UserId};
use kit::Handler;
use kit::testing::{NOON, sample_event, unavailable_store};
use record_mail_event::{App, EndWait, Ended, MarkSignUp, StoreFault, SuppressAddress, TaskFault};
use serde_json::{Value, json};

/// Ports that return these results for every call, and note the calls.
#[derive(Clone)]
struct StubPorts {
    suppressed: fn() -> Result<(), StoreFault>,
    marked: fn() -> Result<Option<TaskToken>, StoreFault>,
    ended: fn() -> Result<Ended, TaskFault>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl StubPorts {
    fn note(&self, call: String) {
        self.calls.lock().unwrap().push(call);
    }
}

impl SuppressAddress for StubPorts {
    async fn suppress(&self, _: &RecipientHash, until: Timestamp) -> Result<(), StoreFault> {
        self.note(format!(
            "suppress until {}",
            serde_json::to_string(&until).unwrap()
        ));
        (self.suppressed)()
    }
}

impl MarkSignUp for StubPorts {
    async fn mark(&self, user: &UserId, _: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        self.note(format!("mark {user}"));
        (self.marked)()
    }
}

impl EndWait for StubPorts {
    async fn end(&self, task: &TaskToken) -> Result<Ended, TaskFault> {
        self.note(format!("end {}", task.expose()));
        (self.ended)()
    }
}

/// Ports whose calls all succeed.
fn succeeding() -> StubPorts {
    StubPorts {
        suppressed: || Ok(()),
        marked: || Ok(Some(TaskToken::new("token"))),
        ended: || Ok(Ended::Ended),
        calls: Arc::default(),
    }
}

/// The messages that are to be received again, and the calls.
async fn handle(ports: &StubPorts, event: &str) -> (Value, Vec<String>) {
    let app = App::new(ports.clone(), ports.clone(), NOON);
    let handler = Handler::queue("RecordMailEvent", app);
    let response = handler.invoke(sample_event(event)).await.unwrap();
    let calls = ports.calls.lock().unwrap().clone();
    (response.get("batchItemFailures").unwrap().clone(), calls)
}

#[tokio::test]
async fn a_bounce_suppresses_the_address_first_and_ends_the_wait() {
    let (again, calls) = handle(&succeeding(), "bounce").await;

    assert_eq!(again, json!([]));
    assert_eq!(
        calls,
        [
            "suppress until \"2026-01-31T12:00:00.000Z\"",
            "mark 0123456789abcdef0123456789abcdef",
            "end token",
        ]
    );
}

#[tokio::test]
async fn a_complaint_suppresses_the_address_for_longer() {
    let (_, calls) = handle(&succeeding(), "complaint").await;

    assert_eq!(
        calls.first().unwrap(),
        "suppress until \"2026-06-30T12:00:00.000Z\""
    );
}

#[tokio::test]
async fn a_sign_up_that_has_ended_has_no_wait_to_end() {
    let ports = StubPorts {
        marked: || Ok(None),
        ..succeeding()
    };

    let (again, calls) = handle(&ports, "bounce").await;

    assert_eq!(again, json!([]));
    assert_eq!(calls.len(), 2);
}

#[tokio::test]
async fn a_task_that_does_not_wait_is_ended_by_its_next_attempt() {
    let ports = StubPorts {
        ended: || Ok(Ended::NotWaiting),
        ..succeeding()
    };

    assert_eq!(handle(&ports, "bounce").await.0, json!([]));
}

#[tokio::test]
async fn a_mail_of_another_sender_is_ignored() {
    let (again, calls) = handle(&succeeding(), "of-another-mail").await;

    assert_eq!((again, calls.len()), (json!([]), 0));
}

#[tokio::test]
async fn an_event_whose_record_fails_comes_again() {
    let failing = [
        StubPorts {
            suppressed: || Err(unavailable_store()),
            ..succeeding()
        },
        StubPorts {
            marked: || Err(unavailable_store()),
            ..succeeding()
        },
        StubPorts {
            ended: || {
                Err(TaskFault::Unavailable {
                    source: "throttled".into(),
                })
            },
            ..succeeding()
        },
    ];
    for ports in failing {
        let (again, calls) = handle(&ports, "bounce").await;

        assert_eq!(again.as_array().unwrap().len(), 1, "{calls:?}");
    }
}

#[tokio::test]
async fn a_rejected_token_does_not_come_again() {
    let ports = StubPorts {
        ended: || {
            Err(TaskFault::Rejected {
                source: "invalid".into(),
            })
        },
        ..succeeding()
    };

    assert_eq!(handle(&ports, "bounce").await.0, json!([]));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_does_not_hold_up_the_others() {
    let (again, calls) = handle(&succeeding(), "bad-body").await;

    assert_eq!(again, json!([{"itemIdentifier": "2"}]));
    assert_eq!(calls.len(), 3);
}
