//! Confirmations by a mailed link: what it shows, how long and how often it works.

use std::time::Duration;

use contracts::table::{self, user, verification};
use contracts::values::UserId;
use serde_json::json;

use crate::world::{InjectedFault, World};

#[tokio::test]
async fn the_first_link_still_works_after_a_retry_of_the_callback() {
    let mut world = World::new().await;
    world
        .faults
        .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));

    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(1)).await;
    let tokens = world.mails.link_tokens();
    let response = world.confirm(&tokens[0]).await;

    assert_eq!(tokens.len(), 2, "each attempt mails a new link");
    assert_eq!(response.status, 202);
    assert_eq!(world.public_status(&ada).await, "verified");
}

#[tokio::test]
async fn a_late_attempt_of_the_callback_mails_nothing_and_breaks_no_link() {
    let mut world = World::new().await;
    world
        .faults
        .inject("ValidateEmail", InjectedFault::InvokedLate("Lambda.Unknown"));

    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(1)).await;
    let tokens = world.mails.link_tokens();
    let attempt = world
        .attribute(table::verification_key(&ada), verification::ATTEMPT)
        .await;
    let response = world.confirm(&tokens[0]).await;

    assert_eq!(tokens.len(), 1, "only the newest attempt mails");
    assert_eq!(attempt.as_deref(), Some("1"));
    assert_eq!(response.status, 202);
    assert_eq!(world.public_status(&ada).await, "verified");
}

#[tokio::test]
async fn all_mailed_links_work_after_a_late_attempt() {
    for link in 0..2 {
        let mut world = World::new().await;
        world
            .faults
            .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
        world
            .faults
            .inject("ValidateEmail", InjectedFault::InvokedLate("Lambda.Unknown"));

        let ada = world.sign_up("ada@example.org").await;
        world.advance(Duration::from_mins(1)).await;
        let tokens = world.mails.link_tokens();
        let response = world.confirm(&tokens[link]).await;

        assert_eq!((tokens.len(), response.status), (2, 202), "{link}");
        assert_eq!(world.public_status(&ada).await, "verified", "{link}");
    }
}

#[tokio::test]
async fn a_link_works_once() {
    let mut world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    let token = world.mails.link_tokens()[0].clone();

    let first = world.confirm(&token).await;
    let second = world.confirm(&token).await;
    let junk = world.confirm("junk").await;

    assert_eq!((first.status, second.status), (202, 410));
    assert_eq!(second, junk, "all links that do not work get the same response");
    assert_eq!(world.public_status(&ada).await, "verified");
}

#[tokio::test]
async fn the_address_alone_is_confirmed_without_a_strangers_data() {
    let mut world = World::new().await;
    let body =
        json!({"email": "ada@example.org", "name": "Mallory", "phone": "+4930123456789", "locale": "de"});
    let accepted = world.post("/users", &body).await;
    let ada: UserId = accepted.body["id"].as_str().unwrap().parse().unwrap();
    world.advance(Duration::ZERO).await;
    let token = world.mails.link_tokens()[0].clone();

    let preview = world
        .post("/verifications/preview", &json!({"token": token}))
        .await;
    let confirmed = world
        .post("/verifications", &json!({"token": token, "confirm": "address"}))
        .await;
    world.advance(Duration::ZERO).await;
    let afterwards = world
        .post("/verifications/preview", &json!({"token": token}))
        .await;

    assert_eq!(preview.status, 200);
    assert_eq!(
        preview.body,
        json!({"requestedAt": "2026-01-01T12:00:00.000Z", "name": "Mallory", "phone": "+4930123456789"})
    );
    assert_eq!((confirmed.status, afterwards.status), (202, 410));
    assert_eq!(world.public_status(&ada).await, "verified");
    let record = world.item(table::user_key(&ada)).await.unwrap();
    for dropped in user::UNCONFIRMED {
        assert!(!record.contains_key(dropped), "{dropped}");
    }
    for kept in [user::EMAIL, user::LOCALE] {
        assert!(record.contains_key(kept), "{kept}");
    }
}

#[tokio::test]
async fn a_preview_changes_nothing() {
    let mut world = World::new().await;
    world.sign_up("ada@example.org").await;
    let token = world.mails.link_tokens()[0].clone();
    let before = world.items().await;

    for _ in 0..3 {
        world
            .post("/verifications/preview", &json!({"token": token}))
            .await;
    }

    assert_eq!(world.items().await, before);
    assert_eq!(world.confirm(&token).await.status, 202);
}

#[tokio::test]
async fn a_link_expires_with_its_window() {
    let mut world = World::new().await;
    let in_time = world.sign_up("ada@example.org").await;
    let late = world.sign_up("grace@example.org").await;
    let tokens = world.mails.link_tokens();

    world.advance(Duration::from_millis(24 * 3_600_000 - 1)).await;
    let before = world.confirm(&tokens[0]).await;
    world.advance(Duration::from_millis(1)).await;
    let after = world.confirm(&tokens[1]).await;

    assert_eq!((before.status, after.status), (202, 410));
    assert_eq!(world.public_status(&in_time).await, "verified");
    assert_eq!(world.public_status(&late).await, "expired");
}

#[tokio::test]
async fn a_crash_before_the_link_is_marked_as_spent_is_recovered() {
    let mut world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    let token = world.mails.link_tokens()[0].clone();
    world.crash.before_marking_link_spent();

    let crashed = world.confirm(&token).await;
    let state = world
        .attribute(table::verification_key(&ada), verification::STATE)
        .await;
    let repeated = world.confirm(&token).await;
    let again = world.confirm(&token).await;

    assert_eq!(crashed.status, 500);
    assert_eq!(state.as_deref(), Some("confirming"));
    assert_eq!((repeated.status, again.status), (202, 410));
    assert_eq!(world.public_status(&ada).await, "verified");
}
