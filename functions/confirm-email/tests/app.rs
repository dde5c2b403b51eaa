//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::sync::{Arc, Mutex};

use confirm_email::{
    App, BeginConfirming, CompleteTask, Completion, EndConfirming, FindVerification, ReadStatus, StoreFault,
    TaskFault,
};
use contracts::table::{UserStatus, VerificationState};
use contracts::values::{EmailConfirmed, LinkToken, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::testing::{FixedClock, NOON, event, no_answer};
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
    end_fails: bool,
}

impl Verifications {
    fn new(state: VerificationState, status: Option<UserStatus>) -> Self {
        Self(Arc::new(Mutex::new(Verification {
            state,
            status,
            end_fails: false,
        })))
    }

    fn open() -> Self {
        Self::new(VerificationState::Open, Some(UserStatus::AwaitingVerification))
    }

    fn state(&self) -> VerificationState {
        self.0.lock().unwrap().state
    }
}

impl FindVerification for Verifications {
    async fn find(&self, link: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        let mailed = LinkToken::from_bytes([7; 32]).hash();
        Ok((*link == mailed).then(|| ID.parse().unwrap()))
    }
}

impl BeginConfirming for Verifications {
    async fn begin(&self, _: &UserId, now: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
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

impl EndConfirming for Verifications {
    async fn end(&self, _: &UserId) -> Result<(), StoreFault> {
        let mut verification = self.0.lock().unwrap();
        if verification.end_fails {
            return Err(no_answer());
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

impl FindVerification for NoStore {
    async fn find(&self, _: &LinkTokenHash) -> Result<Option<UserId>, StoreFault> {
        Err(no_answer())
    }
}

impl BeginConfirming for NoStore {
    async fn begin(&self, _: &UserId, _: Timestamp) -> Result<Option<TaskToken>, StoreFault> {
        Err(no_answer())
    }
}

impl EndConfirming for NoStore {
    async fn end(&self, _: &UserId) -> Result<(), StoreFault> {
        Err(no_answer())
    }
}

impl ReadStatus for NoStore {
    async fn status(&self, _: &UserId) -> Result<Option<UserStatus>, StoreFault> {
        Err(no_answer())
    }
}

#[derive(Clone, Copy)]
enum Answer {
    Completed,
    NotWaiting,
    Unavailable,
    Refused,
}

/// Gives every completion the same answer, and records it.
#[derive(Clone)]
struct Tasks {
    answer: Answer,
    completions: Arc<Mutex<Vec<(String, EmailConfirmed)>>>,
}

impl Tasks {
    fn answer(answer: Answer) -> Self {
        Self {
            answer,
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
        let source = "no answer".into();
        match self.answer {
            Answer::Completed => Ok(Completion::Completed),
            Answer::NotWaiting => Ok(Completion::NotWaiting),
            Answer::Unavailable => Err(TaskFault::Unavailable { source }),
            Answer::Refused => Err(TaskFault::Refused { source }),
        }
    }
}

/// The answer to the link of `events/ok.json`.
async fn follow(verifications: &Verifications, tasks: &Tasks) -> Value {
    let app = App::new(verifications.clone(), tasks.clone(), NOON);
    let handler = Handler::api("ConfirmEmail", app);
    handler.invoke(event("ok")).await.unwrap()
}

#[tokio::test]
async fn a_link_that_works_completes_the_task_and_is_spent() {
    let (verifications, tasks) = (Verifications::open(), Tasks::answer(Answer::Completed));

    let answer = follow(&verifications, &tasks).await;

    assert_eq!(answer["statusCode"], 202);
    assert_eq!(answer["body"], json!({"status": "accepted"}).to_string());
    let confirmed = EmailConfirmed {
        confirmed_at: NOON.now(),
    };
    assert_eq!(tasks.completions(), [("newest".to_owned(), confirmed)]);
    assert_eq!(verifications.state(), VerificationState::Spent);
}

#[tokio::test]
async fn every_token_that_does_not_work_gets_the_same_answer() {
    let tasks = Tasks::answer(Answer::Completed);
    let junk = Handler::api(
        "ConfirmEmail",
        App::new(Verifications::open(), tasks.clone(), NOON),
    );
    let late = Handler::api(
        "ConfirmEmail",
        App::new(Verifications::open(), tasks.clone(), FixedClock(WINDOW_END)),
    );
    let mut unknown = event("ok");
    unknown["body"] = json!({"token": LinkToken::from_bytes([8; 32]).expose()})
        .to_string()
        .into();

    let junk_answer = junk.invoke(event("junk-token")).await.unwrap();
    let others = [
        junk.invoke(unknown).await.unwrap(),
        late.invoke(event("ok")).await.unwrap(),
        follow(&Verifications::new(VerificationState::Spent, None), &tasks).await,
    ];

    assert_eq!(junk_answer["statusCode"], 410);
    for other in others {
        assert_eq!(other, junk_answer);
    }
    assert_eq!(tasks.completions(), []);
}

#[tokio::test]
async fn ended_sign_ups_and_unknown_tokens_get_the_same_410() {
    let tasks = Tasks::answer(Answer::NotWaiting);
    let app = App::new(Verifications::open(), tasks.clone(), NOON);
    let junk = Handler::api("ConfirmEmail", app)
        .invoke(event("junk-token"))
        .await
        .unwrap();

    for status in [
        None,
        Some(UserStatus::Superseded),
        Some(UserStatus::Expired),
        Some(UserStatus::Failed),
    ] {
        let verifications = Verifications::new(VerificationState::Open, status);

        let answer = follow(&verifications, &tasks).await;

        assert_eq!(answer, junk, "{status:?}");
    }
}

#[tokio::test]
async fn a_repeat_after_a_lost_acknowledgement_is_accepted() {
    let verifications = Verifications::new(VerificationState::Confirming, Some(UserStatus::Verified));

    let answer = follow(&verifications, &Tasks::answer(Answer::NotWaiting)).await;

    assert_eq!(answer["statusCode"], 202);
    assert_eq!(verifications.state(), VerificationState::Spent);
}

#[tokio::test]
async fn a_task_between_two_attempts_gets_503() {
    for status in [UserStatus::Pending, UserStatus::AwaitingVerification] {
        let verifications = Verifications::new(VerificationState::Open, Some(status));

        let answer = follow(&verifications, &Tasks::answer(Answer::NotWaiting)).await;

        assert_eq!(answer["statusCode"], 503, "{status:?}");
        assert_eq!(verifications.state(), VerificationState::Confirming);
    }
}

#[tokio::test]
async fn a_completion_that_failed_is_sent_again_by_the_repeat() {
    for (fault, status) in [(Answer::Unavailable, 503), (Answer::Refused, 500)] {
        let verifications = Verifications::open();

        let first = follow(&verifications, &Tasks::answer(fault)).await;
        let second = follow(&verifications, &Tasks::answer(Answer::Completed)).await;

        assert_eq!(first["statusCode"], status);
        assert_eq!(first["headers"]["retry-after"] == "1", status == 503);
        assert_eq!(second["statusCode"], 202);
    }
}

#[tokio::test]
async fn a_confirmation_is_accepted_even_if_it_cannot_be_marked_as_spent() {
    let verifications = Verifications::open();
    verifications.0.lock().unwrap().end_fails = true;

    let answer = follow(&verifications, &Tasks::answer(Answer::Completed)).await;

    assert_eq!(answer["statusCode"], 202);
    assert_eq!(verifications.state(), VerificationState::Confirming);
}

#[tokio::test]
async fn an_unavailable_store_gets_503() {
    let app = App::new(NoStore, Tasks::answer(Answer::Completed), NOON);

    let answer = Handler::api("ConfirmEmail", app)
        .invoke(event("ok"))
        .await
        .unwrap();

    assert_eq!(answer["statusCode"], 503);
    assert!(!answer.to_string().contains("no answer"), "{answer}");
}

#[tokio::test]
async fn a_body_without_a_token_does_not_fit() {
    let app = App::new(Verifications::open(), Tasks::answer(Answer::Completed), NOON);
    let handler = Handler::api("ConfirmEmail", app);

    for name in ["no-token", "not-a-string"] {
        let answer = handler.invoke(event(name)).await.unwrap();

        assert_eq!(answer["statusCode"], 422, "{name}");
        assert!(answer["body"].as_str().unwrap().contains("/token"), "{name}");
    }
}

#[tokio::test]
async fn other_methods_get_405_with_allow() {
    let app = App::new(Verifications::open(), Tasks::answer(Answer::Completed), NOON);

    let answer = Handler::api("ConfirmEmail", app)
        .invoke(event("wrong-method"))
        .await
        .unwrap();

    assert_eq!(answer["statusCode"], 405);
    assert_eq!(answer["headers"]["allow"], "POST");
}

#[tokio::test]
async fn the_page_is_served_without_calling_a_port() {
    let app = App::new(Verifications::open(), Tasks::answer(Answer::Completed), NOON);

    let answer = Handler::api("ConfirmEmail", app)
        .invoke(event("page"))
        .await
        .unwrap();

    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["headers"]["content-type"], "text/html; charset=utf-8");
    assert!(answer["body"].as_str().unwrap().contains("Confirm my address"));
}
