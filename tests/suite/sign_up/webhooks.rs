//! The webhook: retried, redelivered and dead.

use std::time::Duration;

use asl::Function as _;
use contracts::redeliver_webhook::RedeliverWebhook;

use super::{DAY, HOUR, delivery_status};
use crate::world::World;

#[tokio::test]
async fn a_sign_up_completes_while_the_endpoint_is_down() {
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
}

#[tokio::test]
async fn an_endpoint_that_was_down_for_seventy_hours_gets_the_webhook_once() {
    let mut world = World::new().await;
    world.endpoint.go_down();

    let ada = world.sign_up("ada@example.org").await;
    world.advance(70 * HOUR).await;
    world.endpoint.come_up();
    let before = world.endpoint.received().len();
    world.advance(DAY).await;

    assert_eq!(delivery_status(&world, &ada).await.as_deref(), Some("delivered"));
    let received = world.endpoint.received();
    assert_eq!(received.len(), before + 1);
    assert!(
        received.iter().all(|delivery| *delivery == received[0]),
        "with the same id and content"
    );
    let redeliveries = world.executions_of(RedeliverWebhook::NAME);
    assert_eq!(redeliveries.len(), 1);
    assert_eq!(redeliveries[0].name, received[0].id);
    assert_eq!(redeliveries[0].status.name(), "SUCCEEDED");
}

#[tokio::test]
async fn a_webhook_is_dead_after_the_whole_schedule() {
    let mut world = World::new().await;
    world.endpoint.go_down();

    let ada = world.sign_up("ada@example.org").await;
    world.advance(68 * HOUR).await;
    let before = delivery_status(&world, &ada).await;
    world.advance(DAY).await;

    assert_eq!(before.as_deref(), Some("undelivered"));
    assert_eq!(delivery_status(&world, &ada).await.as_deref(), Some("dead"));
    // Those of the sign-up, and those of the redelivery.
    assert_eq!(world.endpoint.received().len(), 8 + 9);
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
    assert!(world.executions_of(RedeliverWebhook::NAME).is_empty());
}

#[tokio::test]
async fn a_rejected_webhook_is_redelivered_since_the_endpoint_may_be_mended() {
    for status in [302, 400, 404] {
        let mut world = World::new().await;
        world.endpoint.respond_once(status);

        let ada = world.sign_up("ada@example.org").await;
        world.advance(HOUR).await;

        assert_eq!(world.endpoint.received().len(), 2, "{status}");
        assert_eq!(delivery_status(&world, &ada).await.as_deref(), Some("delivered"));
    }
}

#[tokio::test]
async fn an_endpoint_that_is_gone_gets_nothing_more() {
    let mut world = World::new().await;
    world.endpoint.respond_once(410);

    let ada = world.sign_up("ada@example.org").await;
    let grace = world.sign_up("grace@example.org").await;
    world.advance(HOUR).await;

    assert_eq!(world.endpoint.received().len(), 1);
    for user in [ada, grace] {
        assert_eq!(delivery_status(&world, &user).await.as_deref(), Some("dead"));
    }
}
