//! A running local server for each test, with an HTTP client.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use local::outbox::Mail;
use local::{LocalServer, Settings};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tempfile::TempDir;

/// The time limit of [`eventually`].
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A running local server with its data directory and an HTTP client.
pub(crate) struct Fixture {
    pub(crate) server: LocalServer,
    pub(crate) http: reqwest::Client,
    directory: TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap(), None).await
    }

    /// On this data directory; with a URL, webhooks are sent there.
    pub(crate) async fn on(directory: TempDir, webhook_url: Option<String>) -> Self {
        let server = LocalServer::start(Settings {
            listen: ([127, 0, 0, 1], 0).into(),
            data: directory.path().to_owned(),
            dynamodb_port: 0,
            webhook_url,
            contacts: local::Contacts::default(),
        });
        let server = server.await.unwrap();
        // Only the first installation in a process succeeds, and any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            server,
            http,
            directory,
        }
    }

    /// Stops the local server and starts another on the same data.
    pub(crate) async fn restarted(self) -> Self {
        self.server.stop().await;
        Self::on(self.directory, None).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
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

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        json(self.get(path).await).await
    }

    /// Gets a path below the console's.
    pub(crate) async fn get_console(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.server.console_url());
        self.http.get(url).send().await.unwrap()
    }

    pub(crate) async fn get_console_json(&self, path: &str) -> Value {
        json(self.get_console(path).await).await
    }

    /// Signs up and returns the id.
    pub(crate) async fn sign_up(&self, body: Value) -> String {
        let response = self.post("/users", body.to_string()).send().await.unwrap();
        assert_eq!(response.status(), 202);
        json(response).await["id"].as_str().unwrap().to_owned()
    }

    /// Waits for the mail with this number.
    pub(crate) async fn mail(&self, number: usize) -> Mail {
        let found = eventually(async || self.server.outbox().get(number)).await;
        Mail::clone(&found)
    }

    /// Waits until the user has this status; returns the API's view.
    pub(crate) async fn user_once(&self, id: &str, status: &str) -> Value {
        eventually(async || {
            let user = self.get_json(&format!("/users/{id}")).await;
            (user["status"] == status).then_some(user)
        })
        .await
    }

    /// Waits until the mail step has completed; returns the API's view.
    pub(crate) async fn user_once_mailed(&self, id: &str) -> Value {
        eventually(async || {
            let user = self.get_json(&format!("/users/{id}")).await;
            (user["steps"]["mailed"] == true).then_some(user)
        })
        .await
    }

    pub(crate) async fn confirm(&self, token: &str) -> Response {
        let body = serde_json::json!({"token": token});
        self.post("/verifications", body.to_string())
            .send()
            .await
            .unwrap()
    }

    /// Signs up and confirms; returns the id and the token.
    pub(crate) async fn verified(&self, body: Value) -> (String, String) {
        let known = self.server.outbox().all().len();
        let id = self.sign_up(body).await;
        let token = token_in(&self.mail(known + 1).await);
        assert_eq!(self.confirm(&token).await.status(), 202);
        self.user_once(&id, "verified").await;
        (id, token)
    }
}

/// The token of the mailed link.
pub(crate) fn token_in(mail: &Mail) -> String {
    let (_, rest) = mail.text.split_once("/verify#").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// Polls until there is a value.
pub(crate) async fn eventually<T>(mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let polling = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(TIME_LIMIT, polling).await.unwrap()
}

/// The item of this key in the table.
pub(crate) async fn item(fixture: &Fixture, key: &str) -> Option<HashMap<String, AttributeValue>> {
    let response = fixture
        .server
        .dynamodb()
        .get_item()
        .table_name(fixture.server.table())
        .key("pk", AttributeValue::S(key.to_owned()))
        .send()
        .await
        .unwrap();
    response.item
}

/// The text of an item's attribute.
pub(crate) fn text<'a>(item: &'a HashMap<String, AttributeValue>, name: &str) -> &'a str {
    item[name].as_s().unwrap()
}
