//! Sign-ups that confirm a phone number as well, on a stack whose definition calls `ValidateContacts`.

use aws_sdk_sfn::types::ExecutionStatus;
use contracts::table::{self, user};
use contracts::values::UserId;
use kit::aws::dynamodb::get_string;
use serde_json::{Value, json};

use crate::deployment::{Deployment, code_in, json_of, phone_number};

/// Enters a code, and returns the status of the response and its body.
async fn enter(deployment: &Deployment, id: &UserId, code: &str) -> (u16, Value) {
    let body = json!({"userId": id, "code": code}).to_string();
    let response = deployment.post("/verifications", body).send().await.unwrap();
    (response.status().as_u16(), json_of(response).await)
}

/// A code of six digits that is neither of these.
fn another(codes: [&str; 2]) -> String {
    let all = (0..).map(|number: u32| format!("{number:06}"));
    let mut wrong = all.filter(|code| !codes.contains(&code.as_str()));
    wrong.next().unwrap()
}

#[tokio::test]
async fn a_phone_and_an_address_are_confirmed_by_their_codes_in_either_order() {
    for phone_first in [true, false] {
        let deployment = Deployment::with_contacts().await;
        let (address, number) = (deployment.mailbox.address(), phone_number("49"));
        let id = deployment
            .sign_up(json!({"email": address, "phone": number, "name": "Ada"}))
            .await;
        let waiting = deployment.user_once_mailed(&id).await;
        let texts = deployment.phones.texts(&number).await;
        let mails = deployment.mailbox.mails(&address).await;
        let (texted, mailed) = (code_in(&texts[0].text), code_in(&mails[0].text));
        let (first, second, left) = if phone_first {
            (texted, mailed, "email")
        } else {
            (mailed, texted, "phone")
        };

        let wrong = enter(&deployment, &id, &another([texted, mailed])).await;
        let one = enter(&deployment, &id, first).await;
        let between = deployment.user(&id).await;
        let both = enter(&deployment, &id, second).await;
        deployment.user_once(&id, "verified").await;
        let (status, output) = deployment.aws.end(&id).await;

        assert_eq!(waiting["unconfirmed"], json!(["email", "phone"]));
        assert_eq!((texts.len(), texts[0].kind.as_str()), (1, "Transactional"));
        assert!(!texts[0].text.contains("http"), "{}", texts[0].text);
        assert_eq!(wrong.0, 422);
        assert_eq!(one, (202, json!({"status": "accepted", "unconfirmed": [left]})));
        assert_eq!(between["status"], "awaiting_verification");
        assert_eq!(between["unconfirmed"], json!([left]));
        assert_eq!(both, (202, json!({"status": "accepted"})));
        assert_eq!(
            (status, output),
            (ExecutionStatus::Succeeded, json!({"outcome": "verified"}))
        );
        let record = deployment.aws.item(table::user_key(&id)).await.unwrap();
        assert_eq!(get_string(&record, user::PHONE), Some(number.as_str()));
    }
}

#[tokio::test]
async fn a_phone_of_another_country_is_neither_texted_nor_asked_for() {
    let deployment = Deployment::with_contacts().await;
    let (address, number) = (deployment.mailbox.address(), phone_number("43"));

    let id = deployment
        .sign_up(json!({"email": address, "phone": number}))
        .await;
    let waiting = deployment.user_once_mailed(&id).await;
    let token = deployment.token(&id, &address).await;
    let confirmed = deployment.confirm(&token).await;
    deployment.user_once(&id, "verified").await;

    assert_eq!(waiting["unconfirmed"], json!(["email"]));
    assert_eq!(json_of(confirmed).await, json!({"status": "accepted"}));
    assert!(deployment.phones.texts(&number).await.is_empty());
}

#[tokio::test]
async fn a_link_confirms_the_address_alone_and_drops_the_phone() {
    let deployment = Deployment::with_contacts().await;
    let (address, number) = (deployment.mailbox.address(), phone_number("49"));
    let id = deployment
        .sign_up(json!({"email": address, "phone": number}))
        .await;
    let token = deployment.token(&id, &address).await;

    let all = json_of(deployment.confirm(&token).await).await;
    let alone = json!({"token": token, "confirm": "address"}).to_string();
    let alone = deployment.post("/verifications", alone).send().await.unwrap();
    deployment.user_once(&id, "verified").await;

    assert_eq!(all["unconfirmed"], json!(["phone"]));
    assert_eq!(json_of(alone).await, json!({"status": "accepted"}));
    let record = deployment.aws.item(table::user_key(&id)).await.unwrap();
    assert_eq!(get_string(&record, user::PHONE), None);
}
