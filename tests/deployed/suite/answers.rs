//! What the API answers to what it cannot take.

use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{World, json_of};

/// The problem document of an answer with this status.
async fn problem(answer: Response, status: u16) -> Value {
    let url = answer.url().to_string();
    assert_eq!(answer.status(), status, "{url}");
    assert_eq!(
        answer.headers()["content-type"],
        "application/problem+json",
        "{url}"
    );
    let problem = json_of(answer).await;
    assert_eq!(problem["status"], status, "{url}");
    problem
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
        (
            json!({"email": "a@example.org", "campaign": "canary canary"}),
            "/campaign",
        ),
        (json!(["canary"]), ""),
    ];

    for (body, pointer) in cases {
        let problem = problem(world.post("/users", body.to_string()).send().await.unwrap(), 422).await;

        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_with_what_is_wrong() {
    let world = World::new().await;
    let long = json!({"email": "x".repeat(16 * 1024)}).to_string();

    for path in ["/users", "/verifications"] {
        for (status, body) in [(400, "{\"email\""), (400, ""), (413, long.as_str())] {
            problem(world.post(path, body).send().await.unwrap(), status).await;
        }
        let plain = world
            .http()
            .post(world.url(path))
            .header("content-type", "text/plain");
        problem(plain.body("{}").send().await.unwrap(), 415).await;
    }
    problem(world.post("/verifications", "{}").send().await.unwrap(), 422).await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_a_wrong_method_is_told_the_right_one() {
    let world = World::new().await;

    for path in [
        "/nowhere",
        "/users/unknown",
        "/users/0123456789abcdef0123456789abcdef",
    ] {
        problem(world.get(path).await, 404).await;
    }
    for path in ["/users", "/verifications"] {
        let answer = world.get(path).await;
        assert_eq!(answer.headers()["allow"], "POST", "{path}");
        problem(answer, 405).await;
    }
}

#[tokio::test]
async fn links_lead_to_a_page_that_runs_only_what_it_brings() {
    let world = World::new().await;

    let page = world.get("/verify").await;

    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    assert!(page.text().await.unwrap().contains("<button"));
}
