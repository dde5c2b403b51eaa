//! People who sign up, whatever becomes of the process that they talk to.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How many sign up at once.
const AT_ONCE: usize = 20;

/// The pause before something is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// The longest that all of them may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// What was answered in the end, and to which attempt.
struct Answer {
    status: StatusCode,
    text: String,
    attempts: usize,
}

/// All of them.
pub(crate) struct Crowd {
    users: usize,
    http: Client,
    url: watch::Receiver<String>,
    /// How many steps were done: two per user.
    progress: watch::Sender<usize>,
    /// The token that was mailed last to each address.
    mailed: watch::Sender<HashMap<String, String>>,
}

impl Crowd {
    pub(crate) fn new(users: usize, url: watch::Receiver<String>) -> Self {
        // An error means that the process has one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build();
        Self {
            users,
            http: http.unwrap(),
            url,
            progress: watch::Sender::new(0),
            mailed: watch::Sender::default(),
        }
    }

    /// How many steps were done.
    pub(crate) fn progress(&self) -> watch::Receiver<usize> {
        self.progress.subscribe()
    }

    /// Takes everybody from the request to the end; gives their ids.
    pub(crate) async fn sign_up(&self) -> Vec<String> {
        let everybody = futures::stream::iter(0..self.users)
            .map(|number| self.one(number))
            .buffered(AT_ONCE)
            .collect::<Vec<String>>();
        let all = async {
            let ids = tokio::select! {
                ids = everybody => ids,
                () = self.read_mails() => unreachable!("mails are read for ever"),
            };
            self.ended().await;
            ids
        };
        timeout(PATIENCE, all).await.unwrap()
    }

    /// Takes one person from the request to the followed link.
    async fn one(&self, number: usize) -> String {
        let address = format!("user-{number}@example.org");
        let key = format!("kill-{number}");
        let body = json!({"email": address, "name": "Ada", "campaign": "spring"});
        let send = |url: &str| {
            self.post(&format!("{url}/users"), &body)
                .header("idempotency-key", &key)
        };
        let answer = self.patiently(send).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        let answer: Value = serde_json::from_str(&answer.text).unwrap();
        self.progress.send_modify(|progress| *progress += 1);

        let mut mailed = self.mailed.subscribe();
        let mailed = mailed.wait_for(|mailed| mailed.contains_key(&address)).await;
        let body = json!({"token": mailed.unwrap()[&address]});
        let confirmed = self
            .patiently(|url| self.post(&format!("{url}/verifications"), &body))
            .await;
        // The link is spent if it was taken and the answer was lost. What came of it is seen in the end.
        let was_lost = confirmed.status == StatusCode::GONE && confirmed.attempts > 1;
        assert!(
            confirmed.status == StatusCode::ACCEPTED || was_lost,
            "{}",
            confirmed.text
        );
        self.progress.send_modify(|progress| *progress += 1);
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Reads all mails, for ever.
    async fn read_mails(&self) {
        for number in 1.. {
            let mail = loop {
                let mail = self.patiently(|url| self.http.get(format!("{url}/console/outbox/{number}")));
                let mail = mail.await;
                if mail.status == StatusCode::OK {
                    break mail.text;
                }
                sleep(PAUSE).await;
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
    async fn ended(&self) {
        loop {
            let answer = self
                .patiently(|url| self.http.get(format!("{url}/console/executions.json")))
                .await;
            let executions: Vec<Value> = serde_json::from_str(&answer.text).unwrap();
            if executions
                .iter()
                .all(|execution| execution["status"] != "RUNNING")
            {
                return;
            }
            sleep(PAUSE).await;
        }
    }

    fn post(&self, url: &str, body: &Value) -> RequestBuilder {
        self.http
            .post(url)
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Sends a request until it is answered, and not with 503 or the like, by whichever process is there.
    async fn patiently(&self, request: impl Fn(&str) -> RequestBuilder) -> Answer {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let url = self.url.borrow().clone();
            if let Ok(answer) = request(&url).send().await {
                let status = answer.status();
                if let Ok(text) = answer.text().await
                    && !status.is_server_error()
                {
                    return Answer {
                        status,
                        text,
                        attempts,
                    };
                }
            }
            sleep(PAUSE).await;
        }
    }
}
