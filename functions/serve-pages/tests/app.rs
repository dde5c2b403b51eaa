//! The pages and their files.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::collections::BTreeSet;

use kit::testing::sample_event;
use kit::{Environment, Handler};
use serde_json::{Value, json};

/// A public key of the webhook.
const KEY: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

fn handler() -> Handler {
    serve_pages::handler(Environment::of([("WEBHOOK_PUBLIC_KEYS", KEY)])).unwrap()
}

/// The response to a `GET`.
async fn get(path: &str, headers: Value) -> Value {
    let mut event = sample_event("sign-up");
    event["rawPath"] = path.into();
    event["headers"] = headers;
    handler().invoke(event).await.unwrap()
}

async fn get_page(path: &str, language: &str) -> String {
    let response = get(path, json!({"accept-language": language})).await;
    assert_eq!(response["statusCode"], 200, "{path}");
    response["body"].as_str().unwrap().to_owned()
}

/// The values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let opening = format!(" {attribute}=\"");
    let parts = html.split(opening.as_str()).skip(1);
    parts.map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[tokio::test]
async fn pages_are_in_the_language_that_the_browser_asks_for() {
    for (accepted, tag, title) in [
        ("de-CH, en;q=0.5", "de", "Konto anlegen"),
        ("fr, en;q=0.5", "en", "Create your account"),
    ] {
        let response = get("/", json!({"accept-language": accepted})).await;

        let html = response["body"].as_str().unwrap();
        assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{accepted}");
        assert!(html.contains(&format!("<title>{title}</title>")), "{accepted}");
        assert_eq!(response["headers"]["content-language"], tag);
    }
}

#[tokio::test]
async fn the_public_keys_of_the_webhook_are_published_and_may_be_kept_for_minutes() {
    let response = get("/webhook-keys", json!({})).await;

    let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({"keys": [KEY]}));
    assert_eq!(response["headers"]["cache-control"], "public, max-age=300");
}

#[tokio::test]
async fn an_unreadable_language_gets_english() {
    for headers in [json!({}), json!({"accept-language": "\u{e9}"})] {
        assert_eq!(get("/", headers).await["headers"]["content-language"], "en");
    }
}

#[tokio::test]
async fn every_file_of_a_page_is_served_and_may_be_kept() {
    for path in ["/", "/verify"] {
        let html = get_page(path, "en").await;
        let mut files = values(&html, "src");
        files.extend(
            values(&html, "href")
                .iter()
                .filter(|address| address.starts_with("assets/")),
        );

        assert_eq!(files.len(), 3, "{files:?}");
        for file in files {
            let response = get(&format!("/{file}"), json!({})).await;

            assert_eq!(response["statusCode"], 200, "{file}");
            let cache = response["headers"]["cache-control"].as_str().unwrap();
            assert!(cache.contains("immutable"), "{file}: {cache}");
            assert!(!response["body"].as_str().unwrap().is_empty(), "{file}");
        }
    }
}

#[tokio::test]
async fn a_file_of_another_version_is_not_found() {
    for file in [
        "/assets/page.css",
        "/assets/page.0000000000000000.css",
        "/assets/..%2fCargo.toml",
    ] {
        let response = get(file, json!({})).await;

        assert_eq!(response["statusCode"], 404, "{file}");
        assert_eq!(response["headers"]["cache-control"], "no-store");
    }
}

/// What the content policy of pages forbids would silently not work.
#[tokio::test]
async fn pages_have_no_inline_script_or_style_and_load_nothing_from_elsewhere() {
    for path in ["/", "/verify"] {
        let html = get_page(path, "en").await;

        for inline in [
            "<style",
            " style=",
            " onclick=",
            "javascript:",
            "://",
            "<iframe",
            "<form action",
        ] {
            assert!(!html.contains(inline), "{path}: {inline}");
        }
        assert_eq!(html.matches("<script").count(), 1, "{path}");
        assert!(html.contains("<script type=\"module\" src=\"assets/"), "{path}");
    }
}

#[tokio::test]
async fn every_input_has_a_label_and_its_descriptions() {
    let html = get_page("/", "en").await;
    let ids: BTreeSet<_> = values(&html, "id").into_iter().collect();

    assert_eq!(values(&html, "id").len(), ids.len(), "ids are unique");
    for described in values(&html, "aria-describedby") {
        for id in described.split(' ') {
            assert!(ids.contains(id), "{id}");
        }
    }
    let labelled = values(&html, "for");
    assert_eq!(labelled, ["email", "name", "phone", "code"]);
    assert!(labelled.iter().all(|id| ids.contains(id)));
}

/// A script that asks for an element that no page has would end.
#[tokio::test]
async fn scripts_find_their_elements() {
    for path in ["/", "/verify"] {
        let html = get_page(path, "en").await;
        let ids: BTreeSet<_> = values(&html, "id").into_iter().collect();
        let script = get(&format!("/{}", values(&html, "src")[0]), json!({})).await;

        let script = script["body"].as_str().unwrap();
        let used = script
            .split("byId(\"")
            .skip(1)
            .map(|rest| rest.split_once('"').unwrap().0);
        for id in used {
            assert!(ids.contains(id), "{path}: {id}");
        }
    }
}

#[tokio::test]
async fn both_pages_say_that_they_need_a_script() {
    for path in ["/", "/verify"] {
        let html = get_page(path, "en").await;

        let (_, rest) = html.split_once("<noscript>").unwrap();
        assert!(
            rest.split_once("</noscript>").unwrap().0.contains("JavaScript"),
            "{path}"
        );
        // Nothing else is to be seen: a form that cannot be sent would be a trap.
        for section in html.split("<section ").skip(1) {
            let (attributes, _) = section.split_once('>').unwrap();
            assert!(attributes.ends_with(" hidden"), "{attributes}");
        }
    }
}

#[tokio::test]
async fn head_gets_the_headers_of_the_page_alone() {
    let head = handler().invoke(sample_event("head")).await.unwrap();
    let page = handler().invoke(sample_event("verify")).await.unwrap();

    assert_eq!(head["statusCode"], 200);
    assert_eq!(head["headers"], page["headers"]);
    assert_eq!(head["body"], "");
}

#[tokio::test]
async fn other_methods_get_405_with_allow() {
    let response = handler().invoke(sample_event("wrong-method")).await.unwrap();

    assert_eq!(response["statusCode"], 405);
    assert_eq!(response["headers"]["allow"], "GET, HEAD");
}
