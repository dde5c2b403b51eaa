//! Expiry of unconfirmed sign-ups.

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table::{self, user};
use serde_json::json;

use crate::deployment::Deployment;

#[tokio::test]
async fn an_unconfirmed_sign_up_expires_and_its_personal_data_is_deleted() {
    let deployment = Deployment::with_short_window().await;
    let address = deployment.mailbox.address();

    let id = deployment
        .sign_up(json!({"email": address, "name": "Ada", "locale": "de", "phone": "+4930123456"}))
        .await;
    let token = deployment.token(&id, &address).await;
    let expired = deployment.user_once(&id, "expired").await;
    let (status, output) = deployment.aws.end(&id).await;

    assert_eq!(
        expired["steps"],
        json!({"stored": true, "mailed": true, "confirmed": false})
    );
    assert_eq!(
        (status, output),
        (ExecutionStatus::Succeeded, json!({"outcome": "expired"}))
    );
    assert_eq!(deployment.confirm(&token).await.status(), 410);
    let record = deployment.aws.item(table::user_key(&id)).await.unwrap();
    for personal in user::PERSONAL {
        assert!(!record.contains_key(personal), "{personal}");
    }
    assert_eq!(deployment.aws.item(table::verification_key(&id)).await, None);
}
