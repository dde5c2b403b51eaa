//! The webhook, whatever its endpoint does.

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table::{self, delivery};
use contracts::values::UserId;
use kit::aws::dynamodb::{get_number, get_string};
use serde_json::json;

use crate::world::{World, eventually, unique};

/// Signs up with a campaign whose deliveries fail so often; returns the id and the address.
async fn sign_up(world: &World, failures: u32) -> (UserId, String) {
    let (address, campaign) = (world.mailbox.address(), unique());
    world.receiver.fail(&campaign, failures).await;
    let id = world
        .sign_up(json!({"email": address, "campaign": campaign}))
        .await;
    (id, address)
}

#[tokio::test]
async fn a_webhook_that_fails_twice_is_told_the_same_a_third_time() {
    let world = World::new().await;

    let (id, _) = sign_up(&world, 2).await;
    let kept = eventually(async || {
        let kept = world.aws.item(table::delivery_key(&id)).await?;
        (get_string(&kept, delivery::STATUS) == Some("delivered")).then_some(kept)
    })
    .await;

    let deliveries = world.receiver.about(&id).await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!((deliveries[0].count, deliveries[0].accepted), (3, 1));
    assert!(!deliveries[0].conflicting);
    assert_eq!(get_number(&kept, delivery::ATTEMPTS), Some(3));
}

#[tokio::test]
async fn a_webhook_that_stays_down_fails_no_sign_up_and_is_kept() {
    let world = World::new().await;

    let (id, address) = sign_up(&world, u32::MAX).await;
    let token = world.token(&id, &address).await;
    assert_eq!(world.confirm(&token).await.status(), 202);
    world.user_once(&id, "verified").await;
    let (status, output) = world.aws.end(&id).await;

    assert_eq!(
        (status, output),
        (ExecutionStatus::Succeeded, json!({"outcome": "verified"}))
    );
    let kept = world.aws.item(table::delivery_key(&id)).await.unwrap();
    assert_eq!(get_string(&kept, delivery::STATUS), Some("undelivered"));
    assert_eq!(get_number(&kept, delivery::ATTEMPTS), Some(8));
    assert_eq!(get_string(&kept, delivery::LAST_FAILURE), Some("500"));
    assert_eq!(world.receiver.about(&id).await[0].accepted, 0);
}
