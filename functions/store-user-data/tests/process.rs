//! The binary, invoked over the Lambda runtime API.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::process::{Command, Output};

use invocation::Lambda;
use serde_json::json;

#[tokio::test]
async fn answers_match_the_golden_files() {
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_store-user-data"), env!("CARGO_MANIFEST_DIR")).item(json!({
        "pk": {"S": "user#0123456789abcdef0123456789abcdef"},
        "status": {"S": "pending"},
        "acceptedAt": {"N": "1767268800000"},
    }));

    lambda.check().await;
}

#[test]
fn a_missing_setting_ends_the_process_with_its_name() {
    let binary = env!("CARGO_BIN_EXE_store-user-data");

    let Output { status, stderr, .. } = Command::new(binary).env_clear().output().unwrap();

    assert!(!status.success());
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(stderr.contains("TABLE_NAME"), "{stderr}");
}
