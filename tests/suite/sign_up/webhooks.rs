//! The webhook: retried, rejected and undelivered.

use std::time::Duration;

use super::{HOUR, delivery_status};
use crate::world::World;

#[tokio::test]
async fn an_undelivered_webhook_is_recorded_and_the_sign_up_completes() {
    let mut world = World::new().await;
    world.endpoint.go_down();

    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(10)).await;
    world.confirm(&world.mails.link_tokens()[0]).await;

    assert_eq!(world.public_status(&ada).await, "verified");
    assert_eq!(world.execution(&ada).status.name(), "SUCCEEDED");
    assert_eq!(
        delivery_status(&world, &ada).await.as_deref(),
        Some("undelivered")
    );
    let received = world.endpoint.received();
    assert!(received.len() > 1, "it was retried");
    assert!(
        received.iter().all(|delivery| *delivery == received[0]),
        "with the same id and content"
    );
}

#[tokio::test]
async fn a_retried_webhook_has_the_same_id_and_content() {
    let mut world = World::new().await;
    world.endpoint.respond_once(500);
    world.endpoint.respond_once(429);

    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(5)).await;

    let received = world.endpoint.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|delivery| *delivery == received[0]));
    assert_eq!(delivery_status(&world, &ada).await.as_deref(), Some("delivered"));
}

#[tokio::test]
async fn a_permanently_rejected_webhook_is_not_retried() {
    let mut world = World::new().await;
    world.endpoint.respond_once(410);

    let ada = world.sign_up("ada@example.org").await;
    world.advance(HOUR).await;

    assert_eq!(world.endpoint.received().len(), 1);
    assert_eq!(
        delivery_status(&world, &ada).await.as_deref(),
        Some("undelivered")
    );
}
