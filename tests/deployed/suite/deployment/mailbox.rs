//! Sent mails, if the environment shows them.

use serde_json::Value;

use super::{json_of, unique};

#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// The mails to all addresses. On AWS they cannot be read.
#[derive(Debug)]
pub(crate) struct Mailbox {
    http: reqwest::Client,
    outbox: Option<String>,
}

impl Mailbox {
    pub(super) fn new(http: reqwest::Client, outbox: Option<String>) -> Self {
        Self { http, outbox }
    }

    /// Whether mails can be read.
    pub(crate) fn is_readable(&self) -> bool {
        self.outbox.is_some()
    }

    /// An address that no other test uses.
    ///
    /// On AWS it is one of the mailbox simulator, which accepts every mail and counts only towards the daily quota. Source:
    /// <https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html>, "Using the mailbox simulator manually".
    pub(crate) fn address(&self) -> String {
        let word = unique();
        if self.is_readable() {
            format!("{word}@example.org")
        } else {
            format!("success+{word}@simulator.amazonses.com")
        }
    }

    /// The mails to an address, oldest first.
    pub(crate) async fn mails(&self, address: &str) -> Vec<Mail> {
        let outbox = self.outbox.as_deref().unwrap();
        let response = json_of(self.http.get(outbox).send().await.unwrap()).await;
        let accounts = response["messages"].as_object().unwrap();
        let mails = accounts.values().filter_map(Value::as_array).flatten();
        mails
            .filter(|mail| mail["To"][0] == address)
            .map(|mail| Mail {
                subject: mail["Subject"].as_str().unwrap().to_owned(),
                text: mail["BodyText"].as_str().unwrap().to_owned(),
            })
            .collect()
    }
}
