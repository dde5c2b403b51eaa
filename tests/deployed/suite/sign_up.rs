//! Sign-ups from the request to the verified account.

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table::{self, user};
use kit::aws::dynamodb::get_string;
use serde_json::json;

use crate::deployment::{Deployment, eventually, json_of, unique};

#[tokio::test]
async fn a_sign_up_is_stored_mailed_confirmed_and_delivered_to_the_webhook() {
    let deployment = Deployment::new().await;
    let address = deployment.mailbox.address();

    let id = deployment
        .sign_up(json!({"email": address.to_uppercase(), "name": "Ada", "campaign": "spring"}))
        .await;
    let waiting = deployment.user_once_mailed(&id).await;
    let token = deployment.token(&id, &address).await;
    let confirmed = deployment.confirm(&token).await;
    let verified = deployment.user_once(&id, "verified").await;
    let (status, output) = deployment.aws.end(&id).await;

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
    let record = deployment.aws.item(table::user_key(&id)).await.unwrap();
    assert_eq!(get_string(&record, user::EMAIL), Some(address.as_str()));
    let deliveries = deployment.receiver.about(&id).await;
    assert_eq!((deliveries.len(), deliveries[0].accepted), (1, 1));
    assert!(!deliveries[0].content.contains(&address));
}

#[tokio::test]
async fn a_sign_up_for_a_held_address_is_indistinguishable_from_a_new_one() {
    let deployment = Deployment::new().await;
    let address = deployment.mailbox.address();
    deployment.verified(&address).await;

    let held = deployment.sign_up(json!({"email": address})).await;
    let other = deployment
        .sign_up(json!({"email": deployment.mailbox.address()}))
        .await;

    let mut views = [
        deployment.user_once_mailed(&held).await,
        deployment.user_once_mailed(&other).await,
    ];
    for view in &mut views {
        view.as_object_mut().unwrap().remove("id");
        // It counts down, from the mail of each.
        let in_seconds = view["anotherMail"]["inSeconds"].take();
        assert!(in_seconds.is_u64(), "{in_seconds}");
    }
    assert_eq!(views[0], views[1]);
    assert!(deployment.receiver.about(&held).await.is_empty());
    if deployment.mailbox.is_readable() {
        let mails = deployment.mailbox.mails(&address).await;
        assert_eq!(mails.len(), 2);
        assert!(!mails[1].text.contains("/verify#"), "{}", mails[1].subject);
    }
}

#[tokio::test]
async fn the_first_confirmed_sign_up_for_an_address_wins() {
    let deployment = Deployment::new().await;
    let address = deployment.mailbox.address();
    let first = deployment.sign_up(json!({"email": address})).await;
    let token = deployment.token(&first, &address).await;

    let second = deployment.sign_up(json!({"email": address})).await;
    deployment.user_once_mailed(&second).await;
    assert_eq!(deployment.confirm(&token).await.status(), 202);
    deployment.user_once(&first, "verified").await;

    let shown = deployment.user(&second).await;
    assert_eq!(shown["status"], "awaiting_verification");
    let record = deployment.aws.item(table::user_key(&second)).await.unwrap();
    assert_eq!(get_string(&record, user::STATUS), Some("awaiting_verification"));
}

#[tokio::test]
async fn an_idempotency_key_is_bound_to_its_request() {
    let deployment = Deployment::new().await;
    let (address, key) = (deployment.mailbox.address(), unique());
    let send = |body: serde_json::Value| {
        deployment
            .post("/users", body.to_string())
            .header("idempotency-key", &key)
            .send()
    };

    let first = send(json!({"email": address})).await.unwrap();
    let again = send(json!({"email": address.to_uppercase()})).await.unwrap();
    let other = send(json!({"email": address, "name": "Ada"})).await.unwrap();

    assert_eq!(
        [first.status(), again.status(), other.status()].map(|status| status.as_u16()),
        [202, 202, 422]
    );
    let (first, again) = (json_of(first).await, json_of(again).await);
    assert_eq!(first["id"], again["id"]);
    deployment
        .user_once_mailed(&first["id"].as_str().unwrap().parse().unwrap())
        .await;
    if deployment.mailbox.is_readable() {
        assert_eq!(deployment.mailbox.mails(&address).await.len(), 1);
    }
}

#[tokio::test]
async fn a_link_works_once() {
    let deployment = Deployment::new().await;
    let (_, token) = deployment.verified(&deployment.mailbox.address()).await;

    let spent = eventually(async || {
        let response = deployment.confirm(&token).await;
        (response.status() == 410).then_some(response)
    })
    .await;
    let junk = deployment.confirm("junk").await;

    assert_eq!(junk.status(), 410);
    assert_eq!(json_of(spent).await, json_of(junk).await);
}
