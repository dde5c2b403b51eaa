//! The second contact: text messages, and sign-ups that ask for a phone.

use confirm_contact::Proof;
use contracts::values::{ConfirmationScope, Contact};

use crate::calls::{Call, WINDOW};
use crate::script::{accept, begin, claim, enter, open, open_both, script, store};

#[tokio::test]
async fn a_sign_up_is_confirmed_when_all_its_contacts_are() {
    let phone_is_left = "Some(\"left: {Phone}\")";
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open_both(0, 1), "Open"),
        (
            Call::TakeTry { user: 1 },
            "Some(Codes { email: [CodeHash(\"code 1\")], phone: [CodeHash(\"phone code 1\")] })",
        ),
        (enter(Contact::Email, 5), phone_is_left),
        (enter(Contact::Email, 6), phone_is_left),
        // Another mail and another text message ask for nothing that is confirmed.
        (open_both(1, 2), "Open"),
        (begin(7), phone_is_left),
        (enter(Contact::Phone, WINDOW), "None"),
        (
            enter(Contact::Phone, 8),
            "Some(\"task of 1, attempt 1, 8, Some(All)\")",
        ),
        // A retry after a crash.
        (
            enter(Contact::Email, 9),
            "Some(\"task of 1, attempt 1, 8, Some(All)\")",
        ),
        (open_both(2, 3), "Confirmed(All)"),
    ])
    .await;
}

/// A text message of this user to a phone of which a number and its range have so many tokens.
const fn text(user: u8, phone: u8, tokens: u32, at: i64) -> Call {
    Call::ClaimSms {
        user,
        phone,
        tokens,
        at,
    }
}

#[tokio::test]
async fn a_text_message_is_claimed_once_and_another_with_another_mail() {
    script(&[
        (text(1, 0, 3, 0), "NotNeeded"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (open_both(0, 1), "Open"),
        (text(1, 0, 3, 1), "Claimed"),
        (text(1, 0, 3, 2), "NotNeeded"),
        (open_both(1, 2), "Open"),
        (text(1, 0, 3, 3), "NotNeeded"),
        (Call::TakeMail { user: 1, at: 60 }, "Taken(TaskToken(hidden))"),
        (open_both(2, 3), "Open"),
        (text(1, 0, 3, 61), "Claimed"),
        // A phone that is confirmed needs no other.
        (Call::TakeMail { user: 1, at: 120 }, "Taken(TaskToken(hidden))"),
        (enter(Contact::Phone, 121), "Some(\"left: {Email}\")"),
        (open_both(3, 4), "Open"),
        (text(1, 0, 3, 122), "NotNeeded"),
        (
            enter(Contact::Email, 123),
            "Some(\"task of 1, attempt 3, 123, Some(All)\")",
        ),
    ])
    .await;
}

#[tokio::test]
async fn an_address_alone_is_not_texted() {
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (text(1, 0, 3, 1), "NotNeeded"),
        (Call::ReturnSms { user: 1 }, "()"),
        (Call::DropPhone { user: 1, at: 1 }, "Unconfirmed"),
        (begin(5), "Some(\"task of 1, attempt 0, 5, Some(All)\")"),
    ])
    .await;
}

#[tokio::test]
async fn a_text_message_that_was_given_back_takes_no_other_tokens() {
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open_both(0, 1), "Open"),
        (text(1, 0, 1, 1), "Claimed"),
        (Call::ReturnSms { user: 1 }, "()"),
        (Call::ReturnSms { user: 1 }, "()"),
        // The bucket is empty.
        (text(1, 0, 1, 2), "Claimed"),
        (text(1, 0, 1, 3), "NotNeeded"),
        // Another mail was asked for meanwhile: there is nothing to give back.
        (Call::TakeMail { user: 1, at: 60 }, "Taken(TaskToken(hidden))"),
        (Call::ReturnSms { user: 1 }, "()"),
        (text(1, 0, 1, 61), "UsedUp(0)"),
        (text(1, 0, 1, WINDOW - 1), "UsedUp(0)"),
    ])
    .await;
}

#[tokio::test]
async fn the_limits_of_a_number_and_of_its_range_both_withhold() {
    let mut calls = Vec::new();
    for (user, link) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
        calls.extend([(accept(user), "New"), (store(user), "Stored")]);
        let opened = Call::Open {
            user,
            attempt: 0,
            link,
            phone: true,
            window_ends: WINDOW,
        };
        calls.push((opened, "Open"));
    }
    calls.extend([
        (text(1, 0, 2, 0), "Claimed"),
        (text(2, 1, 2, 0), "Claimed"),
        // Both numbers have a token, and their range has none.
        (text(3, 0, 2, 1), "UsedUp(1)"),
        (text(3, 1, 2, 1), "UsedUp(1)"),
        // A number of another range.
        (text(3, 2, 2, 1), "Claimed"),
        (text(4, 0, 2, WINDOW / 2), "Claimed"),
    ]);
    script(&calls).await;
}

#[tokio::test]
async fn a_refused_number_is_dropped_and_may_be_all_that_was_left() {
    let drop = |at| Call::DropPhone { user: 1, at };
    script(&[
        (drop(0), "Unconfirmed"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (open_both(0, 1), "Open"),
        (drop(1), "Unconfirmed"),
        (drop(2), "Unconfirmed"),
        (text(1, 0, 3, 3), "NotNeeded"),
        // Another attempt does not ask for it again.
        (open_both(1, 2), "Open"),
        (begin(4), "Some(\"task of 1, attempt 1, 4, Some(All)\")"),
    ])
    .await;
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open_both(0, 1), "Open"),
        (enter(Contact::Email, 1), "Some(\"left: {Phone}\")"),
        (drop(WINDOW), "Unconfirmed"),
        (drop(2), "Confirmed"),
        (drop(3), "Unconfirmed"),
        (open_both(1, 2), "Confirmed(All)"),
        (claim(1), "Claimed"),
    ])
    .await;
    // Whoever has confirmed the phone keeps it.
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open_both(0, 1), "Open"),
        (enter(Contact::Phone, 1), "Some(\"left: {Email}\")"),
        (drop(2), "Unconfirmed"),
        (
            enter(Contact::Email, 3),
            "Some(\"task of 1, attempt 0, 3, Some(All)\")",
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_address_alone_is_confirmed_without_the_phone() {
    let address_alone = Call::Begin {
        user: 1,
        proof: Proof::Link,
        scope: ConfirmationScope::Address,
        at: 6,
    };
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open_both(0, 1), "Open"),
        (begin(5), "Some(\"left: {Phone}\")"),
        (address_alone, "Some(\"task of 1, attempt 0, 6, Some(Address)\")"),
    ])
    .await;
}
