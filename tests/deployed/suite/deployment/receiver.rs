//! The webhook receiver: `infra/emulator/receiver.py`.

use contracts::values::UserId;
use serde::Deserialize;
use serde_json::json;

/// All deliveries with the same id and a valid signature.
#[derive(Debug, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) content: String,
    /// The number of deliveries.
    pub(crate) count: u32,
    /// The number of deliveries that got a 204.
    pub(crate) accepted: u32,
    /// Whether the contents differed.
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

    /// Makes the receiver fail the next deliveries of a campaign.
    pub(crate) async fn fail(&self, campaign: &str, failures: u32) {
        let plan = json!({ "failures": failures }).to_string();
        let request = self.http.put(format!("{}/plans/{campaign}", self.url)).body(plan);
        assert_eq!(request.send().await.unwrap().status(), 204);
    }

    /// All deliveries.
    pub(crate) async fn deliveries(&self) -> Vec<Delivery> {
        let response = self
            .http
            .get(format!("{}/received", self.url))
            .send()
            .await
            .unwrap();
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }

    /// The deliveries about a user.
    pub(crate) async fn about(&self, id: &UserId) -> Vec<Delivery> {
        let mut deliveries = self.deliveries().await;
        deliveries.retain(|delivery| delivery.content.contains(id.as_str()));
        deliveries
    }
}
