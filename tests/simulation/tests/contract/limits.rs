//! Buckets of tokens, and other mails.

use crate::calls::{Call, WINDOW};
use crate::script::{accept, open, script, store};

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
