//! The pictures of the README.

use std::time::Duration;

use crate::chromium::{Look, PLAIN};
use crate::reader::{Reader, code};

#[tokio::test]
async fn the_sign_up_page_has_its_picture_taken() {
    let look = Look {
        width: 520,
        height: 720,
        ..PLAIN
    };
    let reader = Reader::new("readme", look).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    reader.read("The mail is sent. ").await;
    let mail = reader.mail(1).await;
    let (first, last) = code(&mail).split_at(3);

    reader.fill("code", &format!("{first} {last}")).await;

    reader.check("sign-up-page").await;
    reader.leave().await;
}

#[tokio::test]
async fn the_console_has_its_picture_taken() {
    let look = Look {
        width: 1500,
        height: 900,
        ..PLAIN
    };
    let reader = Reader::new("readme", look).await;
    reader.open(&reader.console_path()).await;
    let id = reader.sign_up_elsewhere("ada@example.org").await;
    reader.read(&id).await;
    reader.follow(&id).await;

    reader.read("ValidateEmail waits for its token.").await;
    reader.read("NotifyWebhook").await;
    // Until the webhook is delivered.
    tokio::time::sleep(Duration::from_secs(3)).await;

    reader.check("console").await;
    reader.leave().await;
}
