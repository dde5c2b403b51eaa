//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_serve-pages"), env!("CARGO_MANIFEST_DIR")).with_setting(
        "WEBHOOK_PUBLIC_KEYS",
        "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
    );

    lambda.assert_snapshots().await;
}
