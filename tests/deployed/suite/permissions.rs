//! A permission that is missing shows, and what was waiting for it goes on when it is there.

use std::time::Duration;

use aws_sdk_sfn::types::HistoryEventType;
use contracts::values::UserId;
use serde_json::json;

use crate::world::{World, eventually, within};

/// How long AWS may take until a change of permissions counts. It does so at once on the local AWS.
const CHANGE: Duration = Duration::from_mins(2);

/// The policy without an action that it allows. Another that is of no use here stands in its place, since a statement
/// has at least one.
fn without(policy: &str, action: &str) -> String {
    assert!(policy.contains(action), "{action}");
    policy.replace(action, "dynamodb:DescribeTable")
}

/// Whether storing the user's data has failed so far, in a way that is tried again.
async fn is_tried_again(world: &World, id: &UserId) -> bool {
    world.aws.history(id).await.iter().any(|event| {
        let failed = event.task_failed_event_details();
        *event.r#type() == HistoryEventType::TaskFailed
            && failed.is_some_and(|failed| failed.error() == Some("StoreUnavailable"))
    })
}

#[tokio::test]
async fn a_task_that_lacks_a_permission_is_tried_again_until_it_has_it() {
    let world = World::alone().await;
    let role = world.role("StoreUserDataRole");
    let policy = world.aws.policy(role).await;
    let address = world.mailbox.address();

    world
        .aws
        .put_policy(role, &without(&policy, "dynamodb:UpdateItem"))
        .await;
    let failing = within(CHANGE, async || {
        let id = world.sign_up(json!({ "email": address })).await;
        let looks = Duration::from_secs(10);
        within(looks, async || {
            is_tried_again(&world, &id).await.then(|| id.clone())
        })
        .await
    })
    .await;
    world.aws.put_policy(role, &policy).await;

    let id = failing.unwrap();
    world.user_once_mailed(&id).await;
}

#[tokio::test]
async fn a_function_of_the_api_that_lacks_a_permission_says_to_come_again() {
    let world = World::alone().await;
    let role = world.role("GetUserRole");
    let policy = world.aws.policy(role).await;
    let id = world.sign_up(json!({"email": world.mailbox.address()})).await;
    let path = format!("/users/{id}");

    world
        .aws
        .put_policy(role, &without(&policy, "dynamodb:GetItem"))
        .await;
    let refused = within(CHANGE, async || {
        let answer = world.get(&path).await;
        (answer.status() == 503).then_some(answer)
    })
    .await;
    world.aws.put_policy(role, &policy).await;

    assert!(refused.unwrap().headers().contains_key("retry-after"));
    eventually(async || (world.get(&path).await.status() == 200).then_some(())).await;
}
