//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use confirm_contact::{
    App, Codes, CompleteTask, Completion, Confirmation, FindLink, MarkSpent, Preview, Proof, ReadPreview,
    ReadStatus, Settings, StartConfirming, StartedConfirmation, StoreFault, TakeTry, TaskFault,
};
use contracts::table::{MAX_CODE_TRIES, UserStatus, VerificationState};
use contracts::values::{
    CodeHash, ConfirmationCode, ConfirmationScope, Contact, EmailConfirmed, HashKey, LinkToken,
    LinkTokenHash, TaskToken, Timestamp, UserId,
};
use kit::limit::Rate;
use kit::testing::{FixedClock, MemoryBuckets, NOON, sample_event, unavailable_store};
use kit::{Clock, Handler};
use serde_json::{Value, json};

const ID: &str = "0123456789abcdef0123456789abcdef";
const WINDOW_END: &str = "2026-01-02T12:00:00Z";

/// The code of the mail, as in `events/code.json`.
const MAILED: &str = "123456";

/// The code of the text message.
const TEXTED: &str = "654321";

/// A store with one verification, whose link is that of `events/ok.json`.
#[derive(Clone)]
struct Verifications(Arc<Mutex<Verification>>);

struct Verification {
    state: VerificationState,
    status: Option<UserStatus>,
    mark_fails: bool,
    tries: i64,
    unconfirmed: BTreeSet<Contact>,
    /// The first confirmation.
    confirmed: Option<(Timestamp, ConfirmationScope)>,
}

impl Verifications {
    fn new(state: VerificationState, status: Option<UserStatus>) -> Self {
        Self(Arc::new(Mutex::new(Verification {
            state,
            status,
            mark_fails: false,
            tries: 0,
            unconfirmed: BTreeSet::from([Contact::Email]),
            confirmed: None,
        })))
    }

    fn open() -> Self {
        Self::new(VerificationState::Open, Some(UserStatus::AwaitingVerification))
    }

    /// A verification that asks for the phone number, too.
    fn of_both() -> Self {
        let verifications = Self::open();
        verifications.0.lock().unwrap().unconfirmed.insert(Contact::Phone);
        verifications
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

impl TakeTry for Verifications {
    async fn take_try(&self, user: &UserId) -> Result<Option<Codes>, StoreFault> {
        let mut verification = self.0.lock().unwrap();
        if user.as_str() != ID || verification.tries >= MAX_CODE_TRIES {
            return Ok(None);
        }
        verification.tries += 1;
        let hash = |code: &str| {
            let code: ConfirmationCode = code.parse().unwrap();
            code.hash(&code_key(), user)
        };
        let earlier = CodeHash::from_table("of an earlier mail");
        Ok(Some(Codes {
            email: vec![earlier, hash(MAILED)],
            phone: vec![hash(TEXTED)],
        }))
    }
}

impl StartConfirming for Verifications {
    async fn start(
        &self,
        _: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> Result<Option<Confirmation>, StoreFault> {
        let mut verification = self.0.lock().unwrap();
        let works = match verification.state {
            VerificationState::Open => now < WINDOW_END.parse().unwrap(),
            VerificationState::Confirming => true,
            VerificationState::Spent => false,
        };
        if !works {
            return Ok(None);
        }
        verification.tries -= i64::from(matches!(proof, Proof::Code(_)));
        let mut left = verification.unconfirmed.clone();
        left.remove(&proof.contact());
        let complete = left.is_empty()
            || scope == ConfirmationScope::Address
            || verification.state == VerificationState::Confirming;
        if !complete {
            verification.unconfirmed.clone_from(&left);
            return Ok(Some(Confirmation::Partial(left)));
        }
        verification.state = VerificationState::Confirming;
        let (first_at, first_scope) = *verification.confirmed.get_or_insert((now, scope));
        Ok(Some(Confirmation::Complete(StartedConfirmation {
            task: TaskToken::new("newest"),
            output: EmailConfirmed {
                confirmed_at: first_at,
                scope: Some(first_scope),
            },
        })))
    }
}

impl ReadPreview for Verifications {
    async fn preview(&self, _: &UserId, now: Timestamp) -> Result<Option<Preview>, StoreFault> {
        let open = self.state() == VerificationState::Open && now < WINDOW_END.parse().unwrap();
        Ok(open.then(|| Preview {
            requested_at: NOON.now(),
            name: Some("Ada".parse().unwrap()),
            phone: None,
        }))
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

impl TakeTry for NoStore {
    async fn take_try(&self, _: &UserId) -> Result<Option<Codes>, StoreFault> {
        Err(unavailable_store())
    }
}

impl StartConfirming for NoStore {
    async fn start(
        &self,
        _: &UserId,
        _: Proof,
        _: ConfirmationScope,
        _: Timestamp,
    ) -> Result<Option<Confirmation>, StoreFault> {
        Err(unavailable_store())
    }
}

impl ReadPreview for NoStore {
    async fn preview(&self, _: &UserId, _: Timestamp) -> Result<Option<Preview>, StoreFault> {
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

fn settings(per_source: u32) -> Settings {
    Settings {
        key: code_key(),
        per_source: Rate::new(NonZeroU32::new(per_source).unwrap(), Duration::from_hours(1)),
    }
}

fn code_key() -> HashKey {
    HashKey::new(&"k".repeat(32)).unwrap()
}

fn handler(verifications: &Verifications, tasks: &Tasks, clock: impl Clock) -> Handler {
    let app = App::new(
        verifications.clone(),
        MemoryBuckets::default(),
        tasks.clone(),
        clock,
        settings(100),
    );
    Handler::api("ConfirmContact", app)
}

/// The response to the link of `events/ok.json`.
async fn follow(verifications: &Verifications, tasks: &Tasks) -> Value {
    let handler = handler(verifications, tasks, NOON);
    handler.invoke(sample_event("ok")).await.unwrap()
}

/// The response to this code.
async fn enter(verifications: &Verifications, tasks: &Tasks, user: &str, code: &str) -> Value {
    let mut event = sample_event("code");
    event["body"] = json!({"userId": user, "code": code}).to_string().into();
    let handler = handler(verifications, tasks, NOON);
    handler.invoke(event).await.unwrap()
}

#[tokio::test]
async fn a_right_code_completes_the_task_and_costs_no_try() {
    let (verifications, tasks) = (Verifications::open(), Tasks::returning(StubResult::Completed));

    let response = handler(&verifications, &tasks, NOON)
        .invoke(sample_event("code"))
        .await
        .unwrap();

    assert_eq!(response["statusCode"], 202);
    assert_eq!(tasks.completions().len(), 1);
    assert_eq!(verifications.state(), VerificationState::Spent);
    assert_eq!(verifications.0.lock().unwrap().tries, 0);
}

#[tokio::test]
async fn the_task_is_completed_when_all_contacts_are_confirmed_in_either_order() {
    for (first, second, left) in [(MAILED, TEXTED, "phone"), (TEXTED, MAILED, "email")] {
        let (verifications, tasks) = (Verifications::of_both(), Tasks::returning(StubResult::Completed));
        let partial = json!({"status": "accepted", "unconfirmed": [left]}).to_string();
        let complete = json!({"status": "accepted"}).to_string();

        // A client that lost a response sends the request again.
        for _ in 0..2 {
            let response = enter(&verifications, &tasks, ID, first).await;

            assert_eq!(response["statusCode"], 202);
            assert_eq!(response["body"], partial);
        }
        assert_eq!(tasks.completions(), []);
        assert_eq!(verifications.state(), VerificationState::Open);
        let response = enter(&verifications, &tasks, ID, second).await;

        assert_eq!(response["body"], complete);
        assert_eq!(tasks.completions().len(), 1);
        assert_eq!(verifications.state(), VerificationState::Spent);
        assert_eq!(verifications.0.lock().unwrap().tries, 0);
    }
}

#[tokio::test]
async fn all_by_a_link_waits_for_the_phone_and_the_address_alone_does_not() {
    for (choice, completions) in [("all", 0), ("address", 1)] {
        let tasks = Tasks::returning(StubResult::Completed);

        let response = choose(&Verifications::of_both(), &tasks, choice).await;

        assert_eq!(response["statusCode"], 202, "{choice}");
        assert_eq!(tasks.completions().len(), completions, "{choice}");
    }
}

#[tokio::test]
async fn the_tries_of_a_sign_up_are_those_of_all_its_codes() {
    let (verifications, tasks) = (Verifications::of_both(), Tasks::returning(StubResult::Completed));

    let right = enter(&verifications, &tasks, ID, TEXTED).await;
    for _ in 0..MAX_CODE_TRIES {
        enter(&verifications, &tasks, ID, "000000").await;
    }
    let used_up = enter(&verifications, &tasks, ID, MAILED).await;

    assert_eq!(right["statusCode"], 202);
    assert_eq!(used_up["statusCode"], 422);
    assert_eq!(tasks.completions(), []);
}

#[tokio::test]
async fn every_code_that_does_not_work_gets_the_same_response() {
    let (verifications, tasks) = (Verifications::open(), Tasks::returning(StubResult::Completed));

    let wrong = enter(&verifications, &tasks, ID, "123457").await;
    let malformed = enter(&verifications, &tasks, ID, "12345").await;
    let no_id = enter(&verifications, &tasks, "nobody", "123456").await;
    let unknown = enter(&verifications, &tasks, &"f".repeat(32), "123456").await;
    for _ in 1..MAX_CODE_TRIES {
        assert_eq!(enter(&verifications, &tasks, ID, "000000").await, wrong);
    }
    let used_up = enter(&verifications, &tasks, ID, "123456").await;

    assert_eq!(wrong["statusCode"], 422);
    let body: Value = serde_json::from_str(wrong["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["errors"][0]["pointer"], "/code");
    for other in [malformed, no_id, unknown, used_up] {
        assert_eq!(other, wrong);
    }
    assert_eq!(tasks.completions(), []);
    assert_eq!(verifications.state(), VerificationState::Open);
}

#[tokio::test]
async fn a_link_works_after_all_tries_of_codes() {
    let (verifications, tasks) = (Verifications::open(), Tasks::returning(StubResult::Completed));
    verifications.0.lock().unwrap().tries = MAX_CODE_TRIES;

    let response = follow(&verifications, &tasks).await;

    assert_eq!(response["statusCode"], 202);
}

#[tokio::test]
async fn the_right_code_of_a_confirmed_sign_up_is_gone_as_a_link_is() {
    let tasks = Tasks::returning(StubResult::Completed);
    let spent = Verifications::new(VerificationState::Spent, Some(UserStatus::Verified));

    let by_code = enter(&spent, &tasks, ID, "123456").await;
    let by_link = follow(&spent, &tasks).await;

    assert_eq!(by_code["statusCode"], 410);
    assert_eq!(by_code, by_link);
}

#[tokio::test]
async fn a_code_and_a_token_together_are_refused() {
    let (verifications, tasks) = (Verifications::open(), Tasks::returning(StubResult::Completed));
    let mut event = sample_event("code");
    event["body"] = json!({"userId": ID, "code": "123456", "token": "x"})
        .to_string()
        .into();

    let response = handler(&verifications, &tasks, NOON).invoke(event).await.unwrap();

    assert_eq!(response["statusCode"], 422);
    assert!(response["body"].as_str().unwrap().contains("/token"));
    assert_eq!(tasks.completions(), []);
}

#[tokio::test]
async fn a_valid_link_completes_the_task_and_is_spent() {
    let (verifications, tasks) = (Verifications::open(), Tasks::returning(StubResult::Completed));

    let response = follow(&verifications, &tasks).await;

    assert_eq!(response["statusCode"], 202);
    assert_eq!(response["body"], json!({"status": "accepted"}).to_string());
    let confirmed = EmailConfirmed {
        confirmed_at: NOON.now(),
        scope: Some(ConfirmationScope::All),
    };
    assert_eq!(tasks.completions(), [("newest".to_owned(), confirmed)]);
    assert_eq!(verifications.state(), VerificationState::Spent);
}

/// The response to the link of `events/ok.json` with this choice.
async fn choose(verifications: &Verifications, tasks: &Tasks, confirm: &str) -> Value {
    let mut event = sample_event("ok");
    let token = LinkToken::from_bytes([7; 32]).expose();
    event["body"] = json!({"token": token, "confirm": confirm}).to_string().into();
    handler(verifications, tasks, NOON).invoke(event).await.unwrap()
}

#[tokio::test]
async fn what_a_person_chose_is_the_output_of_the_task() {
    for (choice, scope) in [
        ("all", ConfirmationScope::All),
        ("address", ConfirmationScope::Address),
    ] {
        let tasks = Tasks::returning(StubResult::Completed);

        let response = choose(&Verifications::open(), &tasks, choice).await;

        assert_eq!(response["statusCode"], 202, "{choice}");
        assert_eq!(tasks.completions()[0].1.scope, Some(scope));
    }
}

#[tokio::test]
async fn the_first_choice_counts() {
    let verifications = Verifications::open();

    let first = choose(
        &verifications,
        &Tasks::returning(StubResult::Unavailable),
        "address",
    )
    .await;
    let tasks = Tasks::returning(StubResult::Completed);
    let second = choose(&verifications, &tasks, "all").await;

    assert_eq!(
        (first["statusCode"].clone(), second["statusCode"].clone()),
        (503.into(), 202.into())
    );
    assert_eq!(tasks.completions()[0].1.scope, Some(ConfirmationScope::Address));
}

#[tokio::test]
async fn an_unknown_choice_confirms_nothing() {
    let tasks = Tasks::returning(StubResult::Completed);

    let response = choose(&Verifications::open(), &tasks, "nothing").await;

    assert_eq!(response["statusCode"], 422);
    assert!(response["body"].as_str().unwrap().contains("/confirm"));
    assert_eq!(tasks.completions(), []);
}

#[tokio::test]
async fn a_preview_shows_what_the_link_confirms_and_changes_nothing() {
    let (verifications, tasks) = (Verifications::open(), Tasks::returning(StubResult::Completed));

    let response = handler(&verifications, &tasks, NOON)
        .invoke(sample_event("preview"))
        .await
        .unwrap();

    assert_eq!(response["statusCode"], 200);
    let body = json!({"requestedAt": "2026-01-01T12:00:00.000Z", "name": "Ada"});
    assert_eq!(response["body"], body.to_string());
    assert_eq!(verifications.state(), VerificationState::Open);
    assert_eq!(tasks.completions(), []);
}

#[tokio::test]
async fn the_preview_of_a_link_that_does_not_work_is_gone_as_the_link_is() {
    let tasks = Tasks::returning(StubResult::Completed);
    let spent = Verifications::new(VerificationState::Spent, Some(UserStatus::Verified));
    let mut unknown = sample_event("preview");
    unknown["body"] = json!({"token": LinkToken::from_bytes([8; 32]).expose()})
        .to_string()
        .into();
    let followed = follow(&spent, &tasks).await;

    let of_spent = handler(&spent, &tasks, NOON)
        .invoke(sample_event("preview"))
        .await
        .unwrap();
    let of_unknown = handler(&Verifications::open(), &tasks, NOON)
        .invoke(unknown)
        .await
        .unwrap();

    assert_eq!(followed["statusCode"], 410);
    assert_eq!((&of_spent, &of_unknown), (&followed, &followed));
}

#[tokio::test]
async fn every_invalid_token_gets_the_same_response() {
    let tasks = Tasks::returning(StubResult::Completed);
    let malformed = handler(&Verifications::open(), &tasks, NOON);
    let late = handler(&Verifications::open(), &tasks, FixedClock(WINDOW_END));
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
    let malformed = handler(&Verifications::open(), &tasks, NOON)
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
async fn a_confirmation_is_accepted_while_no_task_waits_and_is_recorded() {
    for status in [UserStatus::Pending, UserStatus::AwaitingVerification] {
        let verifications = Verifications::new(VerificationState::Open, Some(status));

        let response = follow(&verifications, &Tasks::returning(StubResult::NotWaiting)).await;

        assert_eq!(response["statusCode"], 202, "{status:?}");
        assert_eq!(verifications.state(), VerificationState::Spent);
        let recorded = verifications.0.lock().unwrap().confirmed;
        assert_eq!(recorded, Some((NOON.now(), ConfirmationScope::All)));
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
    let app = App::new(
        NoStore,
        MemoryBuckets::default(),
        Tasks::returning(StubResult::Completed),
        NOON,
        settings(100),
    );
    let handler = Handler::api("ConfirmContact", app);

    for name in ["ok", "code", "preview"] {
        let response = handler.invoke(sample_event(name)).await.unwrap();

        assert_eq!(response["statusCode"], 503);
        assert!(!response.to_string().contains("no response"), "{response}");
    }
}

#[tokio::test]
async fn a_body_without_a_token_is_invalid() {
    let handler = handler(
        &Verifications::open(),
        &Tasks::returning(StubResult::Completed),
        NOON,
    );

    for name in ["no-token", "not-a-string"] {
        let response = handler.invoke(sample_event(name)).await.unwrap();

        assert_eq!(response["statusCode"], 422, "{name}");
        assert!(response["body"].as_str().unwrap().contains("/token"), "{name}");
    }
}

#[tokio::test]
async fn other_methods_get_405_with_allow() {
    let response = handler(
        &Verifications::open(),
        &Tasks::returning(StubResult::Completed),
        NOON,
    )
    .invoke(sample_event("wrong-method"))
    .await
    .unwrap();

    assert_eq!(response["statusCode"], 405);
    assert_eq!(response["headers"]["allow"], "POST");
}

#[tokio::test]
async fn a_source_over_its_limit_gets_429_and_others_do_not() {
    let verifications = Verifications::open();
    let tasks = Tasks::returning(StubResult::Completed);
    let app = App::new(
        verifications.clone(),
        MemoryBuckets::default(),
        tasks.clone(),
        NOON,
        settings(2),
    );
    let handler = Handler::api("ConfirmContact", app);
    let mut statuses = Vec::new();

    for source in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "198.51.100.1"] {
        let mut event = sample_event("malformed-token");
        event["requestContext"]["http"]["sourceIp"] = source.into();
        let response = handler.invoke(event).await.unwrap();
        statuses.push(response["statusCode"].as_u64().unwrap());
    }

    assert_eq!(statuses, [410, 410, 429, 410]);
}
