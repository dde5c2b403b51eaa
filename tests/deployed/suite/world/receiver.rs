//! The webhook receiver: `infra/emulator/receiver.py`.

use contracts::values::UserId;
use serde::Deserialize;
use serde_json::json;

/// A delivery whose signature is valid, by its id.
#[derive(Debug, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) content: String,
    /// How often it came.
    pub(crate) count: u32,
    /// How often it was answered with success.
    pub(crate) accepted: u32,
    /// Whether it came with different contents.
    pub(crate) conflicting: bool,
}

/// The webhook receiver.
#[derive(Debug)]
pub(crate) struct Receiver {
    http: reqwest::Client,
    url: String,
}

impl Receiver {
    pub(super) fn new(http: reqwest::Client, url: String) -> Self {
        Self { http, url }
    }

    /// Has it answer so many deliveries of a campaign with an error.
    pub(crate) async fn fail(&self, campaign: &str, failures: u32) {
        let plan = json!({ "failures": failures }).to_string();
        let request = self.http.put(format!("{}/plans/{campaign}", self.url)).body(plan);
        assert_eq!(request.send().await.unwrap().status(), 204);
    }

    /// All deliveries.
    pub(crate) async fn deliveries(&self) -> Vec<Delivery> {
        let answer = self
            .http
            .get(format!("{}/received", self.url))
            .send()
            .await
            .unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// The deliveries that are about a user.
    pub(crate) async fn about(&self, id: &UserId) -> Vec<Delivery> {
        let mut deliveries = self.deliveries().await;
        deliveries.retain(|delivery| delivery.content.contains(id.as_str()));
        deliveries
    }
}
