//! End-to-end tests of the local server, over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod support;

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use local::{LocalServer, Settings, StartupError};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use support::{Fixture, eventually, item, json, text, token_in};

#[tokio::test]
async fn a_sign_up_is_stored_mailed_confirmed_and_delivered_to_the_webhook() {
    let fixture = Fixture::new().await;

    let id = fixture
        .sign_up(json!({"email": "Ada@Example.org", "name": "Ada", "campaign": "spring"}))
        .await;
    let mail = fixture.mail(1).await;
    let waiting = fixture.user_once_mailed(&id).await;
    let confirmed = fixture.confirm(&token_in(&mail)).await;
    let user = fixture.user_once(&id, "verified").await;

    assert_eq!(mail.to, "ada@example.org");
    assert_eq!(waiting["status"], "awaiting_verification");
    assert_eq!(confirmed.status(), 202);
    assert_eq!(
        user["steps"],
        json!({"stored": true, "mailed": true, "confirmed": true})
    );
    let webhook = eventually(async || fixture.server.webhooks().all().into_iter().next()).await;
    assert!(webhook.valid && webhook.content.contains(&id) && !webhook.content.contains("ada@"));
    let delivery = eventually(async || {
        let delivery = item(&fixture, &format!("delivery#{id}")).await?;
        (text(&delivery, "status") == "delivered").then_some(delivery)
    })
    .await;
    assert_eq!(text(&delivery, "content"), webhook.content);
    let record = item(&fixture, &format!("user#{id}")).await.unwrap();
    assert_eq!(
        (text(&record, "status"), text(&record, "email")),
        ("verified", "ada@example.org")
    );
}

#[tokio::test]
async fn mails_of_the_mailbox_simulator_end_the_wait_and_nothing_public_tells() {
    let fixture = Fixture::new().await;
    for name in ["bounce", "complaint", "suppressionlist"] {
        let email = format!("{name}@simulator.amazonses.com");

        let id = fixture.sign_up(json!({"email": email})).await;

        let arn = fixture.server.execution_of(&id.parse().unwrap());
        let ended = fixture.server.executions().wait(&arn).await.unwrap();
        assert_eq!(
            ended.status.output(),
            Some(&json!({"outcome": "suppressed"})),
            "{name}"
        );
        let record = item(&fixture, &format!("user#{id}")).await.unwrap();
        assert!(!record.contains_key("email"), "{name}");
        let user = fixture.user_once_mailed(&id).await;
        assert_eq!(user["status"], "awaiting_verification", "{name}");
    }
    let mails = fixture.server.outbox().all().len();

    // Nobody mails the address again, and the sign-up does not wait.
    let id = fixture
        .sign_up(json!({"email": "bounce@simulator.amazonses.com"}))
        .await;
    let arn = fixture.server.execution_of(&id.parse().unwrap());
    let ended = fixture.server.executions().wait(&arn).await.unwrap();

    assert_eq!(ended.status.output(), Some(&json!({"outcome": "suppressed"})));
    assert_eq!(fixture.server.outbox().all().len(), mails);
    let delivered = fixture
        .sign_up(json!({"email": "success@simulator.amazonses.com"}))
        .await;
    assert_eq!(
        fixture.user_once_mailed(&delivered).await["status"],
        "awaiting_verification"
    );
}

/// The headers without those that always differ.
fn comparable(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove("date");
    assert!(headers.remove("location").is_some());
    headers
}

/// The view of a user without its id and without the countdown of another mail, which begins with its own mail.
fn without_id(mut user: Value) -> Value {
    assert!(user.as_object_mut().unwrap().remove("id").is_some());
    if let Some(another_mail) = user.get_mut("anotherMail") {
        assert!(another_mail["inSeconds"].take().is_u64());
    }
    user
}

#[tokio::test]
async fn a_sign_up_for_a_held_address_is_indistinguishable_from_a_new_one() {
    let fixture = Fixture::new().await;
    fixture.verified(json!({"email": "ada@example.org"})).await;

    let held = fixture
        .post("/users", json!({"email": "ADA@example.org"}).to_string())
        .send()
        .await
        .unwrap();
    let ordinary = fixture
        .post("/users", json!({"email": "bob@example.org"}).to_string())
        .send()
        .await
        .unwrap();

    assert_eq!(held.status(), ordinary.status());
    assert_eq!(comparable(held.headers()), comparable(ordinary.headers()));
    let (held, ordinary) = (json(held).await, json(ordinary).await);
    let ids = [&held, &ordinary].map(|body| body["id"].as_str().unwrap().to_owned());
    assert_eq!(without_id(held), without_id(ordinary));
    let [held, ordinary] = ids;
    let (held, ordinary) = (
        fixture.user_once_mailed(&held).await,
        fixture.user_once_mailed(&ordinary).await,
    );
    assert_eq!(without_id(held), without_id(ordinary));
    let mails = fixture.server.outbox().all();
    let notice = mails.iter().rfind(|mail| mail.to == "ada@example.org").unwrap();
    assert!(!notice.text.contains("/verify#"), "{}", notice.text);
}

#[tokio::test]
async fn an_idempotency_key_is_bound_to_its_request() {
    let fixture = Fixture::new().await;
    let send = |body: Value| {
        fixture
            .post("/users", body.to_string())
            .header("idempotency-key", "k-1")
            .send()
    };

    let first = send(json!({"email": "ada@example.org"})).await.unwrap();
    let again = send(json!({"email": "ADA@example.org"})).await.unwrap();
    let other = send(json!({"email": "ada@example.org", "name": "Ada"}))
        .await
        .unwrap();
    let somebody = send(json!({"email": "bob@example.org"})).await.unwrap();

    assert_eq!((first.status().as_u16(), again.status().as_u16()), (202, 202));
    assert_eq!(json(first).await["id"], json(again).await["id"]);
    assert_problem(other, 422).await;
    assert_eq!(somebody.status(), 202);
    fixture.mail(2).await;
    assert_eq!(fixture.server.outbox().all().len(), 2);
}

/// Asserts that the response is a problem document with this status, and returns it.
async fn assert_problem(response: Response, status: u16) -> Value {
    let url = response.url().to_string();
    assert_eq!(response.status(), status, "{url}");
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json",
        "{url}"
    );
    let problem = json(response).await;
    assert_eq!(problem["status"], status, "{url}");
    problem
}

#[tokio::test]
async fn malformed_requests_get_400_413_or_415() {
    let fixture = Fixture::new().await;
    let long = |length: usize| format!(r#"{{"email": "{}"}}"#, "x".repeat(length));
    let cases = [
        (400, "{\"email\"".to_owned()),
        (400, String::new()),
        (413, long(16 * 1024)),
        (413, long(4 * 1024 * 1024)),
    ];

    for (status, body) in cases {
        for path in ["/users", "/verifications"] {
            assert_problem(fixture.post(path, body.as_str()).send().await.unwrap(), status).await;
        }
    }
    let plain = fixture
        .http
        .post(fixture.url("/users"))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_problem(plain, 415).await;
}

#[tokio::test]
async fn invalid_fields_are_named_and_not_quoted() {
    let fixture = Fixture::new().await;
    let cases = [
        (json!({}), "/email"),
        (json!({"email": "canary"}), "/email"),
        (json!({"email": 7}), "/email"),
        (json!({"email": "a@example.org", "phone": "canary"}), "/phone"),
        (json!({"email": "a@example.org", "locale": "canary!"}), "/locale"),
        (json!({"email": "a@example.org", "name": "\u{7}canary"}), "/name"),
        (json!(["canary"]), ""),
    ];

    for (body, pointer) in cases {
        let problem = assert_problem(
            fixture.post("/users", body.to_string()).send().await.unwrap(),
            422,
        )
        .await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
    let missing = fixture.post("/verifications", "{}").send().await.unwrap();
    assert_eq!(
        assert_problem(missing, 422).await["errors"][0]["pointer"],
        "/token"
    );
}

#[tokio::test]
async fn unknown_paths_get_404_and_wrong_methods_405_with_allow() {
    let fixture = Fixture::new().await;

    for path in [
        "/nowhere",
        "/assets/page.css",
        "/users/",
        "/users/0123/more",
        "/users/unknown",
    ] {
        assert_problem(fixture.get(path).await, 404).await;
    }
    assert_problem(fixture.get("/users/0123456789abcdef0123456789abcdef").await, 404).await;
    for (path, allowed) in [("/users", "POST"), ("/verifications", "POST")] {
        let response = fixture.get(path).await;
        assert_eq!(response.headers()["allow"], allowed);
        assert_problem(response, 405).await;
    }
    let response = fixture.http.delete(fixture.url("/users/1")).send().await.unwrap();
    assert_eq!(response.headers()["allow"], "GET");
    assert_problem(response, 405).await;
}

#[tokio::test]
async fn all_unusable_links_get_the_same_response() {
    let fixture = Fixture::new().await;
    let (_, spent) = fixture.verified(json!({"email": "ada@example.org"})).await;
    let never_mailed = "A".repeat(43);

    let mut responses = Vec::new();
    for token in ["junk", "", &never_mailed, &spent] {
        responses.push(assert_problem(fixture.confirm(token).await, 410).await);
    }

    assert!(
        responses.iter().all(|response| *response == responses[0]),
        "{responses:?}"
    );
}

#[tokio::test]
async fn the_first_confirmed_sign_up_for_an_address_wins() {
    let fixture = Fixture::new().await;
    let first = fixture.sign_up(json!({"email": "ada@example.org"})).await;
    let token_of_first = token_in(&fixture.mail(1).await);
    let second = fixture.sign_up(json!({"email": "ada@example.org"})).await;
    let token_of_second = token_in(&fixture.mail(2).await);

    assert_eq!(fixture.confirm(&token_of_second).await.status(), 202);
    fixture.user_once(&second, "verified").await;
    assert_eq!(fixture.confirm(&token_of_first).await.status(), 202);

    let arn = fixture.server.execution_of(&first.parse().unwrap());
    let execution = fixture.server.executions().wait(&arn).await.unwrap();
    assert_eq!(execution.status.output(), Some(&json!({"outcome": "superseded"})));
    let shown = fixture.get_json(&format!("/users/{first}")).await;
    assert_eq!(shown["status"], "awaiting_verification");
}

#[tokio::test]
async fn requests_for_other_hosts_are_rejected() {
    let fixture = Fixture::new().await;
    let (_, port) = fixture.server.url().rsplit_once(':').unwrap();

    for (host, status) in [
        ("example.org".to_owned(), 421),
        (format!("example.org:{port}"), 421),
        ("localhost".to_owned(), 421),
        (format!("localhost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
    ] {
        let request = fixture
            .http
            .get(fixture.server.console_url())
            .header("host", &host);
        assert_eq!(request.send().await.unwrap().status(), status, "{host}");
    }
}

/// A request for the names of the tables, without the headers of a signature.
fn list_tables(fixture: &Fixture) -> RequestBuilder {
    fixture
        .http
        .post(fixture.server.dynamodb_url())
        .header("x-amz-target", "DynamoDB_20120810.ListTables")
        .body("{}")
}

#[tokio::test]
async fn dynamodb_rejects_other_hosts_web_pages_and_unsigned_requests() {
    let fixture = Fixture::new().await;

    let unsigned = list_tables(&fixture).send().await.unwrap();
    assert_eq!(unsigned.status(), 403);
    assert_eq!(
        unsigned.headers()["x-amzn-errortype"],
        "MissingAuthenticationTokenException"
    );
    let host = list_tables(&fixture).header("host", "evil.example").send();
    assert_eq!(host.await.unwrap().status(), 421);
    let page = list_tables(&fixture)
        .header("origin", "http://evil.example")
        .send();
    let page = page.await.unwrap();
    assert_eq!(page.status(), 403);
    assert_eq!(page.headers().get("access-control-allow-origin"), None);
    assert_eq!(page.headers().get("x-amzn-errortype"), None);
}

/// The SDK's configuration as an environment file gives it to a function's process.
async fn aws_config(variables: &[(&str, &str)]) -> SdkConfig {
    let value = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.unwrap().1.to_owned()
    };
    let key = Credentials::from_keys(value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"), None);
    kit::aws::loader()
        .credentials_provider(key)
        .region(Region::new(value("AWS_REGION")))
        .endpoint_url(value("AWS_ENDPOINT_URL"))
        .load()
        .await
}

/// The variables of an environment file.
fn variables(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .map(|line| line.trim_end_matches('"').split_once("=\"").unwrap())
        .collect()
}

#[tokio::test]
async fn the_aws_services_take_the_access_key_of_this_start_only() {
    let fixture = Fixture::new().await;
    let old = std::fs::read_to_string(fixture.server.environment_file()).unwrap();
    let fixture = fixture.restarted().await;
    let new = std::fs::read_to_string(fixture.server.environment_file()).unwrap();
    let (old, new) = (variables(&old), variables(&new));
    let endpoint = fixture.server.dynamodb_url();
    let without_secret: Vec<_> = new
        .iter()
        .map(|(name, value)| {
            (
                *name,
                if *name == "AWS_SECRET_ACCESS_KEY" {
                    "local"
                } else {
                    *value
                },
            )
        })
        .collect();

    for (variables, expected) in [
        (&new, None),
        (&old, Some("UnrecognizedClientException")),
        (&without_secret, Some("InvalidSignatureException")),
    ] {
        let config = aws_config(variables).await;
        let dynamodb = aws_sdk_dynamodb::config::Builder::from(&config).endpoint_url(endpoint);
        let tables = aws_sdk_dynamodb::Client::from_conf(dynamodb.build())
            .list_tables()
            .send()
            .await;
        let error = tables.as_ref().err().and_then(|error| error.code());
        assert_eq!(error, expected);

        let endpoint = new
            .iter()
            .find(|(name, _)| *name == "AWS_ENDPOINT_URL")
            .unwrap()
            .1;
        let secrets = aws_sdk_secretsmanager::config::Builder::from(&config).endpoint_url(endpoint);
        let arn = new
            .iter()
            .find(|(name, _)| *name == "WEBHOOK_SECRET_ARN")
            .unwrap()
            .1;
        let secret = aws_sdk_secretsmanager::Client::from_conf(secrets.build())
            .get_secret_value()
            .secret_id(arn)
            .send()
            .await;
        let error = secret.as_ref().err().and_then(|error| error.code());
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn only_the_owner_can_read_the_data_files() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = Fixture::new().await;

    let [table, journal] = ["table.sqlite", "journal.sqlite"].map(|file| fixture.server.data().join(file));
    for file in [
        table.as_path(),
        journal.as_path(),
        fixture.server.environment_file(),
        fixture.server.console_file(),
    ] {
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.display());
    }
}

#[tokio::test]
async fn the_environment_file_configures_every_function() {
    let fixture = Fixture::new().await;

    let text = std::fs::read_to_string(fixture.server.environment_file()).unwrap();

    let variables = variables(&text);
    let environment = || kit::Environment::of(variables.iter().copied());
    let aws = kit::Aws::new(
        aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .build(),
    );
    local::functions(environment, &aws).unwrap();
    assert!(variables.contains(&("AWS_ENDPOINT_URL_DYNAMODB", fixture.server.dynamodb_url())));
}

#[tokio::test]
async fn pages_load_their_own_files_and_nothing_else() {
    let fixture = Fixture::new().await;

    for path in ["/", "/verify"] {
        let page = fixture.get(path).await;

        let headers = page.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        let page = page.text().await.unwrap();
        assert!(!page.contains("://"), "{page}");
        let files: Vec<_> = page
            .split("\"assets/")
            .skip(1)
            .map(|rest| rest.split_once('"').unwrap().0)
            .collect();
        assert_eq!(files.len(), 3, "{files:?}");
        for file in files {
            assert_eq!(
                fixture.get(&format!("/assets/{file}")).await.status(),
                200,
                "{file}"
            );
        }
        assert_eq!(fixture.post(path, "").send().await.unwrap().status(), 405);
    }
}

/// Mail clients and link checkers may look before they open a link.
#[tokio::test]
async fn head_finds_the_page_behind_a_link() {
    let fixture = Fixture::new().await;

    let response = fixture.http.head(fixture.url("/verify")).send().await.unwrap();

    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let fixture = Fixture::new().await;
    let console = fixture.server.console_url().replacen(fixture.server.url(), "", 1);
    let missing = format!("{console}/outbox/none");

    for path in [
        "/",
        "/users/x",
        "/openapi.yaml",
        &console,
        &missing,
        "/nowhere",
        "/webhooks",
    ] {
        let response = fixture.get(path).await;

        for (name, value) in kit::api::security_headers() {
            let name = name.unwrap();
            let found = response.headers().get(&name);
            if name == "content-security-policy" {
                let policy = found.unwrap().to_str().unwrap();
                assert!(
                    policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                    "{path}"
                );
            } else {
                assert_eq!(found, Some(&value), "{path}: {name}");
            }
        }
    }
}

#[tokio::test]
async fn the_openapi_document_is_served() {
    let fixture = Fixture::new().await;

    let response = fixture.get("/openapi.yaml").await;

    assert_eq!(response.headers()["content-type"], "application/yaml");
    assert_eq!(response.text().await.unwrap(), include_str!("../../openapi.yaml"));
}

#[tokio::test]
async fn a_forged_webhook_is_rejected() {
    let fixture = Fixture::new().await;

    let response = fixture.post("/webhooks", "{}").send().await.unwrap();

    assert_eq!(response.status(), 401);
    assert!(!fixture.server.webhooks().all()[0].valid);
}

#[tokio::test]
async fn the_data_survives_a_restart() {
    let fixture = Fixture::new().await;
    let (id, _) = fixture.verified(json!({"email": "ada@example.org"})).await;

    let fixture = fixture.restarted().await;

    assert_eq!(
        fixture.get_json(&format!("/users/{id}")).await["status"],
        "verified"
    );
    fixture.sign_up(json!({"email": "ada@example.org"})).await;
    assert!(!fixture.mail(2).await.text.contains("/verify#"));
}

#[tokio::test]
async fn a_waiting_sign_up_continues_after_a_restart() {
    let fixture = Fixture::new().await;
    let id = fixture.sign_up(json!({"email": "ada@example.org"})).await;
    let token = token_in(&fixture.mail(1).await);
    let before = fixture.get_console_json(&format!("/executions/{id}.json")).await;

    let fixture = fixture.restarted().await;

    let after = fixture.get_console_json(&format!("/executions/{id}.json")).await;
    let (before, after) = (
        before["events"].as_array().unwrap(),
        after["events"].as_array().unwrap(),
    );
    assert!(after.starts_with(before));
    assert_eq!(fixture.confirm(&token).await.status(), 202);
    fixture.user_once(&id, "verified").await;
    let arn = fixture.server.execution_of(&id.parse().unwrap());
    let execution = fixture.server.executions().wait(&arn).await.unwrap();
    assert_eq!(execution.status.output(), Some(&json!({"outcome": "verified"})));
    assert_eq!(fixture.server.outbox().all().len(), 1);
}

#[tokio::test]
async fn requests_get_503_while_the_journal_cannot_be_written() {
    let fixture = Fixture::new().await;
    let id = fixture.sign_up(json!({"email": "ada@example.org"})).await;
    let token = token_in(&fixture.mail(1).await);
    fixture.user_once_mailed(&id).await;
    let journal = rusqlite::Connection::open(fixture.server.data().join("journal.sqlite")).unwrap();
    journal
        .execute_batch("ALTER TABLE steps RENAME TO broken")
        .unwrap();

    let body = json!({"email": "bob@example.org"}).to_string();
    let unavailable = fixture
        .post("/users", body.as_str())
        .header("idempotency-key", "k-1")
        .send();
    assert_problem(unavailable.await.unwrap(), 503).await;
    assert_problem(fixture.confirm(&token).await, 503).await;
    assert_eq!(
        fixture.get_json(&format!("/users/{id}")).await["status"],
        "awaiting_verification"
    );

    journal
        .execute_batch("ALTER TABLE broken RENAME TO steps")
        .unwrap();
    let fixture = fixture.restarted().await;
    let again = fixture
        .post("/users", body)
        .header("idempotency-key", "k-1")
        .send();
    assert_eq!(again.await.unwrap().status(), 202);
    assert_eq!(fixture.confirm(&token).await.status(), 202);
    fixture.user_once(&id, "verified").await;
}

#[tokio::test]
async fn ended_sign_ups_are_shown_after_a_restart() {
    let fixture = Fixture::new().await;
    let (id, token) = fixture.verified(json!({"email": "ada@example.org"})).await;
    let arn = fixture.server.execution_of(&id.parse().unwrap());
    fixture.server.executions().wait(&arn).await.unwrap();
    let paths = [
        "executions.json",
        &format!("executions/{id}.json"),
        "outbox.json",
        "webhooks.json",
    ];
    let paths = paths.map(|path| format!("/{path}"));
    let mut before = Vec::new();
    for path in &paths {
        before.push(fixture.get_console_json(path).await);
    }

    let fixture = fixture.restarted().await;

    for (path, before) in paths.iter().zip(before) {
        assert_eq!(fixture.get_console_json(path).await, before, "{path}");
    }
    assert_problem(fixture.confirm(&token).await, 410).await;
}

#[tokio::test]
async fn a_data_directory_can_be_used_by_one_server_only() {
    let fixture = Fixture::new().await;
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: fixture.server.data().to_owned(),
        dynamodb_port: 0,
        webhook_url: None,
        contacts: local::Contacts::default(),
    };

    let error = LocalServer::start(settings).await.unwrap_err();

    assert!(matches!(error, StartupError::DataInUse { .. }), "{error}");
}
