//! Canary values: personal data and credentials must not leak into logs, errors, executions or webhooks.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use contracts::table::{self, user, verification};
use kit::aws::dynamodb::get_string;
use serde_json::json;
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;

use crate::world::{InjectedFault, World};

const ADDRESS: &str = "canary-address@example.org";
const NAME: &str = "Canary-Name";
const PHONE: &str = "+4930123456789";

thread_local! {
    /// The log of this thread, while it is captured.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Writes to the log of the current thread.
struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| {
            if let Some(log) = log {
                log.extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Captures the log of this thread: our crates at `trace` and libraries at `info`, the most that an operator can enable.
///
/// There is one subscriber for all threads: `tracing` caches per call site whether it is enabled, so that with one
/// subscriber per test, a call site that another test reached first would stay disabled.
fn capture_log() {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let ours = [
            "kit",
            "create_user",
            "store_user_data",
            "validate_email",
            "validate_contacts",
            "verifications",
            "confirm_contact",
            "set_user_status",
            "notify_webhook",
            "record_mail_event",
            "request_mail",
            "get_user",
            "serve_pages",
            "simulator",
        ];
        let filter = Targets::new()
            .with_default(Level::INFO)
            .with_targets(ours.map(|name| (name, Level::TRACE)));
        let log = tracing_subscriber::fmt::layer().with_writer(|| ThreadLog);
        let subscriber = tracing_subscriber::registry().with(log.with_filter(filter));
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
    LOG.set(Some(Vec::new()));
}

/// The log since `capture_log`.
fn captured_log() -> String {
    String::from_utf8_lossy(&LOG.take().unwrap_or_default()).into_owned()
}

#[tokio::test]
async fn no_log_response_error_execution_or_webhook_contains_a_canary() {
    capture_log();
    let mut world = World::new().await;
    // Errors are logged most, so every fault happens once.
    world
        .faults
        .inject("StoreUserData", InjectedFault::ResultLost("StoreUnavailable"));
    world
        .faults
        .inject("ValidateEmail", InjectedFault::ResultLost("Lambda.Unknown"));
    world
        .faults
        .inject("RecordVerified", InjectedFault::NotInvoked("StoreUnavailable"));
    world.endpoint.respond_once(500);
    world.crash.before_marking_link_spent();

    let body = json!({"email": ADDRESS, "name": NAME, "phone": PHONE, "locale": "de", "campaign": "spring"});
    let accepted = world.post("/users", &body).await;
    let ada = accepted.body["id"].as_str().unwrap().parse().unwrap();
    world.advance(std::time::Duration::from_mins(30)).await;
    let verification = world.item(table::verification_key(&ada)).await.unwrap();
    let task_token = get_string(&verification, verification::TASK_TOKEN)
        .unwrap()
        .to_owned();
    let link_tokens = world.mails.link_tokens();
    let crashed = world.confirm(&link_tokens[0]).await;
    let codes = world.mails.codes();
    let by_code = world.enter(&ada, &codes[0]).await;
    let confirmed = world.confirm(&link_tokens[0]).await;
    world.advance(std::time::Duration::from_mins(30)).await;
    let spent = world.confirm(&link_tokens[0]).await;
    let rejected = [
        world
            .post(
                "/users",
                &json!({"email": format!("{NAME} <{ADDRESS}>"), "phone": "canary-phone"}),
            )
            .await,
        world
            .request("POST", "/users", &[("content-type", "application/json")], ADDRESS)
            .await,
        world
            .request("POST", "/users", &[("content-type", ADDRESS)], "{}")
            .await,
        world.get(&format!("/users/{ADDRESS}")).await,
        world.get(&format!("/{ADDRESS}")).await,
        world
            .post("/verifications", &json!({"token": 42, "canary": ADDRESS}))
            .await,
    ];

    assert_eq!(
        world.public_status(&ada).await,
        "verified",
        "{}",
        world.timeline(&ada)
    );
    let log = captured_log();
    let responses = format!("{accepted:?} {crashed:?} {by_code:?} {confirmed:?} {spent:?} {rejected:?}");
    let ends: Vec<_> = world
        .history(&ada)
        .into_iter()
        .filter_map(|event| event.error().map(str::to_owned))
        .collect();
    let places = [
        ("the log", log.clone()),
        ("a response", responses),
        ("the execution's name", world.execution(&ada).name),
        ("the timeline", world.timeline(&ada)),
        ("an error", format!("{ends:?}")),
        ("a webhook", format!("{:?}", world.endpoint.received())),
        ("the keys of the table", keys(&world).await),
    ];
    let mut canaries = vec![
        "canary-address".to_owned(),
        NAME.to_lowercase(),
        PHONE.to_owned(),
        "canary-phone".to_owned(),
        task_token,
    ];
    canaries.extend(link_tokens);
    // A code is short: only as a word of its own is it a leak.
    for (place, text) in &places {
        let words = || text.split(|letter: char| !letter.is_alphanumeric());
        for code in &codes {
            assert!(words().all(|word| word != code), "{place} holds a code:\n{text}");
        }
    }
    for (place, text) in places {
        for canary in &canaries {
            assert!(
                !text.to_lowercase().contains(&canary.to_lowercase()),
                "{place} holds {canary}:\n{text}"
            );
        }
    }
    for line in ["WebhookUnavailable", "the function panicked"] {
        assert!(log.contains(line), "the log was not captured:\n{log}");
    }
}

/// The lines about requests since `capture_log`, without their times.
fn requests_in_log() -> Vec<String> {
    let log = captured_log();
    let lines = log
        .lines()
        .filter_map(|line| line.split_once("kit::api: responded "));
    lines.map(|(_, line)| line.to_owned()).collect()
}

#[tokio::test]
async fn requests_are_logged_by_the_hash_of_their_source_which_is_that_of_its_limit() {
    capture_log();
    let mut world = World::new().await;
    let user = world.sign_up(ADDRESS).await;
    world.advance(std::time::Duration::from_mins(2)).await;
    capture_log();

    for (path, body) in [
        ("/users".to_owned(), json!({"email": ADDRESS})),
        ("/users".to_owned(), json!({"email": NAME})),
        (
            "/verifications".to_owned(),
            json!({"userId": user.to_string(), "code": "x"}),
        ),
        ("/verifications".to_owned(), json!({"token": "x"})),
        (format!("/users/{user}/mails"), json!({})),
        (format!("/users/{user}/mails"), json!({})),
        (format!("/users/{ADDRESS}/mails"), json!({})),
    ] {
        world.time("POST", &path, "203.0.113.77", &body).await;
    }

    let lines = requests_in_log();
    let limit = keys(&world).await;
    let limit = limit
        .lines()
        .find_map(|key| key.strip_prefix("limit#mail-requests-per-source#"))
        .unwrap();
    let source = format!("source=\"{limit}\" ");
    let rest: Vec<_> = lines
        .iter()
        .map(|line| line.strip_prefix(&source).unwrap_or_else(|| panic!("{line}")))
        .collect();
    assert_eq!(
        rest,
        [
            r#"route="POST /users" status=202"#,
            r#"route="POST /users" status=422 refusal="invalid""#,
            r#"route="POST /verifications" status=422 refusal="wrong-code""#,
            r#"route="POST /verifications" status=410 refusal="gone""#,
            r#"route="POST /users/{id}/mails" status=202"#,
            r#"route="POST /users/{id}/mails" status=429 refusal="limited""#,
            r#"route="POST /users/{id}/mails" status=404 refusal="not-found""#,
        ]
    );
}

#[tokio::test]
async fn the_log_of_requests_does_not_tell_a_held_address_from_a_free_one() {
    capture_log();
    let mut world = World::new().await;
    world.give_to_another(&ADDRESS.parse().unwrap()).await;
    let mut logs = Vec::new();
    for address in [ADDRESS, "free@example.org"] {
        capture_log();
        let user = world.sign_up(address).await;
        world.advance(std::time::Duration::from_mins(2)).await;
        world.enter(&user, "000000").await;
        world.ask_for_mail(&user).await;
        world.ask_for_mail(&user).await;
        logs.push(requests_in_log());
    }

    assert_eq!(logs[0], logs[1]);
    assert_eq!(logs[0].len(), 4, "{logs:?}");
}

async fn keys(world: &World) -> String {
    let items = world.items().await;
    items
        .iter()
        .filter_map(|item| get_string(item, table::PK))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn the_execution_history_contains_no_task_token() {
    let mut world = World::new().await;

    let ada = world.sign_up(ADDRESS).await;

    let verification = world.item(table::verification_key(&ada)).await.unwrap();
    let task_token = get_string(&verification, verification::TASK_TOKEN).unwrap();
    let history = serde_json::to_string(&world.history(&ada)).unwrap();
    assert!(!history.contains(task_token));
}

#[tokio::test]
async fn links_and_codes_are_stored_as_hashes_and_a_task_token_in_one_item_only() {
    let mut world = World::new().await;

    let ada = world.sign_up(ADDRESS).await;

    let link = world.mails.link_tokens()[0].clone();
    let code = world.mails.codes()[0].clone();
    let bytes = URL_SAFE_NO_PAD.decode(&link).unwrap();
    let hexadecimal = bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let verification = world.item(table::verification_key(&ada)).await.unwrap();
    let task_token = get_string(&verification, verification::TASK_TOKEN)
        .unwrap()
        .to_owned();
    for item in world.items().await {
        let key = get_string(&item, table::PK).unwrap().to_owned();
        let text = format!("{item:?}");
        assert!(
            !text.contains(&link) && !text.contains(&hexadecimal),
            "{key} holds a link"
        );
        let mut words = text.split(|letter: char| !letter.is_alphanumeric());
        assert!(words.all(|word| word != code), "{key} holds a code");
        assert!(
            !text.contains(&STANDARD.encode(&bytes)) && !text.contains(&format!("{bytes:?}")),
            "{key} holds a link"
        );
        assert_eq!(
            text.contains(&task_token),
            key == table::verification_key(&ada),
            "{key}"
        );
    }
    for sent in world.mails.all() {
        assert!(!format!("{}{}{}", sent.mail.subject, sent.mail.text, sent.mail.html).contains(&task_token));
    }
}

#[tokio::test]
async fn only_the_users_record_contains_personal_data() {
    let mut world = World::new().await;

    let ada = world.sign_up(ADDRESS).await;
    world.confirm(&world.mails.link_tokens()[0]).await;

    for item in world.items().await {
        let key = get_string(&item, table::PK).unwrap().to_owned();
        let personal = format!("{item:?}").contains("canary-address");
        assert_eq!(personal, key == table::user_key(&ada), "{key}");
    }
    assert!(
        world
            .attribute(table::user_key(&ada), user::EMAIL)
            .await
            .is_some()
    );
}
