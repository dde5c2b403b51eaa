//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;
use serde_json::json;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let verification = json!({
        "pk": {"S": "verification#0123456789abcdef0123456789abcdef"},
        "state": {"S": "open"},
        "taskToken": {"S": "a-task-token"},
    });
    let lambda = Lambda::new(
        env!("CARGO_BIN_EXE_record-mail-event"),
        env!("CARGO_MANIFEST_DIR"),
    )
    .with_item(verification);

    lambda.assert_snapshots().await;
}
