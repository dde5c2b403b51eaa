//! Addresses that bounced or complained.

use set_user_status::UnverifiedEnd;

use crate::calls::{Call, WINDOW};
use crate::script::{accept, begin, claim, open, script, store};

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
