//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;

#[tokio::test]
async fn answers_match_the_golden_files() {
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_notify-webhook"), env!("CARGO_MANIFEST_DIR"))
        .setting("WEBHOOK_URL", "{outside}/webhooks")
        .setting(
            "WEBHOOK_SECRET_ARN",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:webhook",
        );

    lambda.check().await;
}
