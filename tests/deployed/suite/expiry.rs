//! What becomes of a sign-up that nobody confirms.

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table::{self, user};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_sign_up_that_nobody_confirms_expires_and_leaves_nothing_personal() {
    let world = World::short().await;
    let address = world.mailbox.address();

    let id = world
        .sign_up(json!({"email": address, "name": "Ada", "locale": "de", "phone": "+4930123456"}))
        .await;
    let token = world.token(&id, &address).await;
    let expired = world.user_once(&id, "expired").await;
    let (status, output) = world.aws.end(&id).await;

    assert_eq!(
        expired["steps"],
        json!({"stored": true, "mailed": true, "confirmed": false})
    );
    assert_eq!(
        (status, output),
        (ExecutionStatus::Succeeded, json!({"outcome": "expired"}))
    );
    assert_eq!(world.confirm(&token).await.status(), 410);
    let record = world.aws.item(table::user_key(&id)).await.unwrap();
    for personal in user::PERSONAL {
        assert!(!record.contains_key(personal), "{personal}");
    }
    assert_eq!(world.aws.item(table::verification_key(&id)).await, None);
}
