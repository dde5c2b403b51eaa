//! The OpenAPI document `infra/openapi.yaml`, checked against the API.
//!
//! Besides these tests, [`World`] validates every request and response of every test against the document.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use contracts::table::UserStatus;
use contracts::values::{Campaign, EmailAddress, Locale, PersonName, PhoneNumber, Timestamp, UserId};
use get_user::{FindSignUp, SignUpRecord, StoreFault};
use kit::api::{PAGES, ROUTES};
use kit::{Handler, SystemClock};
use proptest::prelude::*;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::contract_pages;
use crate::world::{ApiResponse, CONFIRMATIONS_PER_SOURCE, SIGN_UPS_PER_MAILBOX, World};

mod description;

pub(crate) use description::OpenApi;
use description::escaped;

/// The functions behind the API, each with one of its operations.
const OPERATIONS: [(&str, &str, &str); 13] = [
    ("create-user", "POST", "/users"),
    ("confirm-contact", "POST", "/verifications"),
    ("confirm-contact", "POST", "/verifications/preview"),
    ("get-user", "GET", "/users/{id}"),
    ("request-mail", "POST", "/users/{id}/mails"),
    ("serve-pages", "GET", "/"),
    ("serve-pages", "HEAD", "/"),
    ("serve-pages", "GET", "/verify"),
    ("serve-pages", "HEAD", "/verify"),
    ("serve-pages", "GET", "/assets/{file}"),
    ("serve-pages", "HEAD", "/assets/{file}"),
    ("serve-pages", "GET", "/webhook-keys"),
    ("serve-pages", "HEAD", "/webhook-keys"),
];

const NOBODY: &str = "/users/0123456789abcdef0123456789abcdef";

/// Collects this value and all values below it, with their JSON pointers.
fn walk<'a>(pointer: String, value: &'a Value, all: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(format!("{pointer}/{}", escaped(name)), field, all);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(format!("{pointer}/{index}"), item, all);
            }
        }
        _ => {}
    }
    all.push((pointer, value));
}

fn everything() -> Vec<(String, &'static Value)> {
    let mut all = Vec::new();
    walk(String::new(), OpenApi::published().document(), &mut all);
    all
}

#[test]
fn the_document_is_openapi_3_1() {
    let official = include_str!("../data/openapi-3.1/schema.json");
    let official: Value = serde_json::from_str(official).unwrap();
    // Formats are not asserted in its dialect; a server URL with variables would fail them.
    let validator = jsonschema::validator_for(&official).unwrap();

    let faults: Vec<_> = validator
        .iter_errors(OpenApi::published().document())
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();

    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn schemas_are_valid_json_schemas() {
    let schemas = everything().into_iter().filter(|(pointer, _)| {
        pointer.ends_with("/schema")
            || pointer
                .strip_prefix("/components/schemas/")
                .is_some_and(|name| !name.contains('/'))
    });

    for (pointer, schema) in schemas {
        assert!(jsonschema::meta::is_valid(schema), "{pointer}");
    }
}

#[test]
fn references_are_resolvable_and_components_are_used() {
    let all = everything();
    let references: BTreeSet<_> = all
        .iter()
        .filter(|(pointer, _)| pointer.ends_with("/$ref"))
        .map(|(_, reference)| reference.as_str().unwrap().trim_start_matches('#'))
        .collect();

    for reference in &references {
        assert!(all.iter().any(|(pointer, _)| pointer == reference), "{reference}");
    }
    let components = all.iter().filter_map(|(pointer, _)| {
        let is_one = pointer.starts_with("/components/") && pointer.matches('/').count() == 3;
        is_one.then_some(pointer.as_str())
    });
    for component in components {
        assert!(references.contains(component), "{component} is never used");
    }
}

#[test]
fn examples_match_their_schemas() {
    let description = OpenApi::published();
    let mut examples = Vec::new();
    for (pointer, value) in everything() {
        let Some((parent, name)) = pointer.rsplit_once('/') else {
            continue;
        };
        match name {
            // Of a content, a header or a parameter, beside the schema.
            "example" => examples.push((format!("{parent}/schema"), value)),
            // A named example, beside the schema.
            "value" => {
                let content = parent.rsplit_once("/examples/").unwrap().0;
                examples.push((format!("{content}/schema"), value));
            }
            // Inside the schema.
            "examples" if value.is_array() => {
                let list = value.as_array().unwrap();
                examples.extend(list.iter().map(|example| (parent.to_owned(), example)));
            }
            _ => {}
        }
    }

    for (schema, example) in &examples {
        let faults = description.faults(schema, example);
        assert!(faults.is_empty(), "{schema}: {example}: {faults:?}");
    }
    assert!(examples.len() > 20, "{}", examples.len());
}

#[test]
fn examples_have_no_real_addresses() {
    let text = OpenApi::published().document().to_string();

    let domains = text.split('@').skip(1);
    for domain in domains.filter(|domain| domain.starts_with(char::is_alphanumeric)) {
        let known = domain.starts_with("example.com") || domain.starts_with("domain");
        assert!(known, "{}", &domain[..20]);
    }
}

#[test]
fn documented_operations_are_the_routes_and_the_pages() {
    let pages = PAGES
        .iter()
        .flat_map(|page| [page.method, "HEAD"].map(|method| (method, page.path)));
    let routes: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| (route.method, route.path))
        .chain(pages)
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect();
    let mut described = BTreeSet::new();
    for path in OpenApi::published().paths() {
        let methods = OpenApi::published().document()["paths"][path]
            .as_object()
            .unwrap();
        let methods = methods
            .keys()
            .filter(|name| *name != "parameters" && !name.starts_with("x-"));
        described.extend(methods.map(|method| (method.to_uppercase(), path.to_owned())));
    }

    assert_eq!(described, routes);
}

/// The documented statuses of an operation.
fn statuses(method: &str, path: &str) -> BTreeSet<u64> {
    let operation = OpenApi::published().operation(method, path).unwrap();
    let (_, responses) = OpenApi::published()
        .at(&format!("{operation}/responses"))
        .unwrap();
    let statuses = responses.as_object().unwrap().keys();
    statuses.map(|status| status.parse().unwrap()).collect()
}

#[test]
fn contract_pages_list_the_documented_statuses() {
    let mut described = BTreeMap::<_, BTreeSet<u64>>::new();
    for (function, method, path) in OPERATIONS {
        described
            .entry(function)
            .or_default()
            .extend(statuses(method, path));
    }

    for (function, mut described) in described {
        let listed: BTreeSet<u64> = contract_pages::rows(&contract_pages::page(function), "response")
            .into_iter()
            .map(|row| row[0].parse().unwrap())
            .collect();

        // The response to other methods, which belongs to no operation.
        described.insert(405);
        if function == "serve-pages" {
            // It answers what no route matches.
            described.insert(404);
        }
        assert_eq!(listed, described, "{function}");
    }
}

/// Invokes a function with each of its example events.
async fn invoke_examples(world: &World, function: &str) -> Vec<ApiResponse> {
    let mut responses = Vec::new();
    for entry in fs::read_dir(contract_pages::folder(function).join("events")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let event: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let http = &event["requestContext"]["http"];
        let (method, path) = (http["method"].as_str().unwrap(), http["path"].as_str().unwrap());
        responses.push(world.invoke_route(method, path, event.clone()).await);
    }
    responses
}

#[tokio::test]
async fn responses_to_example_events_match_the_document() {
    let world = World::new().await;

    for function in [
        "create-user",
        "confirm-contact",
        "get-user",
        "request-mail",
        "serve-pages",
    ] {
        assert!(!invoke_examples(&world, function).await.is_empty(), "{function}");
    }
}

/// Invalid requests, and valid ones at the limits.
#[tokio::test]
async fn the_api_rejects_exactly_what_the_document_excludes() {
    let world = World::new().await;
    let json = [("content-type", "application/json")];

    for body in [
        json!({}),
        json!([]),
        json!(null),
        json!("ada@example.com"),
        json!({"email": null}),
        json!({"email": 7}),
        json!({"email": ""}),
        json!({"email": "ada"}),
        json!({"email": "ada@example"}),
        json!({"email": "Ada <ada@example.com>"}),
        json!({"email": "\"a b\"@example.com"}),
        json!({"email": "ada@[127.0.0.1]"}),
        json!({"email": "a..b@example.com"}),
        json!({"email": "ada+tag@example.com", "unknown": {"is": "ignored"}}),
        json!({"email": "zoe@bücher.example.com"}),
        json!({"email": "zoë@bücher.example.com"}),
        json!({"email": "ada@example.com", "name": null, "phone": null, "locale": null, "campaign": null}),
        json!({"email": "ada@example.com", "name": ""}),
        json!({"email": "ada@example.com", "name": "\u{7}"}),
        json!({"email": "ada@example.com", "name": "ශ්\u{200d}රී"}),
        json!({"email": "ada@example.com", "name": "x".repeat(200)}),
        json!({"email": "ada@example.com", "name": "x".repeat(201)}),
        json!({"email": "ada@example.com", "phone": "+493012345678"}),
        json!({"email": "ada@example.com", "phone": "493012345678"}),
        json!({"email": "ada@example.com", "phone": "+0"}),
        json!({"email": "ada@example.com", "locale": "de-CH"}),
        json!({"email": "ada@example.com", "locale": "german!"}),
        json!({"email": "ada@example.com", "locale": 7}),
        json!({"email": "ada@example.com", "campaign": "spring 2026"}),
    ] {
        world.post("/users", &body).await;
    }
    for body in [
        json!({}),
        json!([]),
        json!({"token": 7}),
        json!({"token": null}),
        json!({"token": ""}),
    ] {
        world.post("/verifications", &body).await;
    }
    let email = json!({"email": "ada@example.com"}).to_string();
    for key in [
        "",
        "k",
        "k k",
        "k,k",
        "\u{e9}",
        &"k".repeat(255),
        &"k".repeat(256),
    ] {
        let headers = [json[0], ("idempotency-key", key)];
        world.request("POST", "/users", &headers, &email).await;
    }
    for path in [
        "/",
        "/assets/page.css",
        "/nowhere",
        "/users/",
        "/users/0123/more",
        "/users/unknown",
        "/verify",
        NOBODY,
    ] {
        for method in ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "MADE-UP"] {
            world.request(method, path, &json, "").await;
        }
    }
}

/// A store of one sign-up.
struct OneSignUp(SignUpRecord);

impl FindSignUp for OneSignUp {
    async fn find(&self, _: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        Ok(Some(self.0.clone()))
    }
}

#[tokio::test]
async fn the_documented_user_statuses_are_those_of_the_api() {
    let event = fs::read_to_string(contract_pages::folder("get-user").join("events/ok.json")).unwrap();
    let event: Value = serde_json::from_str(&event).unwrap();
    let mut shown = BTreeSet::new();
    for status in [
        UserStatus::Pending,
        UserStatus::AwaitingVerification,
        UserStatus::Verified,
        UserStatus::Superseded,
        UserStatus::Expired,
        UserStatus::Failed,
    ] {
        let record = SignUpRecord {
            status,
            stored: true,
            mailed: true,
            window_ends_at: None::<Timestamp>,
            mails: None,
            unconfirmed: BTreeSet::new(),
        };
        let handler = Handler::api("GetUser", get_user::App::new(OneSignUp(record), SystemClock));
        let response = handler.invoke(event.clone()).await.unwrap();
        let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
        shown.insert(body["status"].as_str().unwrap().to_owned());
    }

    let (_, described) = OpenApi::published()
        .at("/components/schemas/User/properties/status/enum")
        .unwrap();

    let described: BTreeSet<String> = serde_json::from_value(described.clone()).unwrap();
    assert_eq!(shown, described);
}

/// The name of the pages' style.
async fn style_of(world: &World) -> String {
    let page = world.get("/verify").await;
    let (_, rest) = page.body.as_str().unwrap().split_once("assets/page.").unwrap();
    format!("page.{}", rest.split_once('"').unwrap().0)
}

/// The observed statuses of each operation.
#[derive(Default)]
struct ObservedStatuses(BTreeMap<(&'static str, &'static str), BTreeSet<u64>>);

impl ObservedStatuses {
    fn add(&mut self, (_, method, path): (&'static str, &'static str, &'static str), response: &ApiResponse) {
        self.0.entry((method, path)).or_default().insert(response.status);
    }
}

#[tokio::test]
async fn every_documented_status_is_observed_and_no_other() {
    let mut observed = ObservedStatuses::default();
    let [create, confirm, preview, get, mail, ..] = OPERATIONS;
    let json = [("content-type", "application/json")];
    let (email, token) = (
        json!({"email": "ada@example.com"}).to_string(),
        json!({"token": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}).to_string(),
    );
    let (long, other) = ("x".repeat(16 * 1024 + 1), [("content-type", "text/plain")]);
    let mut world = World::new().await;
    let broken = World::with_unreachable_dynamodb().await;

    let ada = world.sign_up("ada@example.com").await;
    let user = format!("/users/{ada}");
    let link = json!({"token": world.mails.link_tokens()[0]}).to_string();
    observed.add(mail, &world.ask_for_mail(&ada).await);
    world.advance(Duration::from_mins(1)).await;
    observed.add(mail, &world.ask_for_mail(&ada).await);
    world.advance(Duration::from_mins(1)).await;
    // The preview first: a link that has confirmed shows nothing.
    for (operation, good) in [(create, &email), (preview, &link), (confirm, &link)] {
        let (_, _, path) = operation;
        for (headers, body) in [
            (json, good.as_str()),
            (json, "{"),
            (json, "{}"),
            (json, &long),
            (other, good),
        ] {
            observed.add(operation, &world.request("POST", path, &headers, body).await);
        }
    }
    for operation in [confirm, preview] {
        let (_, _, path) = operation;
        observed.add(operation, &world.request("POST", path, &json, &token).await);
    }
    world.advance(Duration::from_mins(1)).await;
    observed.add(mail, &world.ask_for_mail(&ada).await);
    for body in ["", &long] {
        let path = format!("{NOBODY}/mails");
        observed.add(mail, &world.request("POST", &path, &[], body).await);
    }
    for (path, body) in [(user.as_str(), ""), (NOBODY, ""), (NOBODY, &long)] {
        observed.add(get, &world.request("GET", path, &[], body).await);
    }
    for _ in 0..=CONFIRMATIONS_PER_SOURCE {
        observed.add(
            confirm,
            &world.request("POST", "/verifications", &json, &token).await,
        );
    }
    let often = json!({"email": "often@example.com"}).to_string();
    for _ in 0..=SIGN_UPS_PER_MAILBOX {
        observed.add(create, &world.request("POST", "/users", &json, &often).await);
    }
    let style = style_of(&world).await;
    for operation in OPERATIONS
        .into_iter()
        .filter(|(function, ..)| *function == "serve-pages")
    {
        let (_, method, path) = operation;
        for file in [style.as_str(), "page.css"] {
            let path = path.replace("{file}", file);
            observed.add(operation, &world.request(method, &path, &[], "").await);
        }
        if method == "GET" {
            observed.add(operation, &world.request(method, path, &[], &long).await);
        }
    }
    // `HEAD` has no route of its own, and a malformed event does not say that it is one.
    for operation in OPERATIONS.into_iter().filter(|(_, method, _)| *method != "HEAD") {
        let (_, method, path) = operation;
        observed.add(
            operation,
            &world.invoke_route(method, path, json!({"is": "no event"})).await,
        );
    }
    for (operation, path, body) in [
        (create, "/users", email.as_str()),
        (confirm, "/verifications", &token),
        (preview, "/verifications/preview", &token),
        (get, NOBODY, ""),
        (mail, &format!("{NOBODY}/mails"), ""),
    ] {
        observed.add(operation, &broken.request(operation.1, path, &json, body).await);
    }

    for (_, method, path) in OPERATIONS {
        assert_eq!(
            observed.0[&(method, path)],
            statuses(method, path),
            "{method} {path}"
        );
    }
}

/// Whether the document allows a sign-up with this value of a field.
fn document_allows(field: &str, text: &str) -> bool {
    let mut body = json!({"email": "ada@example.com"});
    body[field] = text.into();
    OpenApi::published()
        .faults("/components/schemas/SignUp", &body)
        .is_empty()
}

proptest! {
    #[test]
    fn accepted_addresses_match_the_document(text in r"[\PC&&[^\s]]{1,8}@[a-zé0-9-]{1,8}(\.[a-zü0-9-]{1,8}){1,2}") {
        if text.parse::<EmailAddress>().is_ok() {
            prop_assert!(document_allows("email", &text));
        }
    }

    #[test]
    fn names_are_accepted_as_documented(
        text in r"\PC{0,210}|[a \u{7}\u{ad}\u{61c}\u{115f}\u{200b}\u{2800}\u{3164}\u{fff9}\u{1bca0}\u{1d173}\u{e0001}\u{e0041}]{1,4}"
    ) {
        let text: String = text.trim().nfc().collect();
        let (accepted, documented) = (text.parse::<PersonName>().is_ok(), document_allows("name", &text));
        // No pattern says where a joiner belongs.
        if text.contains(['\u{200c}', '\u{200d}']) {
            prop_assert!(documented || !accepted);
        } else {
            prop_assert_eq!(accepted, documented);
        }
    }

    #[test]
    fn phone_numbers_are_accepted_as_documented(text in r"\+?[0-9]{0,17}|\+[1-9][0-9]{1,14}x?") {
        prop_assert_eq!(text.parse::<PhoneNumber>().is_ok(), document_allows("phone", &text));
    }

    #[test]
    fn locales_are_accepted_as_documented(
        text in r"[a-zA-Z]{1,9}(-([a-zA-Z0-9]{1,8}|[a-zA-Z]{2,4}|[0-9]{3,4}|[a-z0-9x])){0,9}|[0-9]|x(-[a-z0-9]{0,9}){0,3}"
    ) {
        let (accepted, documented) = (text.parse::<Locale>().is_ok(), document_allows("locale", &text));
        let mut subtags: Vec<_> = text.split('-').map(str::to_lowercase).collect();
        subtags.sort();
        // No pattern says that nothing is repeated.
        if subtags.windows(2).any(|pair| pair[0] == pair[1]) {
            prop_assert!(documented || !accepted);
        } else {
            prop_assert_eq!(accepted, documented);
        }
    }

    #[test]
    fn campaigns_are_accepted_as_documented(text in r"[a-zA-Z0-9_.:-]{0,130}|\PC{1,4}") {
        prop_assert_eq!(text.parse::<Campaign>().is_ok(), document_allows("campaign", &text));
    }
}
