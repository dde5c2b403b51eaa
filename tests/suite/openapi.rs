//! `infra/openapi.yaml` describes the API: what clients send, and all that they are answered.
//!
//! Beside what is asked here, [`World`] holds every exchange of every test against the description.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use contracts::table::UserStatus;
use contracts::values::{Campaign, EmailAddress, Locale, PersonName, PhoneNumber, Timestamp, UserId};
use get_user::{FindSignUp, SignUpRecord, StoreFault};
use kit::api::{ROUTES, VERIFY_PAGE};
use kit::{Handler, SystemClock};
use proptest::prelude::*;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::contract_pages;
use crate::world::{Answer, World};

mod description;

pub(crate) use description::OpenApi;
use description::escaped;

/// The functions behind the API, with their operations.
const OPERATIONS: [(&str, &str, &str); 4] = [
    ("create-user", "POST", "/users"),
    ("confirm-email", "POST", "/verifications"),
    ("get-user", "GET", "/users/{id}"),
    ("confirm-email", "GET", "/verify"),
];

const NOBODY: &str = "/users/0123456789abcdef0123456789abcdef";

/// All values below this one with the pointers to them, itself included.
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
fn it_is_openapi_3_1() {
    let official = include_str!("../data/openapi-3.1/schema.json");
    let official: Value = serde_json::from_str(official).unwrap();
    // Without formats, as its dialect says: by them a server's address could have no variables.
    let validator = jsonschema::validator_for(&official).unwrap();

    let faults: Vec<_> = validator
        .iter_errors(OpenApi::published().document())
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();

    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn its_schemas_are_json_schemas() {
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
fn every_reference_leads_somewhere_and_every_component_is_referred_to() {
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
fn every_example_fits() {
    let description = OpenApi::published();
    let mut examples = Vec::new();
    for (pointer, value) in everything() {
        let Some((parent, name)) = pointer.rsplit_once('/') else {
            continue;
        };
        match name {
            // Beside its schema, as of a content, a header or a parameter.
            "example" => examples.push((format!("{parent}/schema"), value)),
            // With a name, beside its schema.
            "value" => {
                let content = parent.rsplit_once("/examples/").unwrap().0;
                examples.push((format!("{content}/schema"), value));
            }
            // Inside of its schema.
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
fn no_example_is_about_a_real_address() {
    let text = OpenApi::published().document().to_string();

    let domains = text.split('@').skip(1);
    for domain in domains.filter(|domain| domain.starts_with(char::is_alphanumeric)) {
        let known = domain.starts_with("example.com") || domain.starts_with("domain");
        assert!(known, "{}", &domain[..20]);
    }
}

#[test]
fn the_routes_and_the_page_are_described_and_nothing_else() {
    let routes: BTreeSet<_> = ROUTES
        .iter()
        .chain([&VERIFY_PAGE])
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
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

/// The statuses that an operation is described with.
fn statuses(method: &str, path: &str) -> BTreeSet<u64> {
    let operation = OpenApi::published().operation(method, path).unwrap();
    let (_, responses) = OpenApi::published()
        .at(&format!("{operation}/responses"))
        .unwrap();
    let statuses = responses.as_object().unwrap().keys();
    statuses.map(|status| status.parse().unwrap()).collect()
}

#[test]
fn contract_pages_list_the_statuses_that_are_described() {
    let mut described = BTreeMap::<_, BTreeSet<u64>>::new();
    for (function, method, path) in OPERATIONS {
        described
            .entry(function)
            .or_default()
            .extend(statuses(method, path));
    }

    for (function, mut described) in described {
        let listed: BTreeSet<u64> = contract_pages::rows(&contract_pages::page(function), "answer")
            .into_iter()
            .map(|row| row[0].parse().unwrap())
            .collect();

        // The function's, but no operation's: it is what other methods get.
        described.insert(405);
        assert_eq!(listed, described, "{function}");
    }
}

/// Hands out every event of a function that the API calls.
async fn hand_out(world: &World, function: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for entry in fs::read_dir(contract_pages::folder(function).join("events")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let event: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let http = &event["requestContext"]["http"];
        let (method, path) = (http["method"].as_str().unwrap(), http["path"].as_str().unwrap());
        answers.push(world.hand(method, path, event.clone()).await);
    }
    answers
}

#[tokio::test]
async fn every_event_is_answered_as_described() {
    let world = World::new().await;

    for function in ["create-user", "confirm-email", "get-user"] {
        assert!(!hand_out(&world, function).await.is_empty(), "{function}");
    }
}

/// What clients get wrong, and what they may wonder whether it is.
#[tokio::test]
async fn what_is_refused_is_described_and_what_is_described_is_not_refused() {
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
        json!({"email": "zoë@bücher.example"}),
        json!({"email": "ada@example.com", "name": null, "phone": null, "locale": null, "campaign": null}),
        json!({"email": "ada@example.com", "name": ""}),
        json!({"email": "ada@example.com", "name": "\u{7}"}),
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
    for key in ["", "k", "k k", "\u{e9}", &"k".repeat(255), &"k".repeat(256)] {
        let headers = [json[0], ("idempotency-key", key)];
        world.request("POST", "/users", &headers, &email).await;
    }
    for path in [
        "/",
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
struct One(SignUpRecord);

impl FindSignUp for One {
    async fn find(&self, _: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        Ok(Some(self.0.clone()))
    }
}

#[tokio::test]
async fn the_statuses_of_a_user_are_those_that_are_shown() {
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
        };
        let handler = Handler::api("GetUser", get_user::App::new(One(record), SystemClock));
        let answer = handler.invoke(event.clone()).await.unwrap();
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        shown.insert(body["status"].as_str().unwrap().to_owned());
    }

    let (_, described) = OpenApi::published()
        .at("/components/schemas/User/properties/status/enum")
        .unwrap();

    let described: BTreeSet<String> = serde_json::from_value(described.clone()).unwrap();
    assert_eq!(shown, described);
}

/// The statuses that each operation was seen to answer with.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, &'static str), BTreeSet<u64>>);

impl Seen {
    fn add(&mut self, (_, method, path): (&'static str, &'static str, &'static str), answer: &Answer) {
        self.0.entry((method, path)).or_default().insert(answer.status);
    }
}

#[tokio::test]
async fn every_status_that_is_described_is_answered_and_no_other() {
    let mut seen = Seen::default();
    let [create, confirm, get, page] = OPERATIONS;
    let json = [("content-type", "application/json")];
    let (email, token) = (
        json!({"email": "ada@example.com"}).to_string(),
        json!({"token": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"}).to_string(),
    );
    let (long, other) = ("x".repeat(16 * 1024 + 1), [("content-type", "text/plain")]);
    let mut world = World::new().await;
    let broken = World::without_a_store().await;

    let ada = world.sign_up("ada@example.com").await;
    let user = format!("/users/{ada}");
    let link = json!({"token": world.mails.link_tokens()[0]}).to_string();
    for (operation, path, good) in [(create, "/users", &email), (confirm, "/verifications", &link)] {
        for (headers, body) in [
            (json, good.as_str()),
            (json, "{"),
            (json, "{}"),
            (json, &long),
            (other, good),
        ] {
            seen.add(operation, &world.request("POST", path, &headers, body).await);
        }
    }
    seen.add(
        confirm,
        &world.request("POST", "/verifications", &json, &token).await,
    );
    for (path, body) in [(user.as_str(), ""), (NOBODY, ""), (NOBODY, &long)] {
        seen.add(get, &world.request("GET", path, &[], body).await);
    }
    seen.add(page, &world.get("/verify").await);
    for operation in OPERATIONS {
        let (_, method, path) = operation;
        seen.add(
            operation,
            &world.hand(method, path, json!({"is": "no event"})).await,
        );
    }
    for (operation, path, body) in [
        (create, "/users", email.as_str()),
        (confirm, "/verifications", &token),
        (get, NOBODY, ""),
    ] {
        seen.add(operation, &broken.request(operation.1, path, &json, body).await);
    }

    for (_, method, path) in OPERATIONS {
        assert_eq!(seen.0[&(method, path)], statuses(method, path), "{method} {path}");
    }
}

/// Whether the description takes a sign-up with this field.
fn describes(field: &str, text: &str) -> bool {
    let mut body = json!({"email": "ada@example.com"});
    body[field] = text.into();
    OpenApi::published()
        .faults("/components/schemas/SignUp", &body)
        .is_empty()
}

proptest! {
    #[test]
    fn an_address_that_is_taken_is_described(text in r"[\PC&&[^\s]]{1,8}@[a-zé0-9-]{1,8}(\.[a-zü0-9-]{1,8}){1,2}") {
        if text.parse::<EmailAddress>().is_ok() {
            prop_assert!(describes("email", &text));
        }
    }

    #[test]
    fn a_name_that_is_taken_is_described(text in r"\PC{0,210}") {
        let text: String = text.trim().nfc().collect();
        if text.parse::<PersonName>().is_ok() {
            prop_assert!(describes("name", &text));
        }
    }

    #[test]
    fn a_phone_number_is_taken_if_it_is_described(text in r"\+?[0-9]{0,17}|\+[1-9][0-9]{1,14}x?") {
        prop_assert_eq!(text.parse::<PhoneNumber>().is_ok(), describes("phone", &text));
    }

    #[test]
    fn a_locale_that_is_taken_is_described(text in r"[a-zA-Z]{1,3}(-[a-zA-Z0-9]{1,8}){0,9}") {
        if text.parse::<Locale>().is_ok() {
            prop_assert!(describes("locale", &text));
        }
    }

    #[test]
    fn a_campaign_is_taken_if_it_is_described(text in r"[a-zA-Z0-9_.:-]{0,130}|\PC{1,4}") {
        prop_assert_eq!(text.parse::<Campaign>().is_ok(), describes("campaign", &text));
    }
}
