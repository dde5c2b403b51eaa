//! The console, over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::json;
use support::{Fixture, eventually, item, text, token_in};

#[tokio::test]
async fn without_its_key_there_is_no_console() {
    let fixture = Fixture::new().await;
    fixture.sign_up(json!({"email": "ada@example.org"})).await;
    fixture.mail(1).await;
    let old = fixture.server.console_url().replacen(fixture.server.url(), "", 1);
    assert_eq!(fixture.get(&old).await.status(), 200);

    let fixture = fixture.restarted().await;

    for path in [
        "/console".to_owned(),
        "/console/".to_owned(),
        "/console/outbox/1.txt".to_owned(),
        "/console/outbox.json".to_owned(),
        format!("{old}/outbox/1.txt"),
        format!("{old}/executions.json"),
        old,
    ] {
        let nowhere = fixture.get("/nowhere").await.text().await.unwrap();
        let response = fixture.get(&path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.text().await.unwrap(), nowhere, "{path}");
    }
    let file = std::fs::read_to_string(fixture.server.console_file()).unwrap();
    assert_eq!(file.trim_end(), fixture.server.console_url());
}

#[cfg(unix)]
#[tokio::test]
async fn the_console_shows_no_personal_data() {
    let fixture = Fixture::new().await;
    let id = fixture
        .sign_up(
            json!({"email": "canary-address@example.org", "name": "Canary Name", "phone": "+4930998877"}),
        )
        .await;
    let mail = fixture.mail(1).await;
    let token = token_in(&mail);
    fixture.user_once_mailed(&id).await;
    eventually(async || fixture.server.webhooks().all().into_iter().next()).await;
    let key = format!("verification#{id}");
    let verification = eventually(async || item(&fixture, &key).await).await;
    let task_token = text(&verification, "taskToken").to_owned();
    let secrets = ["canary", "Canary", "998877", &token, &task_token];

    for (path, words) in [
        ("", vec![id.as_str(), "ValidateEmail", "Mail 1"]),
        (
            &*format!("/executions/{id}"),
            vec![&*id, "ValidateEmail waits for its token.", "<svg"],
        ),
        (&*format!("/executions/{id}.json"), vec!["TaskSubmitted"]),
        ("/executions.json", vec![&id]),
        (
            &*format!("/webhooks/_msg_{id}"),
            vec!["valid", "accepted with 204"],
        ),
        ("/webhooks.json", vec![&id]),
    ] {
        let shown = fixture.get_console(path).await;
        assert_eq!(shown.status(), 200, "{path}");
        let shown = shown.text().await.unwrap();
        for secret in secrets {
            assert!(!shown.contains(secret), "{path} shows {secret}");
        }
        for word in words {
            assert!(shown.contains(word), "{path} does not show {word}");
        }
    }
    // The link must be usable; the task token is internal.
    for path in ["/outbox.json", "/outbox/1", "/outbox/1.txt"] {
        let shown = fixture.get_console(path).await.text().await.unwrap();
        assert!(shown.contains(&token) && !shown.contains(&task_token), "{path}");
    }
    for path in [
        "/outbox/2",
        "/outbox/2.txt",
        "/outbox/one",
        "/executions/nobody",
        "/executions/nobody.json",
        "/webhooks/_nobody",
        "/webhooks/%F0%9F",
        "/nothing",
    ] {
        assert!(
            fixture.get_console(path).await.status().is_client_error(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_search_finds_executions_mails_and_webhooks_by_a_part_of_their_id() {
    let fixture = Fixture::new().await;
    let first = fixture.sign_up(json!({"email": "ada@example.org"})).await;
    let second = fixture.sign_up(json!({"email": "bob@example.org"})).await;
    fixture.mail(2).await;
    let search = async |query: &str| {
        let response = fixture.get_console(&format!("?q={query}")).await;
        (response.url().path().to_owned(), response.text().await.unwrap())
    };

    let (path, page) = search(&first[4..20]).await;
    assert!(
        path.ends_with(&format!("/executions/{first}")) && page.contains("<svg"),
        "{path}"
    );
    let (_, page) = search("msg_").await;
    assert!(page.contains("None has this id."), "{page}");
    let (_, page) = search("-0").await;
    assert!(page.contains("Mail 1") && page.contains("Mail 2"), "{page}");
    let (_, page) = search("%3Cscript%3E").await;
    assert!(
        page.contains("&lt;script&gt;") && !page.contains(&second),
        "{page}"
    );
}

#[tokio::test]
async fn the_pages_of_the_console_load_their_own_files_and_nothing_else() {
    let fixture = Fixture::new().await;

    let page = fixture.get_console("").await;

    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(
        !page.contains("://") && !page.contains("<style") && !page.contains(" style="),
        "{page}"
    );
    for (file, content_type) in [
        ("/console.css", "text/css; charset=utf-8"),
        ("/diagram.css", "text/css; charset=utf-8"),
        ("/console.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let console = fixture.server.console_url().replacen(fixture.server.url(), "", 1);
        assert!(page.contains(&format!("\"{console}{file}\"")), "{file}");
        assert_eq!(
            fixture.get_console(file).await.headers()["content-type"],
            content_type
        );
    }
}

#[tokio::test]
async fn webhooks_with_any_id_have_a_page() {
    let fixture = Fixture::new().await;

    for id in ["", "../a?b#c%20/", "<b>"] {
        let request = fixture.post("/webhooks", "{}").header("webhook-id", id);
        assert_eq!(request.send().await.unwrap().status(), 401);
    }

    let page = fixture.get_console("").await.text().await.unwrap();
    assert!(
        page.contains("Without an id") && page.contains("&lt;b&gt;"),
        "{page}"
    );
    let mut found = 0;
    for link in page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
    {
        if link.0.contains("/webhooks/") {
            let shown = fixture.get(link.0).await;
            assert_eq!(shown.status(), 200, "{}", link.0);
            assert!(
                shown.text().await.unwrap().contains("rejected with 401"),
                "{}",
                link.0
            );
            found += 1;
        }
    }
    assert_eq!(found, 3);
}

#[tokio::test]
async fn the_console_serves_the_execution_history() {
    let fixture = Fixture::new().await;
    let (id, _) = fixture.verified(json!({"email": "ada@example.org"})).await;
    let arn = fixture.server.execution_of(&id.parse().unwrap());
    fixture.server.executions().wait(&arn).await.unwrap();

    let history = fixture.get_console_json(&format!("/executions/{id}.json")).await;

    assert_eq!(history["execution"]["status"], "SUCCEEDED");
    let events = history["events"].as_array().unwrap();
    assert_eq!(events[0]["type"], "ExecutionStarted");
    assert_eq!(events.last().unwrap()["type"], "ExecutionSucceeded");
    assert!(events.iter().any(|event| event["state"] == "NotifyWebhook"));
}
