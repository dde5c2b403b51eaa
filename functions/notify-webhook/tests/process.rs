//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_notify-webhook"), env!("CARGO_MANIFEST_DIR"))
        .with_setting("WEBHOOK_URL", "{external}/webhooks")
        .with_setting("WEBHOOK_NETWORK", "loopback")
        .with_setting(
            "WEBHOOK_SECRET_ARN",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:webhook",
        );

    lambda.assert_snapshots().await;
}
