//! Links: which attempt they lead to, and for how long.

use set_user_status::UnverifiedEnd;

use crate::calls::{Call, WINDOW};
use crate::script::{accept, begin, open, script, store};

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
