//! Mails that bounce or are complained of.

use std::time::Duration;

use contracts::table::{self, user};
use serde_json::json;

use super::HOUR;
use crate::world::{InjectedFault, World};

#[tokio::test]
async fn a_bounce_or_a_complaint_ends_the_sign_up_and_removes_its_data() {
    for event in ["bounce", "complaint"] {
        let mut world = World::new().await;
        let ada = world.sign_up("ada@example.org").await;

        world.report_mail(event).await;
        world.report_mail(event).await;
        world.advance(Duration::from_secs(1)).await;

        let ended = world.execution(&ada).status;
        assert_eq!(ended.output(), Some(&json!({"outcome": "suppressed"})), "{event}");
        let record = world.item(table::user_key(&ada)).await.unwrap();
        assert!(user::PERSONAL.iter().all(|name| !record.contains_key(*name)));
        assert_eq!(world.public_status(&ada).await, "awaiting_verification");
        world.advance(24 * HOUR).await;
        assert_eq!(world.public_status(&ada).await, "expired");
    }
}

#[tokio::test]
async fn an_address_is_not_mailed_again_until_its_suppression_expires() {
    let mut world = World::new().await;
    world.sign_up("ada@example.org").await;
    world.report_mail("bounce").await;
    world.advance(24 * HOUR).await;

    let again = world.sign_up("Ada@example.org").await;
    let with_tag = world.sign_up("ada+tag@example.org").await;
    world.advance(Duration::from_secs(1)).await;

    assert_eq!(world.mails.all().len(), 2, "the tag makes another address");
    assert!(world.execution(&again).status.output().is_some());
    assert!(world.execution(&with_tag).status.is_running());
    world.advance(29 * 24 * HOUR + HOUR).await;
    world.sign_up("ada@example.org").await;
    assert_eq!(world.mails.all().len(), 3);
}

#[tokio::test]
async fn a_bounce_between_two_attempts_is_found_by_the_next() {
    let mut world = World::new().await;
    world
        .faults
        .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
    let ada = world.sign_up("ada@example.org").await;

    world.report_mail("bounce").await;
    world.advance(Duration::from_mins(1)).await;

    assert_eq!(world.mails.all().len(), 1);
    let ended = world.execution(&ada).status;
    assert_eq!(ended.output(), Some(&json!({"outcome": "suppressed"})));
    assert_eq!(world.get_user(&ada).await["steps"]["mailed"], true);
}

#[tokio::test]
async fn a_complaint_after_the_confirmation_leaves_the_account() {
    let mut world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    world.confirm(&world.mails.link_tokens()[0]).await;

    world.report_mail("complaint").await;
    world.advance(Duration::from_mins(1)).await;

    assert_eq!(world.public_status(&ada).await, "verified");
    world.sign_up("ada@example.org").await;
    assert_eq!(world.mails.all().len(), 1, "not even a notice");
}

#[tokio::test]
async fn a_click_after_a_complaint_finds_the_sign_up_over() {
    let mut world = World::new().await;
    world.sign_up("ada@example.org").await;
    world.report_mail("complaint").await;
    world.advance(Duration::from_mins(1)).await;

    let token = world.mails.link_tokens()[0].clone();
    let preview = world
        .post("/verifications/preview", &json!({"token": token}))
        .await;
    let clicked = world.confirm(&token).await;

    assert_eq!((preview.status, clicked.status), (410, 410));
}

/// Who signs up for addresses of others, asks for mails and guesses codes cannot tell which of them bounce.
#[tokio::test]
async fn requests_and_calls_are_the_same_whether_or_not_a_mail_bounced() {
    let mut seen = Vec::new();
    for bounces in [false, true] {
        let mut world = World::new().await;
        let ada = world.sign_up("ada@example.org").await;
        if bounces {
            world.report_mail("bounce").await;
        }
        world.advance(Duration::from_mins(2)).await;
        world.calls.take();
        let mut responses = Vec::new();
        for _ in 0..7 {
            responses.push(world.ask_for_mail(&ada).await);
            responses.push(world.enter(&ada, "000000").await);
            responses.push(world.get(&format!("/users/{ada}")).await);
            world.advance(Duration::from_mins(2)).await;
        }
        world.advance(25 * HOUR).await;
        responses.push(world.ask_for_mail(&ada).await);
        responses.push(world.enter(&ada, "000000").await);
        responses.push(world.get(&format!("/users/{ada}")).await);
        let mut calls = world.calls.take();
        let of_api = ["RequestMail", "ConfirmContact", "GetUser"];
        calls.retain(|(function, _)| of_api.contains(function));
        let responses: Vec<_> = responses
            .into_iter()
            .map(|response| {
                let body = response.body.to_string().replace(ada.as_str(), "ID");
                (response.status, body)
            })
            .collect();
        seen.push((responses, calls));
    }

    assert_eq!(seen.first(), seen.last());
}
