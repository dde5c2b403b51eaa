//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;
use serde_json::json;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let user = json!({
        "pk": {"S": "user#0123456789abcdef0123456789abcdef"},
        "status": {"S": "awaiting_verification"},
    });
    let lambda = Lambda::new(
        env!("CARGO_BIN_EXE_validate-contacts"),
        env!("CARGO_MANIFEST_DIR"),
    )
    .with_setting("MAIL_FROM", "sign-up@example.org")
    .with_setting("SITE_URL", "https://site.example")
    .with_setting("FINGERPRINT_KEY", "0123456789abcdef0123456789abcdef")
    .with_setting("SMS_CALLING_CODES", "49")
    .with_item(user);

    lambda.assert_snapshots().await;
}
