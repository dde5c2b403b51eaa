//! SES's mailbox simulator: mails to its addresses bounce, or are complained of, and the events reach their function.
//!
//! Source: [Using the mailbox
//! simulator](https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator).

use std::time::Duration;

use serde_json::{Value, json};

use crate::functions::Functions;

const DOMAIN: &str = "simulator.amazonses.com";

/// How long after the mail its event comes.
const DELAY: Duration = Duration::from_secs(1);

/// The pause before a message that was not handled is received again.
const VISIBILITY: Duration = Duration::from_secs(2);

/// The queue of mail events, in memory: an event that a crash overtakes is lost, as one of SES can be.
#[derive(Debug, Clone)]
pub(crate) struct MailEvents(Functions);

impl MailEvents {
    pub(crate) fn new(functions: Functions) -> Self {
        Self(functions)
    }

    /// Plays what becomes of a mail to this address, with these tags.
    pub(crate) fn play(&self, to: &str, tags: &[(String, String)]) {
        let Some(event) = event_of(to) else { return };
        let tags: serde_json::Map<String, Value> = tags
            .iter()
            .map(|(name, value)| (name.clone(), json!([value])))
            .collect();
        let body = json!({"event": event, "tags": tags}).to_string();
        let functions = self.0.clone();
        tokio::spawn(async move { deliver(&functions, body).await });
    }
}

/// Invokes the function with the message until it is handled.
async fn deliver(functions: &Functions, body: String) {
    tokio::time::sleep(DELAY).await;
    let Some(function) = functions.by_arn("RecordMailEvent") else {
        return;
    };
    let batch = json!({"Records": [{"messageId": "mail-event", "body": body}]});
    loop {
        let handled = function.invoke(batch.clone()).await;
        let handled = handled.is_ok_and(|response| response == json!({"batchItemFailures": []}));
        if handled {
            return;
        }
        tokio::time::sleep(VISIBILITY).await;
    }
}

/// What becomes of a mail to this address. A label after a `+` makes another address of the same kind.
fn event_of(to: &str) -> Option<&'static str> {
    let (local, domain) = to.rsplit_once('@')?;
    let name = local.split('+').next()?;
    match (name, domain) {
        ("bounce" | "suppressionlist", DOMAIN) => Some("bounce"),
        ("complaint", DOMAIN) => Some("complaint"),
        // `success`, and `ooto` with its automatic reply, are delivered.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_mailbox_simulator_have_events() {
        for (to, event) in [
            ("bounce@simulator.amazonses.com", Some("bounce")),
            ("bounce+2@simulator.amazonses.com", Some("bounce")),
            ("suppressionlist@simulator.amazonses.com", Some("bounce")),
            ("complaint@simulator.amazonses.com", Some("complaint")),
            ("success@simulator.amazonses.com", None),
            ("ooto@simulator.amazonses.com", None),
            ("bounce@example.org", None),
        ] {
            assert_eq!(event_of(to), event, "{to}");
        }
    }
}
