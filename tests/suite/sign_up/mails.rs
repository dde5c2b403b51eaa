//! Mails: another one, those of retries, and the limit of a mailbox.

use std::time::Duration;

use serde_json::json;

use super::{DAY, HOUR};
use crate::world::{InjectedFault, World};

#[tokio::test]
async fn another_mail_has_a_new_code_and_link_and_all_of_them_work() {
    for number in 0..2 {
        for by_code in [true, false] {
            let mut world = World::new().await;
            let ada = world.sign_up("ada@example.org").await;
            world.advance(Duration::from_mins(1)).await;

            let asked = world.ask_for_mail(&ada).await;
            world.advance(Duration::from_secs(3)).await;
            let (codes, links) = (world.mails.codes(), world.mails.link_tokens());
            let confirmed = if by_code {
                world.enter(&ada, &codes[number]).await
            } else {
                world.confirm(&links[number]).await
            };

            assert_eq!((asked.status, confirmed.status), (202, 202));
            assert_eq!(asked.body, json!({"id": ada, "status": "awaiting_verification"}));
            assert_eq!((codes.len(), links.len()), (2, 2));
            assert_ne!(links[0], links[1]);
            assert_eq!(world.public_status(&ada).await, "verified");
        }
    }
}

#[tokio::test]
async fn another_mail_is_sent_once_a_minute_and_five_times() {
    let mut world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;

    let at_once = world.ask_for_mail(&ada).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        world.advance(Duration::from_secs(62)).await;
        statuses.push(world.ask_for_mail(&ada).await.status);
    }
    world.advance(Duration::from_secs(62)).await;
    let used_up = world.ask_for_mail(&ada).await;

    assert_eq!(at_once.status, 429);
    assert_eq!(at_once.headers["retry-after"], "60");
    assert_eq!(statuses, [202, 202, 202, 202, 202, 429]);
    // The last is withheld: each takes a token of the mailbox, which has five.
    assert_eq!(world.mails.all().len(), 5);
    assert_eq!(used_up.status, 429);
    let left: u64 = used_up.headers["retry-after"].as_str().unwrap().parse().unwrap();
    assert_eq!(left, 24 * 3600 - 7 * 62, "until the window ends");
    assert_eq!(world.confirm(&world.mails.link_tokens()[0]).await.status, 202);
}

#[tokio::test]
async fn all_mails_of_a_sign_up_share_its_window() {
    let mut world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    world.advance(23 * HOUR).await;

    let asked = world.ask_for_mail(&ada).await;
    world.advance(Duration::from_secs(3)).await;
    let newest = world.mails.all().last().unwrap().clone();
    world.advance(HOUR).await;
    let late = world.confirm(&newest.link_token().unwrap()).await;
    let asked_late = world.ask_for_mail(&ada).await;
    let status = world.public_status(&ada).await;
    world.advance(DAY).await;

    assert!(newest.mail.text.contains("60 minutes"), "{}", newest.mail.text);
    assert_eq!((asked.status, late.status, asked_late.status), (202, 410, 410));
    assert_eq!(status, "expired");
    assert_eq!(
        world.execution(&ada).status.output(),
        Some(&json!({"outcome": "expired"}))
    );
}

#[tokio::test]
async fn another_mail_tells_nothing_of_a_held_address() {
    let mut world = World::new().await;
    world.sign_up("ada@example.org").await;
    world.confirm(&world.mails.link_tokens()[0]).await;
    let held = world.sign_up("ada@example.org").await;
    let fresh = world.sign_up("grace@example.org").await;

    for _ in 0..8 {
        let (one, other) = (world.ask_for_mail(&held).await, world.ask_for_mail(&fresh).await);

        assert_eq!((one.status, &one.headers), (other.status, &other.headers));
        world.advance(Duration::from_secs(61)).await;
    }
    let to = |address: &str| world.mails.all().iter().filter(|sent| sent.to == address).count();
    // The mail limit of each mailbox.
    assert_eq!((to("ada@example.org"), to("grace@example.org")), (5, 5));
}

#[tokio::test]
async fn nobody_is_mailed_again_after_the_confirmation() {
    let mut world = World::new().await;
    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(1)).await;
    world.confirm(&world.mails.link_tokens()[0]).await;

    let asked = world.ask_for_mail(&ada).await;

    assert_eq!(asked.status, 410);
    assert_eq!(world.mails.all().len(), 1);
}

#[tokio::test]
async fn retries_do_not_count_towards_the_mail_limit() {
    let mut world = World::new().await;
    for _ in 0..3 {
        world
            .faults
            .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
    }

    world.sign_up("ada@example.org").await;
    world.advance(HOUR).await;
    let of_one = world.mails.all().len();
    for _ in 0..6 {
        world.sign_up("ada@example.org").await;
    }

    assert_eq!(of_one, 4, "each attempt mails a new link");
    assert_eq!(
        world.mails.all().len(),
        of_one + 4,
        "five sign-ups may mail in total"
    );
}

#[tokio::test]
async fn a_granted_mail_can_be_sent_later_that_day() {
    let mut world = World::new().await;
    world.mails.fail_next_mails(5);

    for _ in 0..6 {
        world.sign_up("ada@example.org").await;
    }
    let at_first = world.mails.all().len();
    world.advance(HOUR).await;

    assert_eq!(at_first, 0, "five were not sent, and the sixth is over the limit");
    assert_eq!(world.mails.all().len(), 5);
}

#[tokio::test]
async fn the_mail_limit_is_five_sign_ups_a_day_and_does_not_show_in_the_status() {
    let mut world = World::new().await;

    let mut users = Vec::new();
    for _ in 0..7 {
        users.push(world.sign_up("ada@example.org").await);
    }

    assert_eq!(world.mails.all().len(), 5);
    let (first, last) = (world.get_user(&users[0]).await, world.get_user(&users[6]).await);
    assert_eq!(
        (&first["status"], &first["steps"]),
        (&last["status"], &last["steps"])
    );
    world.advance(DAY).await;
    world.sign_up("ada@example.org").await;
    assert_eq!(world.mails.all().len(), 6, "the limit is per day");
}

#[tokio::test]
async fn mail_outages_are_retried() {
    let mut world = World::new().await;
    // More often than the mail limit: retries of a sign-up do not count.
    world.mails.fail_next_mails(12);

    let ada = world.sign_up("ada@example.org").await;
    world.advance(HOUR).await;
    let response = world.confirm(&world.mails.link_tokens()[0]).await;

    assert_eq!(response.status, 202, "{}", world.timeline(&ada));
    assert_eq!(world.mails.all().len(), 1);
    assert_eq!(world.public_status(&ada).await, "verified");
}
