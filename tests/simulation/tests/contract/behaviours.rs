//! The store behaviours that the functions rely on, each as a script of calls and expected results.

use confirm_contact::Proof;
use contracts::values::{ConfirmationScope, Contact};
use set_user_status::UnverifiedEnd;
use simulation::Table;

use crate::calls::{Call, WINDOW, in_memory};
use crate::dynamo::Dynamo;

/// Runs the calls on both stores and compares each result, and finally all items.
async fn script(calls: &[(Call, &str)]) {
    let dynamo = Dynamo::start().await;
    let mut table = Table::default();
    for (call, expected) in calls {
        assert_eq!(in_memory(&mut table, *call), *expected, "in memory: {call:?}");
        assert_eq!(dynamo.ask(*call).await, *expected, "on DynamoDB: {call:?}");
    }
    assert_eq!(table.items(), dynamo.items().await);
}

const fn accept(user: u8) -> Call {
    Call::Accept {
        user,
        key: None,
        asks: 0,
        at: 0,
    }
}

const fn store(user: u8) -> Call {
    store_as(user, false)
}

const fn store_as(user: u8, held: bool) -> Call {
    Call::Store {
        user,
        address: 0,
        held,
        name: true,
        at: 1,
    }
}

const fn is_held(user: u8) -> Call {
    Call::IsHeld { user, address: 0 }
}

const fn open(user: u8, attempt: u64, link: u8) -> Call {
    Call::Open {
        user,
        attempt,
        link,
        phone: false,
        window_ends: WINDOW,
    }
}

/// The first user's verification of address and phone.
const fn open_both(attempt: u64, link: u8) -> Call {
    Call::Open {
        user: 1,
        attempt,
        link,
        phone: true,
        window_ends: WINDOW,
    }
}

/// A code of the first user that was sent to this contact.
const fn enter(contact: Contact, at: i64) -> Call {
    Call::Begin {
        user: 1,
        proof: Proof::Code(contact),
        scope: ConfirmationScope::All,
        at,
    }
}

/// A link of the first user.
const fn begin(at: i64) -> Call {
    Call::Begin {
        user: 1,
        proof: Proof::Link,
        scope: ConfirmationScope::All,
        at,
    }
}

const fn claim(user: u8) -> Call {
    Call::Claim {
        user,
        address: 0,
        scope: ConfirmationScope::All,
        at: 9,
    }
}

#[tokio::test]
async fn writes_are_idempotent() {
    script(&[
        (accept(1), "New"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (open(1, 0, 1), "Open"),
        (claim(1), "Claimed"),
        (claim(1), "Claimed"),
    ])
    .await;
}

#[tokio::test]
async fn the_first_confirmation_claims_the_address() {
    script(&[
        (accept(1), "New"),
        (accept(2), "New"),
        (store(1), "Stored"),
        (store(2), "Stored"),
        (claim(2), "Claimed"),
        (claim(1), "Held"),
        (Call::Supersede { user: 1, at: 10 }, "Recorded"),
        (Call::Supersede { user: 1, at: 11 }, "Recorded"),
        (claim(1), "Held"),
        (is_held(2), "false"),
        (accept(3), "New"),
        (is_held(3), "true"),
        (store(3), "ClaimChanged"),
        (store_as(3, true), "Stored"),
        (store_as(3, true), "Stored"),
    ])
    .await;
}

#[tokio::test]
async fn a_sign_up_is_held_only_while_another_user_has_the_address() {
    script(&[
        (accept(1), "New"),
        (is_held(1), "false"),
        (store_as(1, true), "ClaimChanged"),
        (store(1), "Stored"),
        (claim(1), "Claimed"),
        (store(2), "NotPending"),
        (store_as(2, true), "NotPending"),
    ])
    .await;
}

#[tokio::test]
async fn a_late_earlier_attempt_is_overtaken() {
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 1, 1), "Open"),
        (open(1, 0, 2), "StaleAttempt"),
        (Call::Find { link: 2 }, "None"),
        (begin(5), "Some(\"task of 1, attempt 1, 5, Some(All)\")"),
    ])
    .await;
}

#[tokio::test]
async fn every_link_leads_to_the_newest_task_token() {
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (open(1, 1, 2), "Open"),
        (
            Call::Find { link: 1 },
            "Some(UserId(\"00000000000000000000000000000001\"))",
        ),
        (begin(5), "Some(\"task of 1, attempt 1, 5, Some(All)\")"),
        // That task has timed out, and the callback is retried: the next attempt finds the confirmation.
        (open(1, 2, 3), "Confirmed(All)"),
        (begin(6), "Some(\"task of 1, attempt 1, 5, Some(All)\")"),
        (
            Call::End {
                user: 1,
                end: UnverifiedEnd::Expired,
                at: 7,
            },
            "Confirmed(All)",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_sign_up_has_five_tries_of_codes_over_all_its_mails() {
    let take = Call::TakeTry { user: 1 };
    let by_code = Call::Begin {
        user: 1,
        proof: Proof::Code(Contact::Email),
        scope: ConfirmationScope::All,
        at: 5,
    };
    let first = "Some(Codes { email: [CodeHash(\"code 1\")], phone: [] })";
    let both = "Some(Codes { email: [CodeHash(\"code 2\"), CodeHash(\"code 1\")], phone: [] })";
    script(&[
        (take, "None"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (take, first),
        (take, first),
        (open(1, 1, 2), "Open"),
        (take, both),
        (take, both),
        (take, both),
        (take, "None"),
        // The right code gives its try back.
        (by_code, "Some(\"task of 1, attempt 1, 5, Some(All)\")"),
        (take, both),
        (take, "None"),
    ])
    .await;
}

/// The codes of these mails, as the try that compares them returns them.
fn codes(mails: impl Iterator<Item = u8>) -> String {
    let codes: Vec<_> = mails.map(|mail| format!("CodeHash(\"code {mail}\")")).collect();
    format!("Some(Codes {{ email: [{}], phone: [] }})", codes.join(", "))
}

#[tokio::test]
async fn the_codes_of_the_newest_twelve_mails_work() {
    let take = Call::TakeTry { user: 1 };
    let (twelve, newest) = (codes((1..=12).rev()), codes((2..=13).rev()));
    let opened = (1..=12).map(|mail| (open(1, u64::from(mail), mail), "Open"));
    let mut calls = vec![(accept(1), "New"), (store(1), "Stored")];
    calls.extend(opened);
    calls.extend([
        (take, twelve.as_str()),
        (open(1, 13, 13), "Open"),
        (take, newest.as_str()),
    ]);
    script(&calls).await;
}

#[tokio::test]
async fn a_preview_shows_only_what_a_link_could_confirm() {
    let preview = |at| Call::Preview { user: 1, at };
    let shown = "Some(Preview { requested_at: Timestamp(1767225600000), name: Some(PersonName(hidden)), \
                 phone: Some(PhoneNumber(hidden)) })";
    script(&[
        (preview(0), "None"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (preview(2), "None"),
        (open(1, 0, 1), "Open"),
        (preview(WINDOW - 1), shown),
        (preview(WINDOW), "None"),
        (begin(5), "Some(\"task of 1, attempt 0, 5, Some(All)\")"),
        (preview(WINDOW), shown),
        (Call::MarkSpent { user: 1 }, "()"),
        (preview(6), "None"),
    ])
    .await;
}

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

#[tokio::test]
async fn a_confirmed_sign_up_ends_only_as_confirmed_also_at_a_retry() {
    let end = Call::End {
        user: 1,
        end: UnverifiedEnd::Expired,
        at: WINDOW,
    };
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (begin(5), "Some(\"task of 1, attempt 0, 5, Some(All)\")"),
        (end, "Confirmed(All)"),
        (claim(1), "Claimed"),
        (end, "Confirmed(All)"),
        (claim(1), "Claimed"),
    ])
    .await;
}

#[tokio::test]
async fn another_mail_is_taken_once_a_minute_and_five_times() {
    let take = |at| Call::TakeMail { user: 1, at };
    let taken = "Taken(TaskToken(hidden))";
    let too_soon = "TooSoon { last: Timestamp(1767225660000) }";
    script(&[
        (take(0), "NotMailed"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (Call::FindForMail { user: 2 }, "None"),
        (open(1, 0, 1), "Open"),
        (take(59), "TooSoon { last: Timestamp(1767225600000) }"),
        (take(60), taken),
        (take(119), too_soon),
        (take(120), taken),
        (take(180), taken),
        (take(240), taken),
        (take(300), taken),
        (take(360), "UsedUp"),
        (take(361), "UsedUp"),
    ])
    .await;
}

#[tokio::test]
async fn a_link_works_within_its_window_and_a_begun_confirmation_beyond_it() {
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (begin(WINDOW + 1), "None"),
        (begin(WINDOW), "None"),
        (
            begin(WINDOW - 1),
            "Some(\"task of 1, attempt 0, 86399, Some(All)\")",
        ),
        (
            begin(WINDOW + 1),
            "Some(\"task of 1, attempt 0, 86399, Some(All)\")",
        ),
        (Call::MarkSpent { user: 1 }, "()"),
        (Call::MarkSpent { user: 1 }, "()"),
        (begin(5), "None"),
        (open(1, 1, 2), "Confirmed(All)"),
    ])
    .await;
}

#[tokio::test]
async fn the_address_alone_is_claimed_without_name_and_phone() {
    let address_alone = Call::Begin {
        user: 1,
        proof: Proof::Link,
        scope: ConfirmationScope::Address,
        at: 5,
    };
    let claim = Call::Claim {
        user: 1,
        address: 0,
        scope: ConfirmationScope::Address,
        at: 9,
    };
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (address_alone, "Some(\"task of 1, attempt 0, 5, Some(Address)\")"),
        // The first choice counts.
        (begin(6), "Some(\"task of 1, attempt 0, 5, Some(Address)\")"),
        (claim, "Claimed"),
        (claim, "Claimed"),
    ])
    .await;
}

#[tokio::test]
async fn a_final_status_never_changes() {
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (
            Call::End {
                user: 1,
                end: UnverifiedEnd::Expired,
                at: 7,
            },
            "Recorded",
        ),
        (
            Call::End {
                user: 1,
                end: UnverifiedEnd::Expired,
                at: 8,
            },
            "Recorded",
        ),
        (
            Call::End {
                user: 1,
                end: UnverifiedEnd::Failed,
                at: 9,
            },
            "Ended",
        ),
        (claim(1), "Ended"),
        (store(1), "NotPending"),
        (open(1, 1, 2), "Ended"),
        (begin(5), "None"),
        (
            Call::RecordMailStep {
                user: 1,
                window_ends: WINDOW,
            },
            "Ended",
        ),
    ])
    .await;
}

#[tokio::test]
async fn an_address_that_is_suppressed_is_granted_no_mail_until_its_time() {
    let grant = |user, address, at| Call::Grant {
        user,
        address,
        at,
        tokens: 2,
    };
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (grant(1, 0, 0), "Granted"),
        (
            Call::Suppress {
                address: 0,
                until: 50,
            },
            "()",
        ),
        // Also a mail that has its token.
        (grant(1, 0, 1), "Suppressed"),
        (grant(1, 1, 1), "Granted"),
        (
            Call::Suppress {
                address: 0,
                until: 40,
            },
            "()",
        ),
        (grant(1, 0, 49), "Suppressed"),
        (grant(1, 0, 50), "Granted"),
    ])
    .await;
}

#[tokio::test]
async fn a_suppressed_sign_up_ends_at_its_next_attempt_and_keeps_its_verification() {
    let end = |at| Call::End {
        user: 1,
        end: UnverifiedEnd::Suppressed,
        at,
    };
    script(&[
        (Call::MarkSuppressed { user: 1, at: 0 }, "None"),
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (Call::MarkSuppressed { user: 1, at: 1 }, "Some(TaskToken(hidden))"),
        (Call::MarkSuppressed { user: 1, at: 2 }, "Some(TaskToken(hidden))"),
        (open(1, 1, 2), "Suppressed"),
        (end(3), "Recorded"),
        (end(4), "Recorded"),
        (open(1, 2, 3), "Ended"),
        (
            Call::RecordMailStep {
                user: 1,
                window_ends: WINDOW,
            },
            "Recorded",
        ),
        (claim(1), "Ended"),
        (Call::TakeMail { user: 1, at: 100 }, "Taken(TaskToken(hidden))"),
    ])
    .await;
}

#[tokio::test]
async fn a_confirmation_comes_before_a_suppression() {
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (begin(1), "Some(\"task of 1, attempt 0, 1, Some(All)\")"),
        (Call::MarkSuppressed { user: 1, at: 2 }, "None"),
        (
            Call::End {
                user: 1,
                end: UnverifiedEnd::Suppressed,
                at: 3,
            },
            "Confirmed(All)",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_mail_and_its_retries_take_one_token_and_another_mail_its_own() {
    let grant = |user, at| Call::Grant {
        user,
        address: 0,
        at,
        tokens: 1,
    };
    script(&[
        (accept(1), "New"),
        (store(1), "Stored"),
        (open(1, 0, 1), "Open"),
        (accept(2), "New"),
        (store(2), "Stored"),
        (open(2, 0, 2), "Open"),
        (grant(1, 0), "Granted"),
        (grant(1, 1), "Granted"),
        (grant(2, 2), "UsedUp"),
        (grant(2, WINDOW - 1), "UsedUp"),
        (grant(2, WINDOW), "Granted"),
        (grant(1, WINDOW), "Granted"),
        (
            Call::TakeMail {
                user: 1,
                at: WINDOW + 60,
            },
            "Taken(TaskToken(hidden))",
        ),
        (open(1, 1, 3), "Open"),
        (grant(1, WINDOW + 60), "UsedUp"),
        (grant(1, 2 * WINDOW), "Granted"),
        (grant(1, 2 * WINDOW), "Granted"),
        // A user that is not there gets no item.
        (grant(3, WINDOW), "Granted"),
    ])
    .await;
}

#[tokio::test]
async fn a_bucket_refills_token_by_token_up_to_its_size() {
    let take = |at| Call::Take {
        subject: 1,
        tokens: 2,
        at,
    };
    let half = WINDOW / 2;
    script(&[
        (take(0), "Ok(())"),
        (take(0), "Ok(())"),
        (take(0), "Err(Empty { retry_after: 43200s })"),
        (take(half - 1), "Err(Empty { retry_after: 1s })"),
        (take(half), "Ok(())"),
        (take(half), "Err(Empty { retry_after: 43200s })"),
        (take(10 * WINDOW), "Ok(())"),
        (take(10 * WINDOW), "Ok(())"),
        (take(10 * WINDOW), "Err(Empty { retry_after: 43200s })"),
    ])
    .await;
}

#[tokio::test]
async fn subjects_have_buckets_of_their_own() {
    let take = |subject| Call::Take {
        subject,
        tokens: 1,
        at: 0,
    };
    script(&[
        (take(1), "Ok(())"),
        (take(2), "Ok(())"),
        (take(1), "Err(Empty { retry_after: 86400s })"),
    ])
    .await;
}

#[tokio::test]
async fn a_webhook_event_keeps_its_first_content() {
    script(&[
        (Call::NotDelivered { user: 2 }, "()"),
        (Call::Keep { user: 2, at: 0 }, "fault"),
        (
            Call::Keep { user: 1, at: 1 },
            "Undelivered(WebhookEvent { user: UserId(\"00000000000000000000000000000001\"), \
             id: \"msg_00000000000000000000000000000001\", content: \"at 1\" })",
        ),
        (Call::NotDelivered { user: 1 }, "()"),
        (
            Call::Keep { user: 1, at: 2 },
            "Undelivered(WebhookEvent { user: UserId(\"00000000000000000000000000000001\"), \
             id: \"msg_00000000000000000000000000000001\", content: \"at 1\" })",
        ),
        (Call::Delivered { user: 1, at: 3 }, "()"),
        (Call::Keep { user: 1, at: 4 }, "Delivered"),
    ])
    .await;
}
