//! Confirmations while no task waits for one.

use std::time::Duration;

use contracts::table::{self, user};
use contracts::values::UserId;
use serde_json::json;

use super::HOUR;
use crate::world::{InjectedFault, World};

#[tokio::test]
async fn a_confirmation_between_two_attempts_is_accepted_and_the_next_attempt_finds_it() {
    for (choice, kept) in [("all", true), ("address", false)] {
        let mut world = World::new().await;
        world
            .faults
            .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
        let body = json!({"email": "ada@example.org", "name": "Ada"});
        let accepted = world.post("/users", &body).await;
        let ada: UserId = accepted.body["id"].as_str().unwrap().parse().unwrap();
        world.advance(Duration::ZERO).await;
        let token = world.mails.link_tokens()[0].clone();

        let between = world
            .post("/verifications", &json!({"token": token, "confirm": choice}))
            .await;
        let at_once = world.public_status(&ada).await;
        world.advance(Duration::from_mins(1)).await;
        let again = world.confirm(&token).await;

        assert_eq!((between.status, again.status), (202, 410));
        assert_eq!(at_once, "awaiting_verification");
        assert_eq!(
            world.public_status(&ada).await,
            "verified",
            "{}",
            world.timeline(&ada)
        );
        assert_eq!(world.mails.all().len(), 1, "the next attempt mails nothing");
        let name = world.attribute(table::user_key(&ada), user::NAME).await;
        assert_eq!(name.is_some(), kept, "{choice}");
    }
}

#[tokio::test]
async fn a_confirmation_that_no_attempt_finds_is_found_by_the_end_of_the_sign_up() {
    let mut world = World::new().await;
    world
        .faults
        .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
    // Every further attempt fails before it can find anything.
    for _ in 0..60 {
        world
            .faults
            .inject("ValidateEmail", InjectedFault::NotInvoked("Lambda.Unknown"));
    }
    let ada = world.sign_up("ada@example.org").await;

    let confirmed = world.confirm(&world.mails.link_tokens()[0]).await;
    world.advance(6 * HOUR).await;

    assert_eq!(confirmed.status, 202);
    assert_eq!(
        world.public_status(&ada).await,
        "verified",
        "{}",
        world.timeline(&ada)
    );
}
