//! The calls of a sign-up do not depend on whether its address has an account: no clock can tell the two apart.

use std::time::Duration;

use crate::world::World;

/// The calls of a sign-up that nobody confirms, with a look at its status while it waits and one after its end.
///
/// Nobody waits for the webhook, which only a free address has.
async fn calls_of_a_sign_up(world: &mut World, email: &str) -> Vec<(&'static str, String)> {
    world.calls.take();
    let user = world.sign_up(email).await;
    assert_eq!(world.public_status(&user).await, "awaiting_verification");
    world.advance(Duration::from_hours(25)).await;
    assert_eq!(world.public_status(&user).await, "expired");
    let mut calls = world.calls.take();
    calls.retain(|(function, _)| *function != "NotifyWebhook");
    calls
}

#[tokio::test]
async fn a_held_address_costs_the_same_calls_as_a_free_one() {
    let mut world = World::new().await;
    world.sign_up("ada@example.org").await;
    let link = world.mails.link_tokens().remove(0);
    assert_eq!(world.confirm(&link).await.status, 202);
    world.advance(Duration::from_hours(48)).await;

    let free = calls_of_a_sign_up(&mut world, "free@example.org").await;
    let held = calls_of_a_sign_up(&mut world, "ada@example.org").await;

    assert_eq!(free, held);
    for function in [
        "CreateUser",
        "StoreUserData",
        "ValidateEmail",
        "SetUserStatus",
        "GetUser",
    ] {
        assert!(
            free.iter().any(|(name, _)| *name == function),
            "{function}: {free:?}"
        );
    }
    assert_eq!(world.mails.all().len(), 3);
}
