//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_create-user"), env!("CARGO_MANIFEST_DIR"))
        .with_setting(
            "STATE_MACHINE_ARN",
            "arn:aws:states:eu-west-1:123456789012:stateMachine:SignUp",
        )
        .with_setting("FINGERPRINT_KEY", "0123456789abcdef0123456789abcdef");

    lambda.assert_snapshots().await;
}
