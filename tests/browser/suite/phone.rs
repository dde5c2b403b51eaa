//! The second code: sign-ups that confirm a phone number as well.

use local::Contacts;

use crate::chromium::{Look, PLAIN};
use crate::reader::{Reader, code, link};

const NUMBER: &str = "+49 30 12345678";

/// A person who has signed up with a phone number, with both codes.
async fn sign_up(name: &'static str, look: Look) -> (Reader, String, String) {
    let reader = Reader::with_contacts(name, look, Contacts::EmailAndSms).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.fill("phone", NUMBER).await;
    reader.press("sign-up-button").await;
    let (mail, text) = (reader.mail(1).await, reader.text_message(1).await);
    (reader, code(&mail).to_owned(), code(&text).to_owned())
}

#[tokio::test]
async fn the_codes_of_a_mail_and_of_a_text_message_are_entered_one_after_the_other() {
    let (reader, mailed, texted) = sign_up("mail-then-text", Look { width: 320, ..PLAIN }).await;
    reader.read("Code from the mail or the text message").await;
    reader.check("either").await;

    reader.fill("code", &mailed).await;
    reader.press("confirmation-button").await;
    reader
        .read("Please enter the one from the text message, too.")
        .await;
    reader.read("Code from the text message").await;
    assert_eq!(reader.focus().await, "code");
    assert_eq!(reader.value("code").await, "");
    reader.check("text-is-left").await;
    let (first, last) = texted.split_at(3);
    reader.fill("code", &format!("{first} {last}")).await;
    reader.press("confirmation-button").await;

    reader.read("Welcome").await;
    reader.leave().await;
}

#[tokio::test]
async fn the_text_message_may_come_first_on_a_narrow_dark_german_page() {
    let look = Look {
        languages: "de-AT,de",
        width: 320,
        is_dark: true,
        ..PLAIN
    };
    let (reader, mailed, texted) = sign_up("text-then-mail", look).await;
    reader.read("Code aus der E-Mail oder der SMS").await;

    reader.fill("code", &texted).await;
    reader.press("confirmation-button").await;
    reader.read("Bitte geben Sie auch den aus der E-Mail ein.").await;
    reader.check("mail-is-left").await;
    // The page that is loaded again knows what is left.
    reader.reload().await;
    reader.see("code").await;
    reader.fill("code", &mailed).await;
    reader.press("confirmation-button").await;

    reader.read("Willkommen").await;
    reader.leave().await;
}

#[tokio::test]
async fn a_link_leaves_the_text_message_to_the_page_where_the_sign_up_began() {
    let (reader, _, texted) = sign_up("link-then-text", PLAIN).await;
    let mail = reader.mail(1).await;

    reader.open(link(&mail)).await;
    reader.press("show").await;
    reader.press("all").await;
    reader
        .read("Please also enter the code from the text message, where you signed up.")
        .await;
    reader.check("link-used").await;
    reader.open("/").await;
    reader.read("Code from the text message").await;
    reader.fill("code", &texted).await;
    reader.press("confirmation-button").await;

    reader.read("Welcome").await;
    reader.leave().await;
}

#[tokio::test]
async fn a_sign_up_without_a_phone_asks_for_the_code_of_the_mail_alone() {
    let reader = Reader::with_contacts("no-phone", PLAIN, Contacts::EmailAndSms).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    let mail = reader.mail(1).await;
    reader.read("The mail is sent. ").await;
    let text = reader.text().await;
    assert!(!text.contains("text message"), "{text}");

    reader.fill("code", code(&mail)).await;
    reader.press("confirmation-button").await;

    reader.read("Welcome").await;
    assert_eq!(reader.server.outbox().all().len(), 1);
    reader.leave().await;
}
