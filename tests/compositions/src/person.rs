//! The person who signs up, the same in all compositions: sends a request again after an error, and enters the mailed code.

use serde_json::{Value, json};

use crate::clock::{HOUR, MINUTE, Micros, SECOND};
use crate::cloud::Cloud;
use crate::ledger::Answer;
use crate::platform::{Platform, status};

/// The person's idempotency key.
const KEY: &str = "one-sign-up";

/// How long the person takes to enter the code. No figure contains it.
const THINKS: Micros = 5 * MINUTE;

/// How often a request is sent while the answer is an error.
const ATTEMPTS: usize = 3;

/// The pause before a request is sent again.
const PAUSE: Micros = 2 * SECOND;

/// When whoever could not confirm tries again: the mail is still there.
const LATER: Micros = HOUR;

pub(crate) async fn sign_up(cloud: Cloud) {
    let composition = cloud.composition();
    let requests = async {
        let mut accepted = false;
        for _ in 0..ATTEMPTS {
            let response = composition.sign_up(&cloud, sign_up_event()).await;
            accepted = (200..300).contains(&status(&response));
            if status(&response) < 500 {
                break;
            }
            cloud.sleep(PAUSE).await;
        }
        accepted
    };
    // Whoever closes the page has no answer, and gets the mail all the same.
    if let Ok(accepted) = cloud.in_page(requests).await {
        let at = cloud.now();
        cloud.ledger().answer = Some(Answer { at, accepted });
    }
    if cloud.first_mail().await.is_err() {
        return;
    }
    cloud.sleep(THINKS).await;
    let sent = cloud.now();
    cloud.ledger().confirmation_sent = Some(sent);
    let confirmed = cloud.in_page(confirm(&cloud)).await;
    if let Ok(false) = confirmed {
        cloud.sleep(LATER).await;
        confirm(&cloud).await;
    }
}

/// Enters the code, again while the answer is an error. Whether there was another answer.
async fn confirm(cloud: &Cloud) -> bool {
    for _ in 0..ATTEMPTS {
        let Some(event) = confirmation_event(cloud) else {
            return false;
        };
        let response = cloud.composition().confirm(cloud, event).await;
        if status(&response) < 500 {
            return true;
        }
        cloud.sleep(PAUSE).await;
    }
    false
}

fn sign_up_event() -> Value {
    let body = json!({
        "email": "person@example.org",
        "name": "Ada",
        "phone": "+493012345678",
        "locale": "de",
        "campaign": "spring",
    });
    api_event("/users", &body, KEY)
}

/// The newest code, entered where the sign-up began.
fn confirmation_event(cloud: &Cloud) -> Option<Value> {
    let (user, code) = (cloud.world().user()?, cloud.world().mailed_code()?);
    let body = json!({"userId": user, "code": code.expose()});
    Some(api_event("/verifications", &body, KEY))
}

/// A request as API Gateway passes it on.
pub fn api_event(path: &str, body: &Value, idempotency_key: &str) -> Value {
    json!({
        "version": "2.0",
        "rawPath": path,
        "headers": {"content-type": "application/json", "idempotency-key": idempotency_key},
        "body": body.to_string(),
        "isBase64Encoded": false,
        "requestContext": {
            "stage": "$default",
            "http": {"method": "POST", "path": path, "sourceIp": "192.0.2.1"},
        },
    })
}
