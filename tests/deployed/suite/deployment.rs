//! A deployed stack with clients of everything that tests look at.

mod aws;
mod mailbox;
mod phones;
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
use phones::Phones;
pub(crate) use phones::phone_number;
use receiver::Receiver;
use settings::{Settings, Stack};

/// The time limit of [`eventually`]: seven retries of a webhook take some minutes.
const TIME_LIMIT: Duration = Duration::from_mins(5);

/// The first and the maximum interval between two polls. The API is throttled.
const POLL_INTERVALS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// The time limit of one request.
const REQUEST_TIME_LIMIT: Duration = Duration::from_secs(35);

/// Tests that change the stack's permissions run alone.
static ACCESS: RwLock<()> = RwLock::const_new(());

#[expect(dead_code, reason = "the guards are held, not read")]
enum Access {
    Shared(RwLockReadGuard<'static, ()>),
    Exclusive(RwLockWriteGuard<'static, ()>),
}

/// A deployed stack, for one test.
pub(crate) struct Deployment {
    pub(crate) aws: Aws,
    pub(crate) mailbox: Mailbox,
    pub(crate) phones: Phones,
    pub(crate) receiver: Receiver,
    stack: Stack,
    http: reqwest::Client,
    _access: Access,
}

impl Deployment {
    /// The stack, for a test that does not change it.
    pub(crate) async fn new() -> Self {
        let access = Access::Shared(ACCESS.read().await);
        Self::of(|settings| settings.stack.clone(), access).await
    }

    /// The stack, for a test that changes its permissions.
    pub(crate) async fn exclusive() -> Self {
        let access = Access::Exclusive(ACCESS.write().await);
        Self::of(|settings| settings.stack.clone(), access).await
    }

    /// The stack whose links expire after a few seconds.
    pub(crate) async fn with_short_window() -> Self {
        let access = Access::Shared(ACCESS.read().await);
        Self::of(|settings| settings.short.clone(), access).await
    }

    /// The stack whose sign-ups confirm phone numbers as well.
    pub(crate) async fn with_contacts() -> Self {
        let access = Access::Shared(ACCESS.read().await);
        let choose = |settings: &Settings| {
            let stack = settings.contacts.clone();
            stack.unwrap_or_else(|| {
                panic!("a stack that confirms phone numbers; without one, skip these tests: -- --skip phone")
            })
        };
        Self::of(choose, access).await
    }

    async fn of(choose: impl FnOnce(&Settings) -> Stack, access: Access) -> Self {
        let settings = Settings::read();
        let stack = choose(&settings);
        // An error means that the process already has a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(REQUEST_TIME_LIMIT)
            .build()
            .unwrap();
        Self {
            aws: Aws::new(&stack).await,
            mailbox: Mailbox::new(http.clone(), settings.outbox),
            phones: Phones::new(http.clone(), settings.phones),
            receiver: Receiver::new(http.clone(), settings.receiver),
            stack,
            http,
            _access: access,
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

    /// The physical name of a role of the template.
    pub(crate) fn role(&self, id: &str) -> &str {
        &self.stack.roles[id]
    }

    /// Signs up and returns the id.
    pub(crate) async fn sign_up(&self, body: Value) -> UserId {
        let response = self.post("/users", body.to_string()).send().await.unwrap();
        assert_eq!(response.status(), 202);
        json_of(response).await["id"].as_str().unwrap().parse().unwrap()
    }

    /// The API's view of a user.
    pub(crate) async fn user(&self, id: &UserId) -> Value {
        json_of(self.get(&format!("/users/{id}")).await).await
    }

    /// Waits until the user has this status; returns the API's view.
    pub(crate) async fn user_once(&self, id: &UserId, status: &str) -> Value {
        eventually(async || {
            let user = self.user(id).await;
            (user["status"] == status).then_some(user)
        })
        .await
    }

    /// Waits until the mail step has completed; returns the API's view.
    pub(crate) async fn user_once_mailed(&self, id: &UserId) -> Value {
        eventually(async || {
            let user = self.user(id).await;
            (user["steps"]["mailed"] == true).then_some(user)
        })
        .await
    }

    /// The token of the link that was mailed to the address, for an address with one sign-up.
    pub(crate) async fn token(&self, id: &UserId, address: &str) -> String {
        self.user_once_mailed(id).await;
        if self.mailbox.is_readable() {
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

/// The code in a mail or a text message.
pub(crate) fn code_in(message: &str) -> &str {
    let mut words = message.split_whitespace();
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|digit| digit.is_ascii_digit());
    words.find(is_code).unwrap()
}

/// A word that no other test uses.
pub(crate) fn unique() -> String {
    UserId::generate().unwrap().to_string()
}

pub(crate) async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// Polls until there is a value.
pub(crate) async fn eventually<T>(look: impl AsyncFnMut() -> Option<T>) -> T {
    within(TIME_LIMIT, look).await.unwrap()
}

/// Polls until there is a value or the time limit is reached.
pub(crate) async fn within<T>(limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let polling = async {
        let mut interval = POLL_INTERVALS.0;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(interval).await;
            interval = (interval * 2).min(POLL_INTERVALS.1);
        }
    };
    timeout(limit, polling).await.ok()
}
