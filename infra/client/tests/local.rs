//! The program `sign-up` against the local server: whole sign-ups, from request to account.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(dead_code, reason = "the support module serves several test binaries")]

mod support;

use std::time::Duration;

use local::outbox::Channel;
use local::{Contacts, LocalServer, Settings};
use serde_json::Value;
use support::{assert_code, sign_up, start, stderr, stdout};
use tempfile::TempDir;

const TIME_LIMIT: Duration = Duration::from_secs(20);

async fn server() -> (LocalServer, TempDir) {
    server_for(Contacts::Email).await
}

async fn server_for(contacts: Contacts) -> (LocalServer, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: directory.path().to_owned(),
        dynamodb_port: 0,
        webhook_url: None,
        contacts,
    };
    (LocalServer::start(settings).await.unwrap(), directory)
}

/// The text of the first mail, once it is there.
async fn mail(server: &LocalServer) -> String {
    let polling = async {
        loop {
            if let Some(mail) = server.outbox().get(1) {
                return mail.text.clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(TIME_LIMIT, polling).await.unwrap()
}

async fn mailed_link(server: &LocalServer) -> String {
    let mail = mail(server).await;
    let is_link = |word: &&str| word.starts_with(server.url());
    mail.split_whitespace().find(is_link).unwrap().to_owned()
}

async fn mailed_code(server: &LocalServer) -> String {
    code_in(&mail(server).await).unwrap()
}

/// The code of a message.
fn code_in(text: &str) -> Option<String> {
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split_whitespace().find(is_code).map(str::to_owned)
}

/// A code that is not this one.
fn other_code(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn create_with_wait_ends_when_the_code_is_entered() {
    let (server, _directory) = server().await;
    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--wait",
        "--timeout",
        "20s",
    ];

    let running = start(server.url(), &arguments);
    let code = mailed_code(&server).await;
    let output = running.finish(&format!("{}\n{code}\n", other_code(&code))).await;

    assert_code(&output, 0);
    let printed = stdout(&output);
    assert!(
        printed.ends_with("  verified  stored, mailed, confirmed\n"),
        "{printed}"
    );
    assert!(stderr(&output).starts_with("/code "), "{}", stderr(&output));
    server.stop().await;
}

#[tokio::test]
async fn create_with_wait_ends_when_the_codes_of_mail_and_text_message_are_entered() {
    let (server, _directory) = server_for(Contacts::EmailAndSms).await;
    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--phone",
        "+493012345678",
        "--wait",
        "--timeout",
        "20s",
    ];

    let running = start(server.url(), &arguments);
    let codes = async {
        loop {
            let codes: Vec<_> = server
                .outbox()
                .all()
                .iter()
                .filter_map(|sent| Some((sent.channel, code_in(&sent.text)?)))
                .collect();
            if codes.len() == 2 {
                return codes;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let codes = tokio::time::timeout(TIME_LIMIT, codes).await.unwrap();
    let output = running.finish(&format!("{}\n{}\n", codes[0].1, codes[1].1)).await;

    assert_code(&output, 0);
    assert_eq!((codes[0].0, codes[1].0), (Channel::Sms, Channel::Mail));
    let printed = stdout(&output);
    assert!(printed.contains("unconfirmed: email, phone\n"), "{printed}");
    assert!(
        printed.ends_with("  verified  stored, mailed, confirmed\n"),
        "{printed}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_code_confirms_its_own_sign_up() {
    let (server, _directory) = server().await;
    let url = server.url();
    let created = sign_up(url, &["create", "--email", "ada@example.org", "--json"], "").await;
    let receipt: Value = serde_json::from_str(&stdout(&created)).unwrap();
    let id = receipt["id"].as_str().unwrap();
    let code = mailed_code(&server).await;
    let verify = async |id: &str, code: &str| sign_up(url, &["verify", "--id", id, "--code", code], "").await;

    let of_another = verify(&"0".repeat(32), &code).await;
    let wrong = verify(id, other_code(&code)).await;
    let right = verify(id, &code).await;
    let watched = sign_up(url, &["status", id, "--watch", "--timeout", "20s"], "").await;

    assert_code(&of_another, 1);
    assert_code(&wrong, 1);
    assert_code(&right, 0);
    assert_code(&watched, 0);
    server.stop().await;
}

#[tokio::test]
async fn a_sign_up_by_commands_ends_verified() {
    let (server, _directory) = server().await;
    let url = server.url();

    let created = sign_up(url, &["create", "--email", "ada@example.org", "--json"], "").await;
    assert_code(&created, 0);
    let receipt: Value = serde_json::from_str(&stdout(&created)).unwrap();
    let id = receipt["id"].as_str().unwrap();
    let link = mailed_link(&server).await;
    assert_code(&sign_up(url, &["verify", "--token", &link], "").await, 0);
    let watched = sign_up(url, &["status", id, "--watch", "--timeout", "20s"], "").await;
    let again = sign_up(url, &["verify", "--token", &link], "").await;

    assert_code(&watched, 0);
    let expected = format!("{id}  verified  stored, mailed, confirmed\n");
    assert!(stdout(&watched).ends_with(&expected), "{}", stdout(&watched));
    assert_code(&again, 3);
    server.stop().await;
}

#[tokio::test]
async fn create_with_wait_ends_when_the_link_is_used() {
    let (server, _directory) = server().await;
    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--wait",
        "--timeout",
        "20s",
    ];

    let (created, verified) = tokio::join!(sign_up(server.url(), &arguments, ""), async {
        let link = mailed_link(&server).await;
        sign_up(server.url(), &["verify", "--token", &link], "").await
    });

    assert_code(&verified, 0);
    assert_code(&created, 0);
    let last = stdout(&created);
    assert!(
        last.ends_with("  verified  stored, mailed, confirmed\n"),
        "{last}"
    );
    server.stop().await;
}

#[tokio::test]
async fn another_mail_is_announced_and_not_sent_within_a_minute() {
    let (server, _directory) = server().await;
    let url = server.url();
    let created = sign_up(url, &["create", "--email", "ada@example.org", "--json"], "").await;
    let receipt: Value = serde_json::from_str(&stdout(&created)).unwrap();
    let id = receipt["id"].as_str().unwrap();
    mail(&server).await;

    let status = sign_up(url, &["status", id, "--json"], "").await;
    let resent = sign_up(url, &["resend", id, "--json"], "").await;

    let user: Value = serde_json::from_str(&stdout(&status)).unwrap();
    let refusal: Value = serde_json::from_str(&stderr(&resent)).unwrap();
    assert_code(&resent, 5);
    for seconds in [&user["anotherMail"]["inSeconds"], &refusal["retryAfterSeconds"]] {
        assert!((1..=60).contains(&seconds.as_u64().unwrap()), "{seconds}");
    }
    assert!(server.outbox().get(2).is_none());
    server.stop().await;
}

#[tokio::test]
async fn a_repeated_idempotency_key_is_the_same_sign_up() {
    let (server, _directory) = server().await;
    let create = ["create", "--idempotency-key", "one", "--email"];
    let ada = [&create[..], &["ada@example.org"]].concat();

    let first = sign_up(server.url(), &ada, "").await;
    let again = sign_up(server.url(), &ada, "").await;
    let changed = sign_up(server.url(), &[&ada[..], &["--name", "Ada"]].concat(), "").await;

    assert_code(&first, 0);
    assert_eq!(stdout(&first), stdout(&again));
    assert_code(&changed, 1);
    server.stop().await;
}

#[tokio::test]
async fn invalid_fields_and_unknown_ids_are_reported() {
    let (server, _directory) = server().await;
    let unknown = "0".repeat(32);

    let invalid = sign_up(
        server.url(),
        &["create", "--email", "nobody", "--phone", "12"],
        "",
    )
    .await;
    let missing = sign_up(server.url(), &["status", &unknown], "").await;

    assert_code(&invalid, 1);
    let message = stderr(&invalid);
    assert!(
        message.contains("/email ") && message.contains("/phone "),
        "{message}"
    );
    assert!(!message.contains("nobody"), "{message}");
    assert_code(&missing, 3);
    server.stop().await;
}
