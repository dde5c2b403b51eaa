//! The binary, invoked over the Lambda runtime API.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use contracts::table::link_key;
use contracts::values::LinkToken;
use invocation::Lambda;
use serde_json::json;

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let token: LinkToken = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc".parse().unwrap();
    let link = json!({
        "pk": {"S": link_key(&token.hash())},
        "userId": {"S": "0123456789abcdef0123456789abcdef"},
    });
    let verification = json!({
        "pk": {"S": "verification#0123456789abcdef0123456789abcdef"},
        "state": {"S": "open"},
        "taskToken": {"S": "a-task-token"},
        "windowEndsAt": {"N": "4102444800000"},
    });
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_confirm-contact"), env!("CARGO_MANIFEST_DIR"))
        .with_item(link)
        .with_item(verification);

    lambda.assert_snapshots().await;
}
