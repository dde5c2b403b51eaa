//! Sent text messages. Only the emulator shows them.

use serde_json::Value;

use super::{json_of, unique};

#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Transactional or promotional.
    pub(crate) kind: String,
}

/// A number with this calling code that no other test uses.
pub(crate) fn phone_number(calling_code: &str) -> String {
    let word = unique();
    let digits = word.bytes().map(|byte| char::from(b'0' + byte % 10));
    let digits: String = digits.take(10).collect();
    format!("+{calling_code}{digits}")
}

/// The text messages to all numbers.
#[derive(Debug)]
pub(crate) struct Phones {
    http: reqwest::Client,
    outbox: Option<String>,
}

impl Phones {
    pub(super) fn new(http: reqwest::Client, outbox: Option<String>) -> Self {
        Self { http, outbox }
    }

    /// The text messages to a number, oldest first.
    pub(crate) async fn texts(&self, number: &str) -> Vec<Text> {
        let outbox = self.outbox.as_deref().unwrap();
        let response = json_of(self.http.get(outbox).send().await.unwrap()).await;
        let sent = response["sms_messages"][number].as_array();
        let sent = sent.map(Vec::as_slice).unwrap_or_default().iter();
        sent.map(|message| Text {
            text: message["Message"].as_str().unwrap().to_owned(),
            kind: kind(message).unwrap_or_default().to_owned(),
        })
        .collect()
    }
}

fn kind(message: &Value) -> Option<&str> {
    message["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"].as_str()
}
