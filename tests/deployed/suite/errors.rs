//! Error responses of the API.

use reqwest::Response;
use serde_json::{Value, json};

use crate::deployment::{Deployment, json_of};

/// Asserts that the response is a problem document with this status, and returns it.
async fn assert_problem(response: Response, status: u16) -> Value {
    let url = response.url().to_string();
    assert_eq!(response.status(), status, "{url}");
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json",
        "{url}"
    );
    let problem = json_of(response).await;
    assert_eq!(problem["status"], status, "{url}");
    problem
}

#[tokio::test]
async fn invalid_fields_are_named_and_not_quoted() {
    let deployment = Deployment::new().await;
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
        let problem = assert_problem(
            deployment.post("/users", body.to_string()).send().await.unwrap(),
            422,
        )
        .await;

        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
}

#[tokio::test]
async fn malformed_requests_get_400_413_or_415() {
    let deployment = Deployment::new().await;
    let long = json!({"email": "x".repeat(16 * 1024)}).to_string();

    for path in ["/users", "/verifications"] {
        for (status, body) in [(400, "{\"email\""), (400, ""), (413, long.as_str())] {
            assert_problem(deployment.post(path, body).send().await.unwrap(), status).await;
        }
        let plain = deployment
            .http()
            .post(deployment.url(path))
            .header("content-type", "text/plain");
        assert_problem(plain.body("{}").send().await.unwrap(), 415).await;
    }
    assert_problem(deployment.post("/verifications", "{}").send().await.unwrap(), 422).await;
}

#[tokio::test]
async fn unknown_paths_get_404_and_wrong_methods_405_with_allow() {
    let deployment = Deployment::new().await;

    for path in [
        "/nowhere",
        "/users/unknown",
        "/users/0123456789abcdef0123456789abcdef",
    ] {
        assert_problem(deployment.get(path).await, 404).await;
    }
    for path in ["/users", "/verifications"] {
        let response = deployment.get(path).await;
        assert_eq!(response.headers()["allow"], "POST", "{path}");
        assert_problem(response, 405).await;
    }
}

#[tokio::test]
async fn pages_and_their_files_are_served() {
    let deployment = Deployment::new().await;

    for path in ["/", "/verify"] {
        let page = deployment.get(path).await;

        assert_eq!(page.status(), 200, "{path}");
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        let page = page.text().await.unwrap();
        for rest in page.split("\"assets/").skip(1) {
            let (file, _) = rest.split_once('"').unwrap();
            assert_eq!(
                deployment.get(&format!("/assets/{file}")).await.status(),
                200,
                "{file}"
            );
        }
    }
}
