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
