//! Ends of sign-ups.

use set_user_status::UnverifiedEnd;

use crate::calls::{Call, WINDOW};
use crate::script::{accept, begin, claim, open, script, store};

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
