//! The command `receive`, with a local server that sends to it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[expect(dead_code, reason = "the server's tests use the rest")]
mod support;

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use local::{Settings, StartupError};
use serde_json::json;
use support::{Fixture, eventually, item, text};

/// A running receiver, which is ended with this value.
struct Receiver {
    process: Child,
    url: String,
    output: Lines<BufReader<ChildStdout>>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Receiver {
    fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_local"))
            .args(["receive", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .args(arguments)
            .env_remove("WEBHOOK_SECRET")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = output.next().unwrap().unwrap();
        let (_, rest) = first.split_once(" at ").unwrap();
        let (url, _) = rest.split_once(". ").unwrap();
        Self {
            process,
            url: url.to_owned(),
            output,
        }
    }

    /// The parts of the next line with a delivery.
    fn next(&mut self) -> Vec<String> {
        let is_delivery = |line: &String| line.contains("msg_");
        let line = self
            .output
            .by_ref()
            .map(Result::unwrap)
            .find(is_delivery)
            .unwrap();
        let parts = line.split("  ").map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    }
}

#[tokio::test]
async fn an_endpoint_that_fails_twice_gets_the_event_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut receiver = Receiver::start(directory.path(), &["--answer", "503", "--first", "2"]);
    let fixture = Fixture::on(directory, Some(receiver.url.clone())).await;

    let id = fixture
        .sign_up(json!({"email": "ada@example.org", "campaign": "spring"}))
        .await;

    let message = format!("msg_{id}");
    let delivery = eventually(async || {
        let delivery = item(&fixture, &format!("delivery#{id}")).await?;
        (text(&delivery, "status") == "delivered").then_some(delivery)
    })
    .await;
    for (number, status) in [(1, "503"), (2, "503"), (3, "204")] {
        let [_, answered, id, note, content] = receiver.next().try_into().unwrap();
        assert_eq!((answered.as_str(), id.as_str()), (status, message.as_str()));
        assert_eq!(note, format!("delivery {number}"));
        assert_eq!(content, text(&delivery, "content"));
    }
    assert!(fixture.server.webhooks().all().is_empty());
}

#[tokio::test]
async fn what_is_not_signed_with_the_secret_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let mut receiver = Receiver::start(directory.path(), &[]);
    let http = Fixture::new().await.http;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let forged = http
        .post(&receiver.url)
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", now.as_secs())
        .header("webhook-signature", "v1,AAAA")
        .body("{}");

    let response = forged.send().await.unwrap();

    assert_eq!(response.status(), 401);
    let [_, answered, id, note] = receiver.next().try_into().unwrap();
    assert_eq!((answered.as_str(), id.as_str()), ("401", "msg_1"));
    assert_eq!(note, "not verified: signature invalid");
}

#[tokio::test]
async fn webhooks_stay_on_this_machine() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: directory.path().to_owned(),
        dynamodb_port: 0,
        webhook_url: Some("http://192.0.2.1/".to_owned()),
        contacts: local::Contacts::default(),
    };

    let error = local::LocalServer::start(settings).await.unwrap_err();

    assert!(matches!(error, StartupError::WebhookUrl(_)), "{error}");
    assert!(error.to_string().contains("--webhook-url"), "{error}");
}

#[test]
fn a_secret_that_is_none_is_reported() {
    let output = Command::new(env!("CARGO_BIN_EXE_local"))
        .args(["receive", "--listen", "127.0.0.1:0"])
        .env("WEBHOOK_SECRET", "whsec_*")
        .output()
        .unwrap();

    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("WEBHOOK_SECRET") && !error.contains("whsec_*"),
        "{error}"
    );
}
