//! The suite from outside, over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod support;

use aws_sdk_dynamodb::types::AttributeValue;
use local::{Settings, StartError, Suite};
use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use support::{World, eventually, json, token_in};

async fn item(world: &World, key: &str) -> Option<std::collections::HashMap<String, AttributeValue>> {
    let answer = world
        .suite
        .store()
        .get_item()
        .table_name(world.suite.table())
        .key("pk", AttributeValue::S(key.to_owned()))
        .send()
        .await
        .unwrap();
    answer.item
}

fn text<'a>(item: &'a std::collections::HashMap<String, AttributeValue>, name: &str) -> &'a str {
    item[name].as_s().unwrap()
}

#[tokio::test]
async fn a_sign_up_is_stored_mailed_confirmed_and_told() {
    let world = World::new().await;

    let id = world
        .sign_up(json!({"email": "Ada@Example.org", "name": "Ada", "campaign": "spring"}))
        .await;
    let mail = world.mail(1).await;
    let waiting = world.user_once_mailed(&id).await;
    let confirmed = world.confirm(&token_in(&mail)).await;
    let user = world.user_once(&id, "verified").await;

    assert_eq!(mail.to, "ada@example.org");
    assert_eq!(waiting["status"], "awaiting_verification");
    assert_eq!(confirmed.status(), 202);
    assert_eq!(
        user["steps"],
        json!({"stored": true, "mailed": true, "confirmed": true})
    );
    let webhook = eventually(async || world.suite.webhooks().all().into_iter().next()).await;
    assert!(webhook.valid && webhook.content.contains(&id) && !webhook.content.contains("ada@"));
    let delivery = eventually(async || {
        let delivery = item(&world, &format!("delivery#{id}")).await?;
        (text(&delivery, "status") == "delivered").then_some(delivery)
    })
    .await;
    assert_eq!(text(&delivery, "content"), webhook.content);
    let record = item(&world, &format!("user#{id}")).await.unwrap();
    assert_eq!(
        (text(&record, "status"), text(&record, "email")),
        ("verified", "ada@example.org")
    );
}

/// The headers without those that must differ.
fn comparable(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove("date");
    assert!(headers.remove("location").is_some());
    headers
}

/// The view of a user without what must differ.
fn without_id(mut user: Value) -> Value {
    assert!(user.as_object_mut().unwrap().remove("id").is_some());
    user
}

#[tokio::test]
async fn a_sign_up_for_an_address_that_has_an_account_looks_like_any_other() {
    let world = World::new().await;
    world.verified(json!({"email": "ada@example.org"})).await;

    let held = world
        .post("/users", json!({"email": "ADA@example.org"}).to_string())
        .send()
        .await
        .unwrap();
    let ordinary = world
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
        world.user_once_mailed(&held).await,
        world.user_once_mailed(&ordinary).await,
    );
    assert_eq!(without_id(held), without_id(ordinary));
    let mails = world.suite.outbox().all();
    let notice = mails.iter().rfind(|mail| mail.to == "ada@example.org").unwrap();
    assert!(!notice.text.contains("/verify#"), "{}", notice.text);
}

#[tokio::test]
async fn a_key_names_one_request_and_no_other() {
    let world = World::new().await;
    let send = |body: Value| {
        world
            .post("/users", body.to_string())
            .header("idempotency-key", "k-1")
            .send()
    };

    let first = send(json!({"email": "ada@example.org"})).await.unwrap();
    let again = send(json!({"email": "ADA@example.org"})).await.unwrap();
    let other = send(json!({"email": "bob@example.org"})).await.unwrap();

    assert_eq!((first.status().as_u16(), again.status().as_u16()), (202, 202));
    assert_eq!(json(first).await["id"], json(again).await["id"]);
    assert_problem(other, 422).await;
    world.mail(1).await;
    assert_eq!(world.suite.outbox().all().len(), 1);
}

/// Whether the answer is a problem document of this status; returns it.
async fn assert_problem(answer: Response, status: u16) -> Value {
    let url = answer.url().to_string();
    assert_eq!(answer.status(), status, "{url}");
    assert_eq!(
        answer.headers()["content-type"],
        "application/problem+json",
        "{url}"
    );
    let problem = json(answer).await;
    assert_eq!(problem["status"], status, "{url}");
    problem
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_with_what_is_wrong() {
    let world = World::new().await;
    let long = |length: usize| format!(r#"{{"email": "{}"}}"#, "x".repeat(length));
    let cases = [
        (400, "{\"email\"".to_owned()),
        (400, String::new()),
        (413, long(16 * 1024)),
        (413, long(4 * 1024 * 1024)),
    ];

    for (status, body) in cases {
        for path in ["/users", "/verifications"] {
            assert_problem(world.post(path, body.as_str()).send().await.unwrap(), status).await;
        }
    }
    let plain = world
        .http
        .post(world.url("/users"))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_problem(plain, 415).await;
}

#[tokio::test]
async fn fields_that_do_not_fit_are_named_and_never_quoted() {
    let world = World::new().await;
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
        let problem = assert_problem(world.post("/users", body.to_string()).send().await.unwrap(), 422).await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
    let missing = world.post("/verifications", "{}").send().await.unwrap();
    assert_eq!(
        assert_problem(missing, 422).await["errors"][0]["pointer"],
        "/token"
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_a_wrong_method_is_told_the_right_one() {
    let world = World::new().await;

    for path in ["/", "/nowhere", "/users/", "/users/0123/more", "/users/unknown"] {
        assert_problem(world.get(path).await, 404).await;
    }
    assert_problem(world.get("/users/0123456789abcdef0123456789abcdef").await, 404).await;
    for (path, allowed) in [("/users", "POST"), ("/verifications", "POST")] {
        let answer = world.get(path).await;
        assert_eq!(answer.headers()["allow"], allowed);
        assert_problem(answer, 405).await;
    }
    let answer = world.http.delete(world.url("/users/1")).send().await.unwrap();
    assert_eq!(answer.headers()["allow"], "GET");
    assert_problem(answer, 405).await;
}

#[tokio::test]
async fn every_link_that_cannot_be_used_gets_the_same_answer() {
    let world = World::new().await;
    let (_, spent) = world.verified(json!({"email": "ada@example.org"})).await;
    let never_mailed = "A".repeat(43);

    let mut answers = Vec::new();
    for token in ["junk", "", &never_mailed, &spent] {
        answers.push(assert_problem(world.confirm(token).await, 410).await);
    }

    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn of_two_sign_ups_for_one_address_the_first_to_be_confirmed_wins() {
    let world = World::new().await;
    let first = world.sign_up(json!({"email": "ada@example.org"})).await;
    let token_of_first = token_in(&world.mail(1).await);
    let second = world.sign_up(json!({"email": "ada@example.org"})).await;
    let token_of_second = token_in(&world.mail(2).await);

    assert_eq!(world.confirm(&token_of_second).await.status(), 202);
    world.user_once(&second, "verified").await;
    assert_eq!(world.confirm(&token_of_first).await.status(), 202);

    let arn = world.suite.execution_of(&first.parse().unwrap());
    let execution = world.suite.executions().wait(&arn).await.unwrap();
    assert_eq!(execution.status.output(), Some(&json!({"outcome": "superseded"})));
    let shown = world.get_json(&format!("/users/{first}")).await;
    assert_eq!(shown["status"], "awaiting_verification");
}

#[tokio::test]
async fn a_request_for_another_host_is_refused() {
    let world = World::new().await;
    let (_, port) = world.suite.url().rsplit_once(':').unwrap();

    for (host, status) in [
        ("example.org".to_owned(), 421),
        (format!("example.org:{port}"), 421),
        ("localhost".to_owned(), 421),
        (format!("localhost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
    ] {
        let request = world.http.get(world.url("/console")).header("host", &host);
        assert_eq!(request.send().await.unwrap().status(), status, "{host}");
    }
}

#[tokio::test]
async fn the_store_answers_programs_under_its_own_name_and_no_web_page() {
    let world = World::new().await;
    let scan = |host: Option<&str>, origin: Option<&str>, signature: Option<&str>| {
        let mut request = world
            .http
            .post(world.suite.store_url())
            .header("x-amz-target", "DynamoDB_20120810.ListTables")
            .body("{}");
        for (name, value) in [("host", host), ("origin", origin), ("authorization", signature)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.send()
    };
    let signature = Some("AWS4-HMAC-SHA256 Credential=x");

    assert_eq!(scan(None, None, signature).await.unwrap().status(), 200);
    assert_eq!(
        scan(Some("evil.example"), None, signature)
            .await
            .unwrap()
            .status(),
        421
    );
    let page = scan(None, Some("http://evil.example"), signature).await.unwrap();
    assert_eq!(page.status(), 403);
    assert_eq!(page.headers().get("access-control-allow-origin"), None);
    assert_eq!(scan(None, None, None).await.unwrap().status(), 403);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_the_table_the_journal_and_the_settings() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new().await;

    let [table, journal] = ["table.sqlite", "journal.sqlite"].map(|file| world.suite.data().join(file));
    for file in [table.as_path(), journal.as_path(), world.suite.environment_file()] {
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.display());
    }
}

#[tokio::test]
async fn the_file_of_settings_has_all_that_any_function_needs() {
    let world = World::new().await;

    let text = std::fs::read_to_string(world.suite.environment_file()).unwrap();

    let variables: Vec<_> = text
        .lines()
        .map(|line| line.trim_end_matches('"').split_once("=\"").unwrap())
        .collect();
    let environment = || kit::Environment::of(variables.iter().copied());
    let aws = kit::Aws::new(
        aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .build(),
    );
    local::functions(environment, &aws).unwrap();
    assert!(variables.contains(&("AWS_ENDPOINT_URL_DYNAMODB", world.suite.store_url())));
}

#[tokio::test]
async fn the_console_shows_nothing_personal() {
    let world = World::new().await;
    let id = world
        .sign_up(
            json!({"email": "canary-address@example.org", "name": "Canary Name", "phone": "+4930998877"}),
        )
        .await;
    let mail = world.mail(1).await;
    let token = token_in(&mail);
    world.user_once_mailed(&id).await;
    eventually(async || world.suite.webhooks().all().into_iter().next()).await;
    let key = format!("verification#{id}");
    let verification = eventually(async || item(&world, &key).await).await;
    let task_token = text(&verification, "taskToken").to_owned();
    let secrets = ["canary", "Canary", "998877", &token, &task_token];

    let page = world.get("/console").await;
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    let page = page.text().await.unwrap();
    assert!(
        page.contains(&id) && page.contains("c…@example.org") && page.contains("ValidateEmail"),
        "{page}"
    );
    let history = format!("/console/executions/{id}.json");
    for path in [
        "/console",
        "/console/executions.json",
        &history,
        "/console/webhooks.json",
    ] {
        let shown = world.get(path).await;
        assert_eq!(shown.status(), 200, "{path}");
        let shown = shown.text().await.unwrap();
        for secret in secrets {
            assert!(!shown.contains(secret), "{path} shows {secret}");
        }
    }
    // A person must be able to follow the link; the task token is not theirs.
    for path in ["/console/outbox.json", "/console/outbox/1"] {
        let shown = world.get(path).await.text().await.unwrap();
        assert!(shown.contains(&token) && !shown.contains(&task_token), "{path}");
    }
    assert_eq!(world.get("/console/outbox/2").await.status(), 404);
    assert_eq!(world.get("/console/executions/nobody.json").await.status(), 404);
}

#[tokio::test]
async fn the_history_is_told_event_by_event() {
    let world = World::new().await;
    let (id, _) = world.verified(json!({"email": "ada@example.org"})).await;
    let arn = world.suite.execution_of(&id.parse().unwrap());
    world.suite.executions().wait(&arn).await.unwrap();

    let told = world.get_json(&format!("/console/executions/{id}.json")).await;

    assert_eq!(told["execution"]["status"], "SUCCEEDED");
    let events = told["events"].as_array().unwrap();
    assert_eq!(events[0]["type"], "ExecutionStarted");
    assert_eq!(events.last().unwrap()["type"], "ExecutionSucceeded");
    assert!(events.iter().any(|event| event["state"] == "NotifyWebhook"));
}

#[tokio::test]
async fn the_page_of_the_link_runs_only_what_it_brings() {
    let world = World::new().await;

    let page = world.get("/verify").await;

    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("script-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );
    let page = page.text().await.unwrap();
    assert!(
        page.contains("Confirm my address") && page.contains("aria-live"),
        "{page}"
    );
    assert!(!page.contains("src=") && !page.contains("://"), "{page}");
    assert_eq!(world.post("/verify", "").send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn the_description_of_the_api_is_served() {
    let world = World::new().await;

    let answer = world.get("/openapi.yaml").await;

    assert_eq!(answer.headers()["content-type"], "application/yaml");
    assert_eq!(answer.text().await.unwrap(), include_str!("../../openapi.yaml"));
}

#[tokio::test]
async fn a_forged_webhook_is_refused() {
    let world = World::new().await;

    let answer = world.post("/webhooks", "{}").send().await.unwrap();

    assert_eq!(answer.status(), 401);
    assert!(!world.suite.webhooks().all()[0].valid);
}

#[tokio::test]
async fn the_data_survives_a_restart() {
    let world = World::new().await;
    let (id, _) = world.verified(json!({"email": "ada@example.org"})).await;

    let world = world.restarted().await;

    assert_eq!(
        world.get_json(&format!("/users/{id}")).await["status"],
        "verified"
    );
    world.sign_up(json!({"email": "ada@example.org"})).await;
    assert!(!world.mail(2).await.text.contains("/verify#"));
}

#[tokio::test]
async fn a_sign_up_that_waits_goes_on_after_a_restart() {
    let world = World::new().await;
    let id = world.sign_up(json!({"email": "ada@example.org"})).await;
    let token = token_in(&world.mail(1).await);
    let before = world.get_json(&format!("/console/executions/{id}.json")).await;

    let world = world.restarted().await;

    let after = world.get_json(&format!("/console/executions/{id}.json")).await;
    let (before, after) = (
        before["events"].as_array().unwrap(),
        after["events"].as_array().unwrap(),
    );
    assert!(after.starts_with(before));
    assert_eq!(world.confirm(&token).await.status(), 202);
    world.user_once(&id, "verified").await;
    let arn = world.suite.execution_of(&id.parse().unwrap());
    let execution = world.suite.executions().wait(&arn).await.unwrap();
    assert_eq!(execution.status.output(), Some(&json!({"outcome": "verified"})));
    assert_eq!(world.suite.outbox().all().len(), 1);
}

#[tokio::test]
async fn nobody_is_promised_what_the_journal_does_not_keep() {
    let world = World::new().await;
    let id = world.sign_up(json!({"email": "ada@example.org"})).await;
    let token = token_in(&world.mail(1).await);
    world.user_once_mailed(&id).await;
    let journal = rusqlite::Connection::open(world.suite.data().join("journal.sqlite")).unwrap();
    journal
        .execute_batch("ALTER TABLE steps RENAME TO broken")
        .unwrap();

    let body = json!({"email": "bob@example.org"}).to_string();
    let refused = world
        .post("/users", body.as_str())
        .header("idempotency-key", "k-1")
        .send();
    assert_problem(refused.await.unwrap(), 503).await;
    assert_problem(world.confirm(&token).await, 503).await;
    assert_eq!(
        world.get_json(&format!("/users/{id}")).await["status"],
        "awaiting_verification"
    );

    journal
        .execute_batch("ALTER TABLE broken RENAME TO steps")
        .unwrap();
    let world = world.restarted().await;
    let again = world.post("/users", body).header("idempotency-key", "k-1").send();
    assert_eq!(again.await.unwrap().status(), 202);
    assert_eq!(world.confirm(&token).await.status(), 202);
    world.user_once(&id, "verified").await;
}

#[tokio::test]
async fn what_has_ended_is_still_shown_after_a_restart() {
    let world = World::new().await;
    let (id, token) = world.verified(json!({"email": "ada@example.org"})).await;
    let arn = world.suite.execution_of(&id.parse().unwrap());
    world.suite.executions().wait(&arn).await.unwrap();
    let paths = [
        "executions.json",
        &format!("executions/{id}.json"),
        "outbox.json",
        "webhooks.json",
    ];
    let paths = paths.map(|path| format!("/console/{path}"));
    let mut before = Vec::new();
    for path in &paths {
        before.push(world.get_json(path).await);
    }

    let world = world.restarted().await;

    for (path, before) in paths.iter().zip(before) {
        assert_eq!(world.get_json(path).await, before, "{path}");
    }
    assert_problem(world.confirm(&token).await, 410).await;
}

#[tokio::test]
async fn two_suites_do_not_share_their_data() {
    let world = World::new().await;
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: world.suite.data().to_owned(),
        dynamodb_port: 0,
    };

    let error = Suite::start(settings).await.unwrap_err();

    assert!(matches!(error, StartError::DataInUse { .. }), "{error}");
}
