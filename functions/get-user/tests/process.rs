//! The binary, invoked over the Lambda runtime API.

use invocation::Lambda;
use serde_json::json;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let sign_up = json!({
        "pk": {"S": "user#0123456789abcdef0123456789abcdef"},
        "status": {"S": "awaiting_verification"},
        "storedAt": {"N": "1767268800000"},
        "mailed": {"BOOL": true},
        "windowEndsAt": {"N": "4102444800000"},
    });
    let verification = json!({
        "pk": {"S": "verification#0123456789abcdef0123456789abcdef"},
        "lastMailAt": {"N": "1767268800000"},
    });
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_get-user"), env!("CARGO_MANIFEST_DIR"))
        .with_item(sign_up)
        .with_item(verification);

    lambda.assert_snapshots().await;
}
