//! Users who sign up over HTTP, and retry whenever the process is gone.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::server::Addresses;

/// The number of concurrent sign-ups.
const CONCURRENCY: usize = 20;

/// The interval between retries.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// The time limit of all sign-ups together.
const TIME_LIMIT: Duration = Duration::from_mins(5);

/// A response, and the number of attempts until it came.
struct ServerResponse {
    status: StatusCode,
    text: String,
    attempts: usize,
}

pub(crate) struct Users {
    count: usize,
    http: Client,
    addresses: watch::Receiver<Addresses>,
    /// The number of completed steps, of which each user has two.
    progress: watch::Sender<usize>,
    /// The newest token of each address.
    mailed: watch::Sender<HashMap<String, String>>,
}

impl Users {
    pub(crate) fn new(count: usize, addresses: watch::Receiver<Addresses>) -> Self {
        // An error means that the process already has a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build();
        Self {
            count,
            http: http.unwrap(),
            addresses,
            progress: watch::Sender::new(0),
            mailed: watch::Sender::default(),
        }
    }

    /// The number of completed steps.
    pub(crate) fn progress(&self) -> watch::Receiver<usize> {
        self.progress.subscribe()
    }

    /// Signs all users up, waits for the ends of the executions, and returns the users' ids.
    pub(crate) async fn sign_up(&self) -> Vec<String> {
        let sign_ups = futures::stream::iter(0..self.count)
            .map(|number| self.one(number))
            .buffered(CONCURRENCY)
            .collect::<Vec<String>>();
        let all = async {
            let ids = tokio::select! {
                ids = sign_ups => ids,
                () = self.read_mails() => unreachable!("mails are read in an endless loop"),
            };
            self.wait_for_ends().await;
            ids
        };
        timeout(TIME_LIMIT, all).await.unwrap()
    }

    /// One sign-up, from the request to the confirmation.
    async fn one(&self, number: usize) -> String {
        let address = format!("user-{number}@example.org");
        let key = format!("kill-{number}");
        let body = json!({"email": address, "name": "Ada", "campaign": "spring"});
        let send = |at: &Addresses| {
            self.post(&format!("{}/users", at.api), &body)
                .header("idempotency-key", &key)
        };
        let response = self.send(send).await;
        assert_eq!(response.status, StatusCode::ACCEPTED, "{}", response.text);
        let response: Value = serde_json::from_str(&response.text).unwrap();
        self.progress.send_modify(|progress| *progress += 1);

        let mut mailed = self.mailed.subscribe();
        let mailed = mailed.wait_for(|mailed| mailed.contains_key(&address)).await;
        let body = json!({"token": mailed.unwrap()[&address]});
        let confirmed = self
            .send(|at| self.post(&format!("{}/verifications", at.api), &body))
            .await;
        // If the response to a successful confirmation was lost, the retry finds a used link. The results are checked later.
        let was_lost = confirmed.status == StatusCode::GONE && confirmed.attempts > 1;
        assert!(
            confirmed.status == StatusCode::ACCEPTED || was_lost,
            "{}",
            confirmed.text
        );
        self.progress.send_modify(|progress| *progress += 1);
        response["id"].as_str().unwrap().to_owned()
    }

    /// Reads all mails, in an endless loop.
    async fn read_mails(&self) {
        for number in 1.. {
            let mail = loop {
                let mail = self.send(|at| self.http.get(format!("{}/outbox/{number}.txt", at.console)));
                let mail = mail.await;
                if mail.status == StatusCode::OK {
                    break mail.text;
                }
                sleep(RETRY_INTERVAL).await;
            };
            let to = mail.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
            let (_, rest) = mail.split_once("/verify#").unwrap();
            let token = rest.split_whitespace().next().unwrap();
            self.mailed.send_modify(|mailed| {
                mailed.insert(to.to_owned(), token.to_owned());
            });
        }
    }

    /// Waits until every execution has ended.
    async fn wait_for_ends(&self) {
        loop {
            let response = self
                .send(|at| self.http.get(format!("{}/executions.json", at.console)))
                .await;
            let executions: Vec<Value> = serde_json::from_str(&response.text).unwrap();
            if executions
                .iter()
                .all(|execution| execution["status"] != "RUNNING")
            {
                return;
            }
            sleep(RETRY_INTERVAL).await;
        }
    }

    fn post(&self, url: &str, body: &Value) -> RequestBuilder {
        self.http
            .post(url)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Sends a request to the current process until the response is not a 5xx.
    async fn send(&self, request: impl Fn(&Addresses) -> RequestBuilder) -> ServerResponse {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let addresses = self.addresses.borrow().clone();
            if let Ok(response) = request(&addresses).send().await {
                let status = response.status();
                if let Ok(text) = response.text().await
                    && !status.is_server_error()
                {
                    return ServerResponse {
                        status,
                        text,
                        attempts,
                    };
                }
            }
            sleep(RETRY_INTERVAL).await;
        }
    }
}
