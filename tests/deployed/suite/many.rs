//! Concurrent sign-ups.

use std::collections::HashMap;

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table;
use contracts::values::{EmailAddress, UserId};
use futures::{StreamExt, stream};
use serde_json::json;

use crate::deployment::Deployment;

/// The number of sign-ups.
const COUNT: usize = 200;

/// The number of concurrent sign-ups.
const CONCURRENCY: usize = 20;

/// One sign-up, from the request to the end of its execution.
async fn sign_up(deployment: &Deployment, address: String) -> (UserId, String) {
    let (id, _) = deployment.verified(&address).await;
    let (status, output) = deployment.aws.end(&id).await;
    assert_eq!(
        (status, output),
        (ExecutionStatus::Succeeded, json!({"outcome": "verified"}))
    );
    (id, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_concurrent_sign_ups_are_each_completed_once() {
    let deployment = Deployment::new().await;
    let addresses: Vec<_> = (0..COUNT).map(|_| deployment.mailbox.address()).collect();

    let users: HashMap<UserId, String> = stream::iter(addresses)
        .map(|address| sign_up(&deployment, address))
        .buffer_unordered(CONCURRENCY)
        .collect()
        .await;

    assert_eq!(users.len(), COUNT);
    let mut deliveries: HashMap<_, u32> = HashMap::new();
    for delivery in deployment.receiver.deliveries().await {
        let content: serde_json::Value = serde_json::from_str(&delivery.content).unwrap();
        let id: UserId = content["data"]["userId"].as_str().unwrap().parse().unwrap();
        *deliveries.entry(id).or_default() += delivery.accepted;
    }
    for (id, address) in &users {
        assert_eq!(deliveries.get(id), Some(&1), "{id}");
        let key = address.parse::<EmailAddress>().unwrap().hash();
        let claim = deployment.aws.item(table::address_key(&key)).await.unwrap();
        assert_eq!(claim[table::reference::USER_ID].as_s().unwrap(), id.as_str());
        if deployment.mailbox.is_readable() {
            assert_eq!(deployment.mailbox.mails(address).await.len(), 1, "{id}");
        }
    }
}
