//! Events of the webhook.

use crate::calls::Call;
use crate::script::script;

#[tokio::test]
async fn a_webhook_event_keeps_its_first_content() {
    script(&[
        (Call::NotDelivered { user: 2 }, "()"),
        (Call::Keep { user: 2, at: 0 }, "fault"),
        (
            Call::Keep { user: 1, at: 1 },
            "Undelivered(WebhookEvent { user: UserId(\"00000000000000000000000000000001\"), \
             kind: SignedUp, id: \"msg_00000000000000000000000000000001\", content: \"at 1\" })",
        ),
        (Call::NotDelivered { user: 1 }, "()"),
        (
            Call::Keep { user: 1, at: 2 },
            "Undelivered(WebhookEvent { user: UserId(\"00000000000000000000000000000001\"), \
             kind: SignedUp, id: \"msg_00000000000000000000000000000001\", content: \"at 1\" })",
        ),
        (Call::Delivered { user: 1, at: 3 }, "()"),
        (Call::Keep { user: 1, at: 4 }, "Delivered"),
    ])
    .await;
}

#[tokio::test]
async fn an_event_that_was_given_up_can_still_be_delivered_and_not_the_other_way_round() {
    script(&[
        (Call::GiveUp { user: 2 }, "()"),
        (Call::GiveUp { user: 1 }, "()"),
        (
            Call::Keep { user: 2, at: 1 },
            "Undelivered(WebhookEvent { user: UserId(\"00000000000000000000000000000002\"), \
             kind: Verified, id: \"msg_00000000000000000000000000000002\", content: \"at 1\" })",
        ),
        (Call::GiveUp { user: 2 }, "()"),
        (
            Call::Keep { user: 2, at: 2 },
            "Undelivered(WebhookEvent { user: UserId(\"00000000000000000000000000000002\"), \
             kind: Verified, id: \"msg_00000000000000000000000000000002\", content: \"at 1\" })",
        ),
        (Call::Delivered { user: 2, at: 3 }, "()"),
        (Call::GiveUp { user: 2 }, "()"),
        (Call::Keep { user: 2, at: 4 }, "Delivered"),
    ])
    .await;
}

#[tokio::test]
async fn a_circuit_is_changed_only_as_it_was_read() {
    script(&[
        (Call::Circuit, "Closed { since: None }"),
        (Call::Change { from: 2, to: 4 }, "false"),
        (Call::Change { from: 0, to: 2 }, "true"),
        (Call::Change { from: 0, to: 3 }, "false"),
        (Call::Change { from: 2, to: 4 }, "true"),
        // Two functions that saw the same: the second one changes nothing.
        (Call::Change { from: 2, to: 4 }, "false"),
        (Call::Change { from: 4, to: 6 }, "true"),
        (Call::Change { from: 6, to: 1 }, "true"),
        (Call::Change { from: 1, to: 3 }, "true"),
    ])
    .await;
}
