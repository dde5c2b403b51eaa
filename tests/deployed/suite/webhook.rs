//! Webhook deliveries to a failing endpoint.

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::notify_webhook::EventKind;
use contracts::table::{self, delivery};
use contracts::values::UserId;
use kit::aws::dynamodb::{get_number, get_string};
use serde_json::json;

use crate::deployment::{Deployment, eventually, unique};

/// Signs up with a campaign whose first deliveries fail; returns the id and the address.
async fn sign_up(deployment: &Deployment, failures: u32) -> (UserId, String) {
    let (address, campaign) = (deployment.mailbox.address(), unique());
    deployment.receiver.fail(&campaign, failures).await;
    let id = deployment
        .sign_up(json!({"email": address, "campaign": campaign}))
        .await;
    (id, address)
}

#[tokio::test]
async fn a_webhook_is_retried_with_the_same_content() {
    let deployment = Deployment::new().await;

    let (id, _) = sign_up(&deployment, 2).await;
    let stored = eventually(async || {
        let stored = deployment
            .aws
            .item(table::delivery_key(&id, EventKind::SignedUp))
            .await?;
        (get_string(&stored, delivery::STATUS) == Some("delivered")).then_some(stored)
    })
    .await;

    let deliveries = deployment.receiver.about(&id).await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!((deliveries[0].count, deliveries[0].accepted), (3, 1));
    assert!(!deliveries[0].conflicting);
    assert_eq!(get_number(&stored, delivery::ATTEMPTS), Some(3));
}

#[tokio::test]
async fn a_webhook_that_fails_for_minutes_arrives_once_by_its_redelivery() {
    let deployment = Deployment::new().await;

    // The eight attempts of the sign-up, and two of the redelivery.
    let (id, _) = sign_up(&deployment, 10).await;
    let stored = eventually(async || {
        let key = table::delivery_key(&id, EventKind::SignedUp);
        let stored = deployment.aws.item(key).await?;
        (get_string(&stored, delivery::STATUS) == Some("delivered")).then_some(stored)
    })
    .await;

    let deliveries = deployment.receiver.about(&id).await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!((deliveries[0].count, deliveries[0].accepted), (11, 1));
    assert!(!deliveries[0].conflicting);
    assert_eq!(get_number(&stored, delivery::ATTEMPTS), Some(11));
}

#[tokio::test]
async fn an_undeliverable_webhook_is_dead_and_stored_and_the_sign_up_succeeds() {
    let deployment = Deployment::new().await;

    let (id, address) = sign_up(&deployment, u32::MAX).await;
    let token = deployment.token(&id, &address).await;
    assert_eq!(deployment.confirm(&token).await.status(), 202);
    deployment.user_once(&id, "verified").await;
    let (status, output) = deployment.aws.end(&id).await;

    assert_eq!(
        (status, output),
        (ExecutionStatus::Succeeded, json!({"outcome": "verified"}))
    );
    let stored = eventually(async || {
        let key = table::delivery_key(&id, EventKind::SignedUp);
        let stored = deployment.aws.item(key).await?;
        (get_string(&stored, delivery::STATUS) == Some("dead")).then_some(stored)
    })
    .await;
    // The eight attempts of the sign-up, and four of the redelivery.
    assert_eq!(get_number(&stored, delivery::ATTEMPTS), Some(12));
    assert_eq!(get_string(&stored, delivery::LAST_FAILURE), Some("500"));
    assert_eq!(deployment.receiver.about(&id).await[0].accepted, 0);
}
