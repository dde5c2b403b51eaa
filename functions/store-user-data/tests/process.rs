//! The binary, invoked over the Lambda runtime API.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use std::process::{Command, Output};

use invocation::Lambda;
use serde_json::json;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let lambda =
        Lambda::new(env!("CARGO_BIN_EXE_store-user-data"), env!("CARGO_MANIFEST_DIR")).with_item(json!({
            "pk": {"S": "user#0123456789abcdef0123456789abcdef"},
            "status": {"S": "pending"},
            "acceptedAt": {"N": "1767268800000"},
        }));

    lambda.assert_snapshots().await;
}

#[test]
fn a_missing_setting_is_named_and_fails_the_start() {
    let binary = env!("CARGO_BIN_EXE_store-user-data");

    let Output { status, stderr, .. } = Command::new(binary).env_clear().output().unwrap();

    assert!(!status.success());
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(stderr.contains("TABLE_NAME"), "{stderr}");
}
