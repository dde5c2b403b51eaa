//! Missing permissions: tasks are retried and the API returns 503 until the permission is restored.

use std::time::Duration;

use aws_sdk_sfn::types::HistoryEventType;
use contracts::values::UserId;
use serde_json::json;

use crate::deployment::{Deployment, eventually, within};

/// The time that a change of permissions may take to become effective on AWS. On the emulator it is immediate.
const PROPAGATION: Duration = Duration::from_mins(2);

/// The policy without an action, which is replaced by a useless one, since a statement needs at least one.
fn without(policy: &str, action: &str) -> String {
    assert!(policy.contains(action), "{action}");
    policy.replace(action, "dynamodb:DescribeTable")
}

/// Whether storing the user data has failed with the retried error.
async fn has_failed_transiently(deployment: &Deployment, id: &UserId) -> bool {
    deployment.aws.history(id).await.iter().any(|event| {
        let failed = event.task_failed_event_details();
        *event.r#type() == HistoryEventType::TaskFailed
            && failed.is_some_and(|failed| failed.error() == Some("StoreUnavailable"))
    })
}

#[tokio::test]
async fn a_task_without_permission_is_retried_until_it_has_it() {
    let deployment = Deployment::exclusive().await;
    let role = deployment.role("StoreUserDataRole");
    let policy = deployment.aws.policy(role).await;
    let address = deployment.mailbox.address();

    deployment
        .aws
        .put_policy(role, &without(&policy, "dynamodb:UpdateItem"))
        .await;
    let failing = within(PROPAGATION, async || {
        let id = deployment.sign_up(json!({ "email": address })).await;
        let looks = Duration::from_secs(10);
        within(looks, async || {
            has_failed_transiently(&deployment, &id).await.then(|| id.clone())
        })
        .await
    })
    .await;
    deployment.aws.put_policy(role, &policy).await;

    let id = failing.unwrap();
    deployment.user_once_mailed(&id).await;
}

#[tokio::test]
async fn an_api_function_without_permission_returns_503_with_retry_after() {
    let deployment = Deployment::exclusive().await;
    let role = deployment.role("GetUserRole");
    let policy = deployment.aws.policy(role).await;
    let id = deployment
        .sign_up(json!({"email": deployment.mailbox.address()}))
        .await;
    let path = format!("/users/{id}");

    deployment
        .aws
        .put_policy(role, &without(&policy, "dynamodb:BatchGetItem"))
        .await;
    let unavailable = within(PROPAGATION, async || {
        let response = deployment.get(&path).await;
        (response.status() == 503).then_some(response)
    })
    .await;
    deployment.aws.put_policy(role, &policy).await;

    assert!(unavailable.unwrap().headers().contains_key("retry-after"));
    eventually(async || (deployment.get(&path).await.status() == 200).then_some(())).await;
}
