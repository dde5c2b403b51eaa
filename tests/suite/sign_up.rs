//! The sign-up, through the emitted definition with the real handlers, in virtual time.

use std::time::Duration;

use contracts::table::{self, delivery, user, verification};
use contracts::values::{EmailAddress, UserId};
use serde_json::json;

use crate::world::{InjectedFault, World};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn claim_key(address: &str) -> String {
    table::address_key(&address.parse::<EmailAddress>().unwrap().hash())
}

async fn internal_status(world: &World, id: &UserId) -> String {
    world.attribute(table::user_key(id), user::STATUS).await.unwrap()
}

async fn delivery_status(world: &World, id: &UserId) -> Option<String> {
    world.attribute(table::delivery_key(id), delivery::STATUS).await
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
async fn an_undelivered_webhook_is_recorded_and_the_sign_up_completes() {
    let mut world = World::new().await;
    world.endpoint.go_down();

    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(10)).await;
    world.confirm(&world.mails.link_tokens()[0]).await;

    assert_eq!(world.public_status(&ada).await, "verified");
    assert_eq!(world.execution(&ada).status.name(), "SUCCEEDED");
    assert_eq!(
        delivery_status(&world, &ada).await.as_deref(),
        Some("undelivered")
    );
    let received = world.endpoint.received();
    assert!(received.len() > 1, "it was retried");
    assert!(
        received.iter().all(|delivery| *delivery == received[0]),
        "with the same id and content"
    );
}

#[tokio::test]
async fn a_retried_webhook_has_the_same_id_and_content() {
    let mut world = World::new().await;
    world.endpoint.respond_once(500);
    world.endpoint.respond_once(429);

    let ada = world.sign_up("ada@example.org").await;
    world.advance(Duration::from_mins(5)).await;

    let received = world.endpoint.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|delivery| *delivery == received[0]));
    assert_eq!(delivery_status(&world, &ada).await.as_deref(), Some("delivered"));
}

#[tokio::test]
async fn a_permanently_rejected_webhook_is_not_retried() {
    let mut world = World::new().await;
    world.endpoint.respond_once(410);

    let ada = world.sign_up("ada@example.org").await;
    world.advance(HOUR).await;

    assert_eq!(world.endpoint.received().len(), 1);
    assert_eq!(
        delivery_status(&world, &ada).await.as_deref(),
        Some("undelivered")
    );
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
