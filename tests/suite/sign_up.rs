//! The sign-up, through the emitted definition with the real handlers, in virtual time.

use std::time::Duration;

use contracts::notify_webhook::EventKind;
use contracts::table::{self, delivery, user, verification};
use contracts::values::{EmailAddress, UserId};
use serde_json::json;

use crate::world::{InjectedFault, World};

mod between_attempts;
mod bounces;
mod codes;
mod contacts;
mod links;
mod mails;
mod webhooks;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn claim_key(address: &str) -> String {
    table::address_key(&address.parse::<EmailAddress>().unwrap().hash())
}

async fn internal_status(world: &World, id: &UserId) -> String {
    world.attribute(table::user_key(id), user::STATUS).await.unwrap()
}

async fn delivery_status(world: &World, id: &UserId) -> Option<String> {
    world
        .attribute(table::delivery_key(id, EventKind::SignedUp), delivery::STATUS)
        .await
}

#[tokio::test]
async fn a_person_who_follows_the_link_is_verified() {
    let mut world = World::new().await;

    let ada = world.sign_up("Ada@Example.org").await;
    let waiting = world.get_user(&ada).await;
    let response = world.confirm(&world.mails.link_tokens()[0]).await;

    assert_eq!(waiting["status"], "awaiting_verification");
    assert_eq!(
        waiting["steps"],
        json!({"stored": true, "mailed": true, "confirmed": false})
    );
    assert_eq!(response.status, 202);
    let verified = world.get_user(&ada).await;
    assert_eq!(verified["status"], "verified");
    assert_eq!(
        verified["steps"],
        json!({"stored": true, "mailed": true, "confirmed": true})
    );
    assert_eq!(world.mails.all().len(), 1);
    assert_eq!(world.mails.all()[0].to, "ada@example.org");
    assert_eq!(world.endpoint.received().len(), 1);
    assert_eq!(delivery_status(&world, &ada).await.as_deref(), Some("delivered"));
    assert_eq!(
        world
            .attribute(claim_key("ada@example.org"), "userId")
            .await
            .as_deref(),
        Some(ada.as_str())
    );
    assert_eq!(
        world.execution(&ada).status.output(),
        Some(&json!({"outcome": "verified"}))
    );
    assert_eq!(
        world
            .attribute(table::verification_key(&ada), verification::STATE)
            .await
            .as_deref(),
        Some("spent")
    );
}

#[tokio::test]
async fn without_stored_data_neither_mail_nor_webhook_is_sent() {
    let mut world = World::new().await;
    world.faults.inject(
        "StoreUserData",
        InjectedFault::NotInvoked("Lambda.ResourceNotFoundException"),
    );

    let ada = world.sign_up("ada@example.org").await;

    assert_eq!(world.public_status(&ada).await, "failed");
    assert_eq!(world.execution(&ada).status.error(), Some("SignUpFailed"));
    assert!(world.mails.all().is_empty());
    assert!(world.endpoint.received().is_empty());
    assert_eq!(delivery_status(&world, &ada).await, None);
}

#[tokio::test]
async fn store_outages_are_retried() {
    let mut world = World::new().await;
    for _ in 0..15 {
        world
            .faults
            .inject("StoreUserData", InjectedFault::NotInvoked("StoreUnavailable"));
    }

    let ada = world.sign_up("ada@example.org").await;
    let before = world.public_status(&ada).await;
    world.advance(HOUR).await;

    assert_eq!(before, "pending");
    assert_eq!(
        world.public_status(&ada).await,
        "awaiting_verification",
        "{}",
        world.timeline(&ada)
    );
}

#[tokio::test]
async fn a_held_address_is_not_disclosed() {
    let mut world = World::new().await;
    world.sign_up("ada@example.org").await;
    world.confirm(&world.mails.link_tokens()[0]).await;

    let again = world.sign_up("ADA@example.org").await;
    let fresh = world.sign_up("grace@example.org").await;

    let mails = world.mails.all();
    assert_eq!(mails[1].to, "ada@example.org");
    assert_eq!(mails[1].link_token(), None);
    assert!(mails[2].link_token().is_some());
    for user in [&again, &fresh] {
        let state = world
            .attribute(table::verification_key(user), verification::STATE)
            .await;
        assert_eq!(state.as_deref(), Some("open"), "the same work is done for both");
    }
    // The status must be the same for both at all times.
    for _ in 0..27 {
        let (again, fresh) = (world.get_user(&again).await, world.get_user(&fresh).await);
        assert_eq!(
            (&again["status"], &again["steps"]),
            (&fresh["status"], &fresh["steps"])
        );
        world.advance(HOUR).await;
    }
    assert_eq!(world.public_status(&again).await, "expired");
    assert_eq!(
        delivery_status(&world, &again).await,
        None,
        "a held sign-up has no webhook"
    );
    assert_eq!(world.attribute(table::user_key(&again), user::EMAIL).await, None);
}

#[tokio::test]
async fn the_first_confirmation_wins_and_the_other_is_superseded() {
    let mut world = World::new().await;
    let first = world.sign_up("ada@example.org").await;
    let second = world.sign_up("ada@example.org").await;
    let bystander = world.sign_up("grace@example.org").await;
    let tokens = world.mails.link_tokens();

    let second_sign_up = world.confirm(&tokens[1]).await;
    let first_sign_up = world.confirm(&tokens[0]).await;

    assert_eq!((second_sign_up.status, first_sign_up.status), (202, 202));
    assert_eq!(world.public_status(&second).await, "verified");
    assert_eq!(internal_status(&world, &first).await, "superseded");
    assert_eq!(
        world
            .attribute(claim_key("ada@example.org"), "userId")
            .await
            .as_deref(),
        Some(second.as_str())
    );
    assert_eq!(
        world.execution(&first).status.output(),
        Some(&json!({"outcome": "superseded"}))
    );
    assert_eq!(world.attribute(table::user_key(&first), user::EMAIL).await, None);
    // Being superseded is not public: the status is that of an unconfirmed sign-up.
    for _ in 0..27 {
        let (first, bystander) = (world.get_user(&first).await, world.get_user(&bystander).await);
        assert_eq!(
            (&first["status"], &first["steps"]),
            (&bystander["status"], &bystander["steps"])
        );
        world.advance(HOUR).await;
    }
    assert_eq!(world.public_status(&first).await, "expired");
}

#[tokio::test]
async fn an_unconfirmed_sign_up_expires_and_its_personal_data_is_removed() {
    let mut world = World::new().await;

    let ada = world.sign_up("ada@example.org").await;
    world.advance(DAY).await;

    assert_eq!(world.public_status(&ada).await, "expired");
    assert_eq!(
        world.execution(&ada).status.output(),
        Some(&json!({"outcome": "expired"}))
    );
    for personal in user::PERSONAL {
        assert_eq!(
            world.attribute(table::user_key(&ada), personal).await,
            None,
            "{personal}"
        );
    }
    assert_eq!(
        world.item(table::verification_key(&ada)).await,
        None,
        "the task token is gone"
    );
    assert_eq!(world.item(claim_key("ada@example.org")).await, None);
}

#[tokio::test]
async fn every_task_is_idempotent_when_its_result_is_lost() {
    for state in [
        "StoreUserData",
        "ValidateEmail",
        "RecordVerified",
        "NotifyWebhook",
    ] {
        let mut world = World::new().await;
        world
            .faults
            .inject(state, InjectedFault::ResultLost("Lambda.Unknown"));

        let ada = world.sign_up("ada@example.org").await;
        world.advance(Duration::from_mins(1)).await;
        world.confirm(&world.mails.link_tokens()[0]).await;
        world.advance(Duration::from_mins(1)).await;

        assert_eq!(
            world.public_status(&ada).await,
            "verified",
            "{state}\n{}",
            world.timeline(&ada)
        );
        assert_eq!(
            delivery_status(&world, &ada).await.as_deref(),
            Some("delivered"),
            "{state}"
        );
        let received = world.endpoint.received();
        assert!(
            received.iter().all(|delivery| *delivery == received[0]),
            "{state}"
        );
    }
}

#[tokio::test]
async fn the_execution_fails_if_the_final_status_cannot_be_stored() {
    let mut world = World::new().await;
    world
        .faults
        .inject("RecordVerified", InjectedFault::NotInvoked("Broken"));

    let ada = world.sign_up("ada@example.org").await;
    world.confirm(&world.mails.link_tokens()[0]).await;

    assert_eq!(world.execution(&ada).status.error(), Some("SignUpFailed"));
}

#[tokio::test]
async fn an_idempotency_key_creates_one_user_and_one_execution() {
    let world = World::new().await;
    let key = [("content-type", "application/json"), ("idempotency-key", "once")];

    let first = world
        .request("POST", "/users", &key, r#"{"email": "ada@example.org"}"#)
        .await;
    let same = world
        .request("POST", "/users", &key, r#"{ "email": "ADA@example.org" }"#)
        .await;
    let other = world
        .request(
            "POST",
            "/users",
            &key,
            r#"{"email": "ada@example.org", "name": "Ada"}"#,
        )
        .await;
    let executions = world.executions();
    let stranger = world
        .request("POST", "/users", &key, r#"{"email": "grace@example.org"}"#)
        .await;

    assert_eq!((first.status, same.status, other.status), (202, 202, 422));
    assert_eq!(first.body, same.body);
    assert_eq!(executions, 1);
    assert_eq!(stranger.status, 202);
    assert_ne!(stranger.body["id"], first.body["id"]);
}
