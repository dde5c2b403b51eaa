//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;
use serde_json::json;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let lambda =
        Lambda::new(env!("CARGO_BIN_EXE_set-user-status"), env!("CARGO_MANIFEST_DIR")).with_item(json!({
            "pk": {"S": "user#0123456789abcdef0123456789abcdef"},
            "status": {"S": "awaiting_verification"},
        }));

    lambda.assert_snapshots().await;
}
