//! The console of the local server.

use serde_json::json;
use thirtyfour::Key;

use crate::chromium::{Look, PLAIN};
use crate::reader::{Reader, code};

const WIDE: Look = Look {
    width: 1600,
    height: 1200,
    ..PLAIN
};

const NARROW_DARK: Look = Look {
    width: 320,
    is_dark: true,
    ..PLAIN
};

#[tokio::test]
async fn an_execution_is_drawn_as_it_goes_on() {
    let reader = Reader::new("console", WIDE).await;
    let console = reader.console_path();
    reader.open(&console).await;
    reader.read("None yet.").await;
    reader.check("empty").await;
    let id = reader.sign_up_elsewhere("ada@example.org").await;

    // Without a reload.
    reader.read(&id).await;
    reader.read("waiting").await;
    reader.check("overview").await;
    reader.follow(&id).await;
    reader.read("ValidateEmail waits for its token.").await;
    assert!(reader.drawn("ValidateEmail").await.ends_with("entered waiting"));
    assert!(reader.drawn("StoreUserData").await.ends_with("entered succeeded"));
    assert!(!reader.drawn("RecordVerified").await.contains("entered"));
    reader.check("waiting").await;
    let mail = reader.mail(1).await;
    let confirmed = reader
        .send("/verifications", json!({"userId": id, "code": code(&mail)}))
        .await;

    assert_eq!(confirmed["status"], "accepted");
    reader.read("The execution has succeeded.").await;
    assert!(
        reader
            .drawn("RecordVerified")
            .await
            .ends_with("entered succeeded")
    );
    reader.check("succeeded").await;
    reader.leave().await;
}

#[tokio::test]
async fn a_narrow_dark_console_is_used_by_keyboard_alone() {
    let reader = Reader::new("console-by-keyboard", NARROW_DARK).await;
    reader.open(&reader.console_path()).await;
    let id = reader.sign_up_elsewhere("ada@example.org").await;
    reader.mail(1).await;
    reader.read("waiting").await;
    reader.check("overview").await;

    reader.tab_to("search").await;
    reader.keys(&id[..8]).await;
    reader.keys(Key::Enter).await;
    reader.read("ValidateEmail waits for its token.").await;
    reader.check("execution").await;
    reader.tab_to_link("Mail 1").await;
    // The page is brought up to date meanwhile, and the focus stays.
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    reader.keys(Key::Enter).await;
    reader.read("ada@example.org").await;
    let mail = reader.mail(1).await;
    assert!(reader.text().await.contains(code(&mail)));
    reader.check("mail").await;
    reader.tab_to_link("Show what the link confirms").await;
    reader.keys(Key::Enter).await;

    reader.read("Confirm").await;
    assert!(reader.address().await.starts_with("/verify"));
    reader.leave().await;
}

#[tokio::test]
async fn a_webhook_is_shown_with_its_deliveries() {
    let reader = Reader::new("console-webhook", PLAIN).await;
    reader.open(&reader.console_path()).await;
    let id = reader.sign_up_elsewhere("ada@example.org").await;

    reader.read(&format!("msg_{id}")).await;
    reader.follow(&format!("msg_{id}")).await;
    reader.read("accepted with 204").await;
    reader.check("webhook").await;
    reader.follow("The execution that sent it").await;

    reader.read("StoreUserData").await;
    reader.leave().await;
}
