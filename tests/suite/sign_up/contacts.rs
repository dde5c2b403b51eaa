//! Sign-ups in which a phone is confirmed as well.

use std::time::Duration;

use contracts::table;
use contracts::values::UserId;
use kit::aws::dynamodb::get_string;
use serde_json::{Value, json};

use crate::world::{InjectedFault, TextFailure, World};

const PHONE: &str = "+493012345678";

/// A sign-up with a phone number.
async fn sign_up(world: &mut World, email: &str) -> UserId {
    world.sign_up_as(&json!({"email": email, "phone": PHONE})).await
}

async fn unconfirmed(world: &World, user: &UserId) -> Value {
    world.get_user(user).await["unconfirmed"].clone()
}

async fn phone_of(world: &World, user: &UserId) -> Option<String> {
    let item = world.item(table::user_key(user)).await?;
    get_string(&item, table::user::PHONE).map(str::to_owned)
}

#[tokio::test]
async fn address_and_phone_are_confirmed_in_either_order() {
    for phone_first in [false, true] {
        let mut world = World::with_phones().await;
        let ada = sign_up(&mut world, "ada@example.org").await;
        let (mailed, texted) = (world.mails.codes()[0].clone(), world.phones.codes()[0].clone());
        let (first, second, left) = if phone_first {
            (texted, mailed, "email")
        } else {
            (mailed, texted, "phone")
        };
        assert_eq!(unconfirmed(&world, &ada).await, json!(["email", "phone"]));

        let one = world.enter(&ada, &first).await;
        let again = world.enter(&ada, &first).await;

        assert_eq!(one.status, 202);
        assert_eq!(one.body, json!({"status": "accepted", "unconfirmed": [left]}));
        assert_eq!(again, one);
        assert_eq!(world.public_status(&ada).await, "awaiting_verification");
        assert_eq!(unconfirmed(&world, &ada).await, json!([left]));
        let both = world.enter(&ada, &second).await;
        assert_eq!(both.body, json!({"status": "accepted"}));
        assert_eq!(world.public_status(&ada).await, "verified");
        assert_eq!(phone_of(&world, &ada).await.as_deref(), Some(PHONE));
    }
}

#[tokio::test]
async fn a_sign_up_without_a_phone_or_its_country_is_confirmed_by_mail_alone() {
    let mut world = World::with_phones().await;
    let ada = world.sign_up("ada@example.org").await;
    let elsewhere = json!({"email": "grace@example.org", "phone": "+4312345678"});
    let grace = world.sign_up_as(&elsewhere).await;

    for (user, code) in [(&ada, 0), (&grace, 1)] {
        assert_eq!(unconfirmed(&world, user).await, json!(["email"]));
        let code = world.mails.codes()[code].clone();
        world.enter(user, &code).await;
        assert_eq!(world.public_status(user).await, "verified");
    }
    assert_eq!(world.phones.codes(), Vec::<String>::new());
}

#[tokio::test]
async fn the_address_alone_is_confirmed_by_its_link_and_the_number_is_dropped() {
    let mut world = World::with_phones().await;
    let ada = sign_up(&mut world, "ada@example.org").await;
    let token = world.mails.link_tokens()[0].clone();

    let all = world.confirm(&token).await;
    let alone = json!({"token": token, "confirm": "address"});
    let alone = world.post("/verifications", &alone).await;
    world.advance(Duration::from_secs(1)).await;

    assert_eq!(all.body["unconfirmed"], json!(["phone"]));
    assert_eq!(alone.status, 202);
    assert_eq!(world.public_status(&ada).await, "verified");
    assert_eq!(phone_of(&world, &ada).await, None);
}

#[tokio::test]
async fn a_phone_that_is_confirmed_alone_is_no_account_when_the_window_ends() {
    let mut world = World::with_phones().await;
    let ada = sign_up(&mut world, "ada@example.org").await;
    let (mailed, texted) = (world.mails.codes()[0].clone(), world.phones.codes()[0].clone());

    world.enter(&ada, &texted).await;
    world.advance(Duration::from_hours(24)).await;
    let late = world.enter(&ada, &mailed).await;
    world.advance(Duration::from_hours(1)).await;

    assert!([410, 422].contains(&late.status), "{late:?}");
    assert_eq!(world.public_status(&ada).await, "expired");
    assert_eq!(phone_of(&world, &ada).await, None);
}

#[tokio::test]
async fn a_held_address_is_asked_for_in_the_same_way() {
    let mut world = World::with_phones().await;
    let ada = world.sign_up("ada@example.org").await;
    let code = world.mails.codes()[0].clone();
    world.enter(&ada, &code).await;

    let held = sign_up(&mut world, "ada@example.org").await;
    let free = sign_up(&mut world, "grace@example.org").await;

    let texted = world.phones.codes();
    assert_eq!(texted.len(), 2);
    let of_held = world.enter(&held, &texted[0]).await;
    let of_free = world.enter(&free, &texted[1]).await;
    assert_eq!(of_held, of_free);
    for user in [&held, &free] {
        assert_eq!(unconfirmed(&world, user).await, json!(["email"]));
        assert_eq!(world.public_status(user).await, "awaiting_verification");
    }
}

#[tokio::test]
async fn a_retry_texts_nobody_again_and_another_mail_does() {
    let mut world = World::with_phones().await;
    world
        .faults
        .inject("ValidateContacts", InjectedFault::ResultLost("Lambda.Unknown"));
    let ada = sign_up(&mut world, "ada@example.org").await;
    world.advance(Duration::from_mins(2)).await;
    assert_eq!((world.mails.codes().len(), world.phones.codes().len()), (2, 1));

    let asked = world.ask_for_mail(&ada).await;
    world.advance(Duration::from_mins(1)).await;

    assert_eq!(asked.status, 202);
    assert_eq!((world.mails.codes().len(), world.phones.codes().len()), (3, 2));
    // All codes work.
    for code in [world.phones.codes()[0].clone(), world.mails.codes()[0].clone()] {
        world.enter(&ada, &code).await;
    }
    assert_eq!(world.public_status(&ada).await, "verified");
}

#[tokio::test]
async fn what_is_not_sent_is_sent_by_the_retry_and_a_lost_response_is_no_second_message() {
    for (failure, messages, attempts) in [(TextFailure::NotSent, 1, 2), (TextFailure::ResponseLost, 1, 1)] {
        let mut world = World::with_phones().await;
        world.phones.fail_next(failure);

        let ada = sign_up(&mut world, "ada@example.org").await;
        world.advance(Duration::from_mins(1)).await;

        assert_eq!(world.phones.codes().len(), messages, "{failure:?}");
        assert_eq!(world.mails.codes().len(), 1, "{failure:?}");
        let item = world.item(table::verification_key(&ada)).await.unwrap();
        assert_eq!(item["codes"].as_ss().unwrap().len(), attempts, "{failure:?}");
    }
}

#[tokio::test]
async fn a_refused_number_is_not_asked_for_any_more() {
    let mut world = World::with_phones().await;
    world.phones.fail_next(TextFailure::Refused);

    let ada = sign_up(&mut world, "ada@example.org").await;

    assert_eq!(unconfirmed(&world, &ada).await, json!(["email"]));
    let code = world.mails.codes()[0].clone();
    world.enter(&ada, &code).await;
    assert_eq!(world.public_status(&ada).await, "verified");
}

#[tokio::test]
async fn a_number_that_is_refused_after_the_address_is_confirmed_completes_the_sign_up() {
    let mut world = World::with_phones().await;
    world.phones.fail_next(TextFailure::ResponseLost);
    let ada = sign_up(&mut world, "ada@example.org").await;
    let code = world.mails.codes()[0].clone();
    world.enter(&ada, &code).await;
    world.advance(Duration::from_mins(2)).await;

    world.phones.fail_next(TextFailure::Refused);
    world.ask_for_mail(&ada).await;
    world.advance(Duration::from_mins(1)).await;

    assert_eq!(
        world.public_status(&ada).await,
        "verified",
        "{}",
        world.timeline(&ada)
    );
}
