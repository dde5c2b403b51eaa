//! The page that mailed links open.

use crate::chromium::{Look, PLAIN};
use crate::reader::{Reader, link};

#[tokio::test]
async fn a_link_sends_nothing_before_a_button_is_pressed_and_works_once() {
    let reader = Reader::new("verify", Look { width: 320, ..PLAIN }).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    let mail = reader.mail(1).await;

    reader.open(link(&mail)).await;
    reader.check("asked").await;
    let requests = reader.requests().await;
    assert!(
        requests.iter().all(|path| path.starts_with("/assets/")),
        "{requests:?}"
    );
    reader.press("show").await;
    reader.see("only").await;
    reader.check("choice").await;
    reader.press("only").await;
    reader.read("Your address is confirmed.").await;
    reader.check("confirmed").await;
    assert_eq!(
        reader.address().await,
        "/verify",
        "the token is out of the history"
    );
    reader.open(link(&mail)).await;
    reader.press("show").await;

    reader.read("This link no longer works").await;
    reader.check("used").await;
    reader.leave().await;
}

#[tokio::test]
async fn half_a_link_is_told_from_a_used_one() {
    let reader = Reader::new("half", PLAIN).await;

    reader.open("/verify").await;

    reader.read("This link is not complete").await;
    reader.check("link").await;
    reader.leave().await;
}
