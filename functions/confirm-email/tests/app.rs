//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::sync::{Arc, Mutex};

use confirm_email::{
    App, CompleteTask, Completion, FindLink, MarkSpent, ReadStatus, StartConfirming, StoreFault, TaskFault,
};
use contracts::table::{UserStatus, VerificationState};
use contracts::values::{EmailConfirmed, LinkToken, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::testing::{FixedClock, NOON, sample_event, unavailable_store};
use kit::{Clock, Handler};
use serde_json::{Value, json};

const ID: &str = "0123456789abcdef0123456789abcdef";
const WINDOW_END: &str = "2026-01-02T12:00:00Z";

/// A store with one verification, whose link is the one of `events/ok.json`.
#[derive(Clone)]
struct Verifications(Arc<Mutex<Verification>>);

struct Verification {
    state: VerificationState,
    status: Option<UserStatus>,
    mark_fails: bool,
}

impl Verifications {
    fn new(state: VerificationState, status: Option<UserStatus>) -> Self {
        Self(Arc::new(Mutex::new(Verification {
            state,
            status,
            mark_fails: false,
        })))
    }

    fn open() -> Self {
        Self::new(VerificationState::Open, Some(UserStatus::AwaitingVerification))
    }

    fn state(&self) -> VerificationState {
        self.0.lock().unwrap().state
    }
}

impl FindLink for Verifications {
    async fn user_of(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        let mailed = LinkToken::from_bytes([7; 32]).hash();
        Ok((*link == mailed).then(|| ID.parse().unwrap()))
    }
}

impl StartConfirming for Verifications {
    async fn start(&self, _: &UserId, now: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        let mut verification = self.0.lock().unwrap();
        let works = match verification.state {
            VerificationState::Open => now < WINDOW_END.parse().unwrap(),
            VerificationState::Confirming => true,
            VerificationState::Spent => false,
        };
        if works {
            verification.state = VerificationState::Confirming;
        }
        Ok(works.then(|| TaskToken::new("newest")))
    }
}

impl MarkSpent for Verifications {
    async fn mark(&self, _: &UserId) -> Result<(), StoreFault> {
        let mut verification = self.0.lock().unwrap();
        if verification.mark_fails {
            return Err(unavailable_store());
        }
        verification.state = VerificationState::Spent;
        Ok(())
    }
}

impl ReadStatus for Verifications {
    async fn status(&self, _: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        Ok(self.0.lock().unwrap().status)
    }
}

/// A store that is unavailable.
struct NoStore;

impl FindLink for NoStore {
    async fn user_of(&self, _: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        Err(unavailable_store())
    }
}

impl StartConfirming for NoStore {
    async fn start(&self, _: &UserId, _: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        Err(unavailable_store())
    }
}

impl MarkSpent for NoStore {
    async fn mark(&self, _: &UserId) -> Result<(), StoreFault> {
        Err(unavailable_store())
    }
}

impl ReadStatus for NoStore {
    async fn status(&self, _: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        Err(unavailable_store())
    }
}

#[derive(Clone, Copy)]
enum StubResult {
    Completed,
    NotWaiting,
    Unavailable,
    Rejected,
}

/// Returns this result for every completion, and records it.
#[derive(Clone)]
struct Tasks {
    result: StubResult,
    completions: Arc<Mutex<Vec<(String, EmailConfirmed)>>>,
}

impl Tasks {
    fn returning(result: StubResult) -> Self {
        Self {
            result,
            completions: Arc::default(),
        }
    }

    fn completions(&self) -> Vec<(String, EmailConfirmed)> {
        self.completions.lock().unwrap().clone()
    }
}

impl CompleteTask for Tasks {
    async fn complete(&self, token: &TaskToken, output: &EmailConfirmed) -> Result<Completion, TaskFault> {
        let completion = (token.expose().to_owned(), output.clone());
        self.completions.lock().unwrap().push(completion);
        let source = "no response".into();
        match self.result {
            StubResult::Completed => Ok(Completion::Completed),
            StubResult::NotWaiting => Ok(Completion::NotWaiting),
            StubResult::Unavailable => Err(TaskFault::Unavailable { source }),
            StubResult::Rejected => Err(TaskFault::Rejected { source }),
        }
    }
}

/// The response to the link of `events/ok.json`.
async fn follow(verifications: &Verifications, tasks: &Tasks) -> Value {
    let app = App::new(verifications.clone(), tasks.clone(), NOON);
    let handler = Handler::api("ConfirmEmail", app);
    handler.invoke(sample_event("ok")).await.unwrap()
}

#[tokio::test]
async fn a_valid_link_completes_the_task_and_is_spent() {
    let (verifications, tasks) = (Verifications::open(), Tasks::returning(StubResult::Completed));

    let response = follow(&verifications, &tasks).await;

    assert_eq!(response["statusCode"], 202);
    assert_eq!(response["body"], json!({"status": "accepted"}).to_string());
    let confirmed = EmailConfirmed {
        confirmed_at: NOON.now(),
    };
    assert_eq!(tasks.completions(), [("newest".to_owned(), confirmed)]);
    assert_eq!(verifications.state(), VerificationState::Spent);
}

#[tokio::test]
async fn every_invalid_token_gets_the_same_response() {
    let tasks = Tasks::returning(StubResult::Completed);
    let malformed = Handler::api(
        "ConfirmEmail",
        App::new(Verifications::open(), tasks.clone(), NOON),
    );
    let late = Handler::api(
        "ConfirmEmail",
        App::new(Verifications::open(), tasks.clone(), FixedClock(WINDOW_END)),
    );
    let mut unknown = sample_event("ok");
    unknown["body"] = json!({"token": LinkToken::from_bytes([8; 32]).expose()})
        .to_string()
        .into();

    let malformed_response = malformed.invoke(sample_event("malformed-token")).await.unwrap();
    let others = [
        malformed.invoke(unknown).await.unwrap(),
        late.invoke(sample_event("ok")).await.unwrap(),
        follow(&Verifications::new(VerificationState::Spent, None), &tasks).await,
    ];

    assert_eq!(malformed_response["statusCode"], 410);
    for other in others {
        assert_eq!(other, malformed_response);
    }
    assert_eq!(tasks.completions(), []);
}

#[tokio::test]
async fn ended_sign_ups_and_unknown_tokens_get_the_same_410() {
    let tasks = Tasks::returning(StubResult::NotWaiting);
    let app = App::new(Verifications::open(), tasks.clone(), NOON);
    let malformed = Handler::api("ConfirmEmail", app)
        .invoke(sample_event("malformed-token"))
        .await
        .unwrap();

    for status in [
        None,
        Some(UserStatus::Superseded),
        Some(UserStatus::Expired),
        Some(UserStatus::Failed),
    ] {
        let verifications = Verifications::new(VerificationState::Open, status);

        let response = follow(&verifications, &tasks).await;

        assert_eq!(response, malformed, "{status:?}");
    }
}

#[tokio::test]
async fn a_retry_after_a_crash_is_accepted() {
    let verifications = Verifications::new(VerificationState::Confirming, Some(UserStatus::Verified));

    let response = follow(&verifications, &Tasks::returning(StubResult::NotWaiting)).await;

    assert_eq!(response["statusCode"], 202);
    assert_eq!(verifications.state(), VerificationState::Spent);
}

#[tokio::test]
async fn a_task_between_two_attempts_gets_503() {
    for status in [UserStatus::Pending, UserStatus::AwaitingVerification] {
        let verifications = Verifications::new(VerificationState::Open, Some(status));

        let response = follow(&verifications, &Tasks::returning(StubResult::NotWaiting)).await;

        assert_eq!(response["statusCode"], 503, "{status:?}");
        assert_eq!(verifications.state(), VerificationState::Confirming);
    }
}

#[tokio::test]
async fn a_failed_completion_is_sent_again_by_the_next_request() {
    for (fault, status) in [(StubResult::Unavailable, 503), (StubResult::Rejected, 500)] {
        let verifications = Verifications::open();

        let first = follow(&verifications, &Tasks::returning(fault)).await;
        let second = follow(&verifications, &Tasks::returning(StubResult::Completed)).await;

        assert_eq!(first["statusCode"], status);
        assert_eq!(first["headers"]["retry-after"] == "1", status == 503);
        assert_eq!(second["statusCode"], 202);
    }
}

#[tokio::test]
async fn a_confirmation_is_accepted_even_if_it_cannot_be_marked_as_spent() {
    let verifications = Verifications::open();
    verifications.0.lock().unwrap().mark_fails = true;

    let response = follow(&verifications, &Tasks::returning(StubResult::Completed)).await;

    assert_eq!(response["statusCode"], 202);
    assert_eq!(verifications.state(), VerificationState::Confirming);
}

#[tokio::test]
async fn an_unavailable_store_gets_503() {
    let app = App::new(NoStore, Tasks::returning(StubResult::Completed), NOON);

    let response = Handler::api("ConfirmEmail", app)
        .invoke(sample_event("ok"))
        .await
        .unwrap();

    assert_eq!(response["statusCode"], 503);
    assert!(!response.to_string().contains("no response"), "{response}");
}

#[tokio::test]
async fn a_body_without_a_token_is_invalid() {
    let app = App::new(
        Verifications::open(),
        Tasks::returning(StubResult::Completed),
        NOON,
    );
    let handler = Handler::api("ConfirmEmail", app);

    for name in ["no-token", "not-a-string"] {
        let response = handler.invoke(sample_event(name)).await.unwrap();

        assert_eq!(response["statusCode"], 422, "{name}");
        assert!(response["body"].as_str().unwrap().contains("/token"), "{name}");
    }
}

#[tokio::test]
async fn other_methods_get_405_with_allow() {
    let app = App::new(
        Verifications::open(),
        Tasks::returning(StubResult::Completed),
        NOON,
    );

    let response = Handler::api("ConfirmEmail", app)
        .invoke(sample_event("wrong-method"))
        .await
        .unwrap();

    assert_eq!(response["statusCode"], 405);
    assert_eq!(response["headers"]["allow"], "POST");
}
