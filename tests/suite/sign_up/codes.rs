//! Confirmations by the code of a mail.

use std::time::Duration;

use contracts::table::{self, verification};

use crate::world::{InjectedFault, World};

/// A code that differs from this one.
fn other_code(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

#[tokio::test]
async fn a_code_confirms_its_own_sign_up_and_no_other() {
    let mut world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    let grace = world.sign_up("grace@example.org").await;
    let codes = world.mails.codes();

    let of_another = world.enter(&grace, &codes[0]).await;
    let own = world.enter(&ada, &codes[0]).await;
    let again = world.enter(&ada, &codes[0]).await;

    // The two codes may be equal, once in a million.
    assert_eq!(of_another.status, if codes[0] == codes[1] { 202 } else { 422 });
    assert_eq!((own.status, again.status), (202, 410));
    assert_eq!(world.public_status(&ada).await, "verified");
}

#[tokio::test]
async fn five_wrong_codes_are_too_many_over_all_mails_and_the_link_still_works() {
    let mut world = World::new().await;
    world
        .faults
        .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(1)).await;
    let codes = world.mails.codes();
    let wrong: Vec<_> = (0..6)
        .map(|_| other_code(&codes[0]))
        .filter(|code| !codes.contains(code))
        .collect();

    let mut responses = Vec::new();
    for code in &wrong {
        responses.push(world.enter(&ada, code).await);
    }
    let first = world.enter(&ada, &codes[0]).await;
    let newest = world.enter(&ada, &codes[1]).await;
    let link = world.confirm(&world.mails.link_tokens()[0]).await;

    assert_eq!(codes.len(), 2);
    assert_eq!(responses[0].status, 422);
    assert_eq!(responses[0].body["errors"][0]["pointer"], "/code");
    for response in responses.iter().chain([&first, &newest]) {
        assert_eq!(*response, responses[0], "a right code is refused as a wrong one");
    }
    assert_eq!(link.status, 202);
    assert_eq!(world.public_status(&ada).await, "verified");
}

#[tokio::test]
async fn every_mailed_code_works() {
    for number in 0..2 {
        let mut world = World::new().await;
        world
            .faults
            .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
        let ada = world.sign_up("ada@example.org").await;
        world.advance(Duration::from_mins(1)).await;
        let code = world.mails.codes()[number].clone();

        let response = world.enter(&ada, &code).await;

        assert_eq!(response.status, 202, "{number}");
        assert_eq!(world.public_status(&ada).await, "verified", "{number}");
    }
}

#[tokio::test]
async fn codes_tell_nothing_of_a_held_address() {
    let mut world = World::new().await;
    world.sign_up("ada@example.org").await;
    world.confirm(&world.mails.link_tokens()[0]).await;
    let held = world.sign_up("ada@example.org").await;
    let fresh = world.sign_up("grace@example.org").await;
    let wrong = other_code(&world.mails.codes()[1]);

    for _ in 0..7 {
        let (held, fresh) = (
            world.enter(&held, &wrong).await,
            world.enter(&fresh, &wrong).await,
        );

        assert_eq!(held.status, 422);
        assert_eq!(held, fresh);
    }
    for user in [&held, &fresh] {
        let tries = world
            .attribute(table::verification_key(user), verification::CODE_TRIES)
            .await;
        assert_eq!(tries.as_deref(), Some("5"), "tries are counted for both");
    }
}
