//! A stack, and all that is seen of it from outside.

mod aws;
mod mailbox;
mod receiver;
mod settings;

use std::time::Duration;

use contracts::values::UserId;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::{sleep, timeout};

use aws::Aws;
use mailbox::Mailbox;
use receiver::Receiver;
use settings::{Settings, Stack};

/// The longest that a test waits for something that is to happen: seven retries of a webhook take some minutes.
const PATIENCE: Duration = Duration::from_mins(5);

/// The first and the longest pause between two looks: the API takes only so many requests per second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// The longest that one request may take.
const REQUEST: Duration = Duration::from_secs(35);

/// Who takes something away from the stack does so while nobody else uses it.
static TURNS: RwLock<()> = RwLock::const_new(());

#[expect(dead_code, reason = "a turn lasts as long as it is held")]
enum Turn {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// A stack, for one test.
pub(crate) struct World {
    pub(crate) aws: Aws,
    pub(crate) mailbox: Mailbox,
    pub(crate) receiver: Receiver,
    stack: Stack,
    http: reqwest::Client,
    _turn: Turn,
}

impl World {
    /// The stack, for a test that leaves it as it is.
    pub(crate) async fn new() -> Self {
        let turn = Turn::Shared(TURNS.read().await);
        Self::of(|settings| settings.stack.clone(), turn).await
    }

    /// The stack, for a test that takes something away from it.
    pub(crate) async fn alone() -> Self {
        let turn = Turn::Alone(TURNS.write().await);
        Self::of(|settings| settings.stack.clone(), turn).await
    }

    /// The stack whose links work for a few seconds.
    pub(crate) async fn short() -> Self {
        let turn = Turn::Shared(TURNS.read().await);
        Self::of(|settings| settings.short.clone(), turn).await
    }

    async fn of(choose: impl FnOnce(&Settings) -> Stack, turn: Turn) -> Self {
        let settings = Settings::read();
        let stack = choose(&settings);
        // Only the first installation in a process succeeds, and any will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(REQUEST)
            .build()
            .unwrap();
        Self {
            aws: Aws::new(&stack).await,
            mailbox: Mailbox::new(http.clone(), settings.outbox),
            receiver: Receiver::new(http.clone(), settings.receiver),
            stack,
            http,
            _turn: turn,
        }
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<String>) -> RequestBuilder {
        self.http
            .post(self.url(path))
            .header("content-type", "application/json")
            .body(body.into())
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.stack.api)
    }

    /// The name that AWS has for a role of the template.
    pub(crate) fn role(&self, id: &str) -> &str {
        &self.stack.roles[id]
    }

    /// Signs up.
    pub(crate) async fn sign_up(&self, body: Value) -> UserId {
        let answer = self.post("/users", body.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        json_of(answer).await["id"].as_str().unwrap().parse().unwrap()
    }

    /// What the API tells of a user.
    pub(crate) async fn user(&self, id: &UserId) -> Value {
        json_of(self.get(&format!("/users/{id}")).await).await
    }

    /// The same, once its status is this.
    pub(crate) async fn user_once(&self, id: &UserId, status: &str) -> Value {
        eventually(async || {
            let user = self.user(id).await;
            (user["status"] == status).then_some(user)
        })
        .await
    }

    /// The same, once its mail step is over.
    pub(crate) async fn user_once_mailed(&self, id: &UserId) -> Value {
        eventually(async || {
            let user = self.user(id).await;
            (user["steps"]["mailed"] == true).then_some(user)
        })
        .await
    }

    /// The token of the link that was mailed to the address, which has signed up once.
    pub(crate) async fn token(&self, id: &UserId, address: &str) -> String {
        self.user_once_mailed(id).await;
        if self.mailbox.is_read() {
            let mails = self.mailbox.mails(address).await;
            return token_in(&mails[0].text);
        }
        self.aws.add_link(id).await
    }

    pub(crate) async fn confirm(&self, token: &str) -> Response {
        let body = json!({ "token": token });
        self.post("/verifications", body.to_string())
            .send()
            .await
            .unwrap()
    }

    /// Signs up and confirms; returns the id and the token.
    pub(crate) async fn verified(&self, address: &str) -> (UserId, String) {
        let id = self.sign_up(json!({ "email": address })).await;
        let token = self.token(&id, address).await;
        assert_eq!(self.confirm(&token).await.status(), 202);
        self.user_once(&id, "verified").await;
        (id, token)
    }
}

/// The token of the link in a mail.
pub(crate) fn token_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("/verify#").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// A word that nobody else has.
pub(crate) fn unique() -> String {
    UserId::generate().unwrap().to_string()
}

pub(crate) async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// What is there sooner or later.
pub(crate) async fn eventually<T>(look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, look).await.unwrap()
}

/// What is there before the time is over.
pub(crate) async fn within<T>(limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let looking = async {
        let mut pause = PAUSES.0;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    };
    timeout(limit, looking).await.ok()
}
