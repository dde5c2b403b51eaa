//! A scripted API for tests, and the program `sign-up`.

use std::collections::HashMap;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What the scripted API does with a request.
#[derive(Clone)]
pub(crate) enum Answer {
    Json(u16, Value),
    /// A problem document.
    Problem(u16, Value),
    /// A problem document with `Retry-After`, in seconds.
    RetryAfter(u16, u64),
    /// An error without a problem document, as of API Gateway itself.
    Bare(u16),
    /// No response.
    Silence,
}

#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Recorded {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Script {
    /// The next answers of each route (`POST /users`). The last one is repeated.
    answers: HashMap<String, Vec<Answer>>,
    requests: HashMap<String, Vec<Recorded>>,
}

/// An HTTP server that gives prepared answers and records the requests.
pub(crate) struct ScriptedApi {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
}

impl ScriptedApi {
    /// Starts a server with the answers of each route. Other routes get 404.
    pub(crate) async fn start<const N: usize>(routes: [(&str, Vec<Answer>); N]) -> Self {
        let answers = routes
            .into_iter()
            .map(|(route, answers)| (route.to_owned(), answers))
            .collect();
        let script = Arc::new(Mutex::new(Script {
            answers,
            ..Script::default()
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = axum::Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, server).await });
        Self { url, script }
    }

    /// The requests to a route, in order.
    pub(crate) fn requests(&self, route: &str) -> Vec<Recorded> {
        let script = self.script.lock().unwrap();
        script.requests.get(route).cloned().unwrap_or_default()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let route = format!("{} {}", request.method(), request.uri().path());
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1024 * 1024).await.unwrap();
    let recorded = Recorded {
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let answer = {
        let mut script = script.lock().unwrap();
        script.requests.entry(route.clone()).or_default().push(recorded);
        match script.answers.get_mut(&route) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers.first().unwrap().clone(),
            None => Answer::Problem(404, json!({"detail": "there is no resource at this path"})),
        }
    };
    match answer {
        Answer::Json(status, body) => respond(status, "application/json", &[], &body),
        Answer::Problem(status, problem) => respond_problem(status, &[], problem),
        Answer::RetryAfter(status, seconds) => {
            let header = ("retry-after", seconds.to_string());
            respond_problem(status, &[header], json!({"detail": "not now"}))
        }
        Answer::Bare(status) => respond(status, "application/json", &[], &json!({"message": "Error"})),
        Answer::Silence => std::future::pending().await,
    }
}

fn respond_problem(status: u16, headers: &[(&str, String)], mut problem: Value) -> Response {
    let members = problem.as_object_mut().unwrap();
    members.insert("title".to_owned(), json!("A title"));
    members.insert("status".to_owned(), json!(status));
    respond(status, "application/problem+json", headers, &problem)
}

fn respond(status: u16, content_type: &str, headers: &[(&str, String)], body: &Value) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("content-type", content_type);
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(body.to_string())).unwrap()
}

/// An id that the scripted API uses.
pub(crate) fn id() -> String {
    "3ceb1426ffc27e76400a92234d5d2458".to_owned()
}

pub(crate) fn receipt() -> Answer {
    Answer::Json(202, json!({"id": id(), "status": "pending"}))
}

/// A `GET /users/{id}` with these steps complete.
pub(crate) fn user(status: &str, complete: &[&str]) -> Answer {
    let is_complete = |step| complete.contains(&step);
    let steps = json!({
        "stored": is_complete("stored"),
        "mailed": is_complete("mailed"),
        "confirmed": is_complete("confirmed"),
    });
    Answer::Json(200, json!({"id": id(), "status": status, "steps": steps}))
}

/// Runs `sign-up` with these arguments and this standard input.
pub(crate) async fn sign_up(api: &str, arguments: &[&str], input: &str) -> Output {
    start(api, arguments).finish(input).await
}

/// Starts `sign-up` with these arguments.
pub(crate) fn start(api: &str, arguments: &[&str]) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sign-up"));
    command
        .args(arguments)
        .env("SIGN_UP_API", api)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Running(command.spawn().unwrap())
}

/// A running `sign-up`, which waits for its standard input.
pub(crate) struct Running(Child);

impl Running {
    /// The output, with this standard input.
    pub(crate) async fn finish(mut self, input: &str) -> Output {
        let input = input.to_owned();
        let finish = move || {
            // A program that does not read its input may have ended.
            let _ = self.0.stdin.take().unwrap().write_all(input.as_bytes());
            self.0.wait_with_output().unwrap()
        };
        tokio::task::spawn_blocking(finish).await.unwrap()
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Asserts the exit code.
#[track_caller]
pub(crate) fn assert_code(output: &Output, code: i32) {
    let (out, error) = (stdout(output), stderr(output));
    assert_eq!(output.status.code(), Some(code), "{out}\n{error}");
}
