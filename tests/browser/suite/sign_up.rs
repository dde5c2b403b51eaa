//! The sign-up page.

use thirtyfour::Key;

use crate::chromium::{Look, PLAIN};
use crate::reader::{Reader, link};

const NARROW_DARK_GERMAN: Look = Look {
    languages: "de-AT,de",
    width: 320,
    is_dark: true,
    ..PLAIN
};

#[tokio::test]
async fn a_sign_up_by_link_ends_verified_and_forgets_the_address() {
    let reader = Reader::new("by-link", PLAIN).await;

    reader.open("/").await;
    reader.check("form").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    reader.read("ada@example.org").await;
    reader.read("The mail is sent. ").await;
    reader.check("mailed").await;
    let mail = reader.mail(1).await;
    reader.open(link(&mail)).await;
    reader.press("show").await;
    reader.press("only").await;
    reader.read("Thank you").await;
    reader.open("/").await;

    reader.read("Welcome").await;
    reader.check("end").await;
    let kept = reader.kept().await;
    assert!(
        kept["id"].is_string() && kept.as_object().unwrap().len() == 1,
        "{kept}"
    );
    reader.leave().await;
}

#[tokio::test]
async fn a_narrow_dark_german_page_is_used_by_keyboard_alone() {
    let reader = Reader::new("by-keyboard", NARROW_DARK_GERMAN).await;

    reader.open("/").await;
    reader.check("form").await;
    reader.tab_to("email").await;
    reader.keys("ada@example.org").await;
    reader.tab_to("name").await;
    reader.keys("Ada Lovelace").await;
    reader.tab_to("phone").await;
    reader.keys("+49 (30) 1234-5678").await;
    reader.keys(Key::Enter).await;
    reader.read("Die E-Mail ist gesendet. ").await;

    assert_eq!(reader.focus().await, "confirm-title");
    reader.check("mailed").await;
    assert!(
        reader.mail(1).await.starts_with("Hallo,"),
        "the mail is in the page's language"
    );
    reader.tab_to("restart").await;
    reader.keys(Key::Enter).await;
    assert_eq!(reader.focus().await, "enter-title");
    assert_eq!(reader.value("email").await, "ada@example.org");
    assert_eq!(reader.value("name").await, "");
    reader.leave().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let reader = Reader::new("wrong", Look { width: 320, ..PLAIN }).await;

    reader.open("/").await;
    reader.press("sign-up-button").await;
    reader.read("Please enter your e-mail address.").await;
    reader.fill("email", "ada").await;
    reader.fill("phone", "030 1234567").await;
    reader.press("sign-up-button").await;
    reader.read("It must look like name@example.org").await;
    reader
        .read("with + and the country code, such as +49 30 12345678.")
        .await;

    assert_eq!(reader.focus().await, "email");
    assert_eq!(
        reader.attribute("email", "aria-invalid").await.as_deref(),
        Some("true")
    );
    assert_eq!(reader.attribute("name", "aria-invalid").await, None);
    reader.check("fields").await;
    reader.fill("email", "ada@example.org").await;
    reader.fill("phone", "").await;
    reader.press("sign-up-button").await;
    reader.read("The mail is sent. ").await;
    reader.leave().await;
}

#[tokio::test]
async fn a_reload_loses_nothing_and_signs_up_once() {
    let reader = Reader::new("reload", PLAIN).await;

    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.fill("name", "Ada").await;
    reader.reload().await;
    reader.see("email").await;
    assert_eq!(reader.value("email").await, "ada@example.org");
    assert_eq!(reader.value("name").await, "Ada");
    reader.press("sign-up-button").await;
    reader.see("confirm").await;
    reader.reload().await;

    reader.read("The mail goes to ada@example.org.").await;
    reader.read("The mail is sent. ").await;
    assert!(reader.server.outbox().get(2).is_none());
    let kept = reader.kept().await;
    assert!(!kept.to_string().contains("Ada"), "{kept}");
    reader.leave().await;
}

/// Whoever enters another person's address sees what its owner would see.
#[tokio::test]
async fn a_held_address_looks_like_a_free_one() {
    let reader = Reader::new("held", PLAIN).await;
    reader.open("/").await;
    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    let mail = reader.mail(1).await;
    reader.read("The mail is sent. ").await;
    let free = reader.text().await;
    reader.open(link(&mail)).await;
    reader.press("show").await;
    reader.press("only").await;
    reader.read("Thank you").await;
    reader.open("/").await;
    reader.press("again").await;

    reader.fill("email", "ada@example.org").await;
    reader.press("sign-up-button").await;
    reader.read("The mail is sent. ").await;

    assert_eq!(reader.text().await, free);
    assert!(reader.mail(2).await.contains("You already have an account"));
    reader.leave().await;
}

#[tokio::test]
async fn without_a_script_the_page_says_so_and_shows_no_form() {
    let look = Look {
        runs_scripts: false,
        ..PLAIN
    };
    let reader = Reader::new("no-script", look).await;

    for path in ["/", "/verify#token"] {
        reader.open(path).await;

        let text = reader.text().await;
        assert!(text.contains("This page needs JavaScript"), "{text}");
        assert!(!text.contains("E-mail address"), "{text}");
    }
    reader.take_picture("page").await;
    reader.leave().await;
}
