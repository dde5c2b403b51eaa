//! The code of a mail, and what its link shows.

use crate::chromium::{Look, PLAIN};
use crate::reader::{Reader, code, link};

/// A code of six digits that is not this one.
fn another(code: &str) -> String {
    let digit = if code.starts_with('1') { '2' } else { '1' };
    format!("{digit}{}", &code[1..])
}

#[tokio::test]
async fn a_code_confirms_where_the_sign_up_began() {
    let reader = Reader::new("by-code", Look { width: 320, ..PLAIN }).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    let mail = reader.mail(1).await;

    reader.press("confirmation-button").await;
    reader.read("Please enter the six digits.").await;
    reader.fill("code", &another(code(&mail))).await;
    reader.press("confirmation-button").await;
    reader.read("This code is not right.").await;
    assert_eq!(reader.focus().await, "code");
    reader.check("wrong").await;
    let (first, last) = code(&mail).split_at(3);
    reader.fill("code", &format!("{first} {last}")).await;
    reader.press("confirmation-button").await;

    reader.read("Welcome").await;
    reader.leave().await;
}

/// A whole minute passes, as for a person.
#[tokio::test]
async fn another_mail_can_be_asked_for_after_a_countdown() {
    let reader = Reader::new("another-mail", PLAIN).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    reader.mail(1).await;
    reader.read("Another mail in 00:").await;
    reader.check("counting").await;

    reader.press("another-mail").await;
    reader.reload().await;
    reader.read("Another mail in 00:").await;
    reader.read("Send another mail").await;
    reader.press("another-mail").await;
    reader.read("Another mail is on its way.").await;
    let mail = reader.mail(2).await;
    assert!(reader.server.outbox().get(3).is_none());
    reader.fill("code", code(&mail)).await;
    reader.press("confirmation-button").await;

    reader.read("Welcome").await;
    reader.leave().await;
}

/// The stranger cannot tell from the code either.
#[tokio::test]
async fn a_wrong_code_for_a_held_address_is_answered_alike() {
    let reader = Reader::new("held-code", PLAIN).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    let mail = reader.mail(1).await;
    reader.fill("code", code(&mail)).await;
    reader.press("confirmation-button").await;
    reader.read("Welcome").await;
    reader.press("again").await;

    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    reader.read("The mail is sent. ").await;
    reader.fill("code", code(&mail)).await;
    reader.press("confirmation-button").await;

    reader.read("This code is not right.").await;
    reader.leave().await;
}

#[tokio::test]
async fn a_link_shows_what_was_entered_and_may_confirm_the_address_alone() {
    let reader = Reader::new(
        "address-alone",
        Look {
            is_dark: true,
            ..PLAIN
        },
    )
    .await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.fill("name", "Mallory").await;
    reader.fill("phone", "+493012345678").await;
    reader.press("sign-up-button").await;
    let mail = reader.mail(1).await;

    reader.open(link(&mail)).await;
    reader.press("show").await;
    reader.read("Mallory").await;
    reader.read("+493012345678").await;
    reader.check("choice").await;
    reader.press("address").await;

    reader.read("Name and phone number are not kept.").await;
    reader.leave().await;
}
