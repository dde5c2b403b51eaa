//! A sign-up from the request to the account.

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table::{self, user};
use kit::aws::dynamodb::get_string;
use serde_json::json;

use crate::world::{World, eventually, json_of, unique};

#[tokio::test]
async fn a_sign_up_is_stored_mailed_confirmed_and_told() {
    let world = World::new().await;
    let address = world.mailbox.address();

    let id = world
        .sign_up(json!({"email": address.to_uppercase(), "name": "Ada", "campaign": "spring"}))
        .await;
    let waiting = world.user_once_mailed(&id).await;
    let token = world.token(&id, &address).await;
    let confirmed = world.confirm(&token).await;
    let verified = world.user_once(&id, "verified").await;
    let (status, output) = world.aws.end(&id).await;

    assert_eq!(waiting["status"], "awaiting_verification");
    assert_eq!(confirmed.status(), 202);
    assert_eq!(
        verified["steps"],
        json!({"stored": true, "mailed": true, "confirmed": true})
    );
    assert_eq!(
        (status, output),
        (ExecutionStatus::Succeeded, json!({"outcome": "verified"}))
    );
    let record = world.aws.item(table::user_key(&id)).await.unwrap();
    assert_eq!(get_string(&record, user::EMAIL), Some(address.as_str()));
    let deliveries = world.receiver.about(&id).await;
    assert_eq!((deliveries.len(), deliveries[0].accepted), (1, 1));
    assert!(!deliveries[0].content.contains(&address));
}

#[tokio::test]
async fn a_sign_up_for_an_address_that_has_an_account_looks_like_any_other() {
    let world = World::new().await;
    let address = world.mailbox.address();
    world.verified(&address).await;

    let held = world.sign_up(json!({"email": address})).await;
    let other = world.sign_up(json!({"email": world.mailbox.address()})).await;

    let mut views = [
        world.user_once_mailed(&held).await,
        world.user_once_mailed(&other).await,
    ];
    for view in &mut views {
        view.as_object_mut().unwrap().remove("id");
    }
    assert_eq!(views[0], views[1]);
    assert!(world.receiver.about(&held).await.is_empty());
    if world.mailbox.is_read() {
        let mails = world.mailbox.mails(&address).await;
        assert_eq!(mails.len(), 2);
        assert!(!mails[1].text.contains("/verify#"), "{}", mails[1].subject);
    }
}

#[tokio::test]
async fn of_two_sign_ups_for_one_address_the_first_to_be_confirmed_wins() {
    let world = World::new().await;
    let address = world.mailbox.address();
    let first = world.sign_up(json!({"email": address})).await;
    let token = world.token(&first, &address).await;

    let second = world.sign_up(json!({"email": address})).await;
    world.user_once_mailed(&second).await;
    assert_eq!(world.confirm(&token).await.status(), 202);
    world.user_once(&first, "verified").await;

    let shown = world.user(&second).await;
    assert_eq!(shown["status"], "awaiting_verification");
    let record = world.aws.item(table::user_key(&second)).await.unwrap();
    assert_eq!(get_string(&record, user::STATUS), Some("awaiting_verification"));
}

#[tokio::test]
async fn a_key_names_one_request_and_no_other() {
    let world = World::new().await;
    let (address, key) = (world.mailbox.address(), unique());
    let send = |email: String| {
        let body = json!({ "email": email }).to_string();
        world.post("/users", body).header("idempotency-key", &key).send()
    };

    let first = send(address.clone()).await.unwrap();
    let again = send(address.to_uppercase()).await.unwrap();
    let other = send(world.mailbox.address()).await.unwrap();

    assert_eq!(
        [first.status(), again.status(), other.status()].map(|status| status.as_u16()),
        [202, 202, 422]
    );
    let (first, again) = (json_of(first).await, json_of(again).await);
    assert_eq!(first["id"], again["id"]);
    world
        .user_once_mailed(&first["id"].as_str().unwrap().parse().unwrap())
        .await;
    if world.mailbox.is_read() {
        assert_eq!(world.mailbox.mails(&address).await.len(), 1);
    }
}

#[tokio::test]
async fn a_link_works_once() {
    let world = World::new().await;
    let (_, token) = world.verified(&world.mailbox.address()).await;

    let spent = eventually(async || {
        let answer = world.confirm(&token).await;
        (answer.status() == 410).then_some(answer)
    })
    .await;
    let junk = world.confirm("junk").await;

    assert_eq!(junk.status(), 410);
    assert_eq!(json_of(spent).await, json_of(junk).await);
}
