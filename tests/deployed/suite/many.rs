//! Many sign-ups at once.

use std::collections::HashMap;

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table;
use contracts::values::{EmailAddress, UserId};
use futures::{StreamExt, stream};
use serde_json::json;

use crate::world::World;

/// How many there are in all.
const ALL: usize = 200;

/// How many of them are in flight at once.
const AT_ONCE: usize = 20;

/// Takes one user through the sign-up.
async fn sign_up(world: &World, address: String) -> (UserId, String) {
    let (id, _) = world.verified(&address).await;
    let (status, output) = world.aws.end(&id).await;
    assert_eq!(
        (status, output),
        (ExecutionStatus::Succeeded, json!({"outcome": "verified"}))
    );
    (id, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_sign_ups_none_is_lost_or_doubled() {
    let world = World::new().await;
    let addresses: Vec<_> = (0..ALL).map(|_| world.mailbox.address()).collect();

    let users: HashMap<UserId, String> = stream::iter(addresses)
        .map(|address| sign_up(&world, address))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;

    assert_eq!(users.len(), ALL);
    let mut told: HashMap<_, u32> = HashMap::new();
    for delivery in world.receiver.deliveries().await {
        let content: serde_json::Value = serde_json::from_str(&delivery.content).unwrap();
        let id: UserId = content["data"]["userId"].as_str().unwrap().parse().unwrap();
        *told.entry(id).or_default() += delivery.accepted;
    }
    for (id, address) in &users {
        assert_eq!(told.get(id), Some(&1), "{id}");
        let key = address.parse::<EmailAddress>().unwrap().key();
        let claim = world.aws.item(table::address_key(&key)).await.unwrap();
        assert_eq!(claim[table::pointer::USER_ID].as_s().unwrap(), id.as_str());
        if world.mailbox.is_read() {
            assert_eq!(world.mailbox.mails(address).await.len(), 1, "{id}");
        }
    }
}
