//! The binary, invoked over the Lambda runtime API.
#![allow(clippy::unwrap_used, reason = "tests panic on unexpected results")]

use contracts::table::{code_entry, link_key};
use contracts::values::{ConfirmationCode, HashKey, LinkToken, UserId};
use invocation::Lambda;
use serde_json::json;

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn outputs_match_the_snapshots() {
    let token: LinkToken = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc".parse().unwrap();
    let user: UserId = "0123456789abcdef0123456789abcdef".parse().unwrap();
    let code: ConfirmationCode = "123456".parse().unwrap();
    let code = code.hash(&HashKey::new(KEY).unwrap(), &user);
    let link = json!({
        "pk": {"S": link_key(&token.hash())},
        "userId": {"S": "0123456789abcdef0123456789abcdef"},
    });
    let verification = json!({
        "pk": {"S": "verification#0123456789abcdef0123456789abcdef"},
        "state": {"S": "open"},
        "taskToken": {"S": "a-task-token"},
        "windowEndsAt": {"N": "4102444800000"},
        "codes": {"SS": [code_entry(0, &code)]},
    });
    let sign_up = json!({
        "pk": {"S": "user#0123456789abcdef0123456789abcdef"},
        "status": {"S": "awaiting_verification"},
        "acceptedAt": {"N": "1767268800000"},
        "name": {"S": "Ada"},
        "phone": {"S": "+493012345678"},
    });
    let lambda = Lambda::new(env!("CARGO_BIN_EXE_confirm-contact"), env!("CARGO_MANIFEST_DIR"))
        .with_setting("FINGERPRINT_KEY", KEY)
        .with_item(link)
        .with_item(sign_up)
        .with_item(verification);

    lambda.assert_snapshots().await;
}
