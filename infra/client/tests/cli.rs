//! The program `sign-up` against a scripted API: output, standard input and exit codes.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(dead_code, reason = "the support module serves several test binaries")]

mod support;

use client::LinkToken;
use serde_json::{Value, json};
use support::{Answer, Recorded, ScriptedApi, assert_code, id, receipt, sign_up, stderr, stdout, user};

fn users_route() -> String {
    format!("GET /users/{}", id())
}

fn accepted() -> Answer {
    Answer::Json(202, json!({"status": "accepted"}))
}

fn wrong_code() -> Answer {
    let errors = json!([{"pointer": "/code", "detail": "is not the code of this sign-up"}]);
    Answer::Problem(422, json!({"detail": "see `errors`", "errors": errors}))
}

/// A sign-up that gets mailed, and is verified once it was polled a few times more.
fn mailed_then_verified() -> Vec<Answer> {
    let mailed = || user("awaiting_verification", &["stored", "mailed"]);
    vec![
        user("pending", &[]),
        mailed(),
        mailed(),
        mailed(),
        user("verified", &["stored", "mailed", "confirmed"]),
    ]
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn create_sends_all_fields_and_prints_the_id() {
    let api = ScriptedApi::start([("POST /users", vec![receipt()])]).await;
    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--name",
        "Ada",
        "--phone",
        "+4930123456",
        "--locale",
        "de",
        "--campaign",
        "spring",
        "--idempotency-key",
        "one",
    ];

    let output = sign_up(&api.url, &arguments, "").await;

    assert_code(&output, 0);
    assert_eq!(stdout(&output), format!("{}  pending\n", id()));
    assert_eq!(stderr(&output), "");
    let requests = api.requests("POST /users");
    assert_eq!(
        requests[0].json(),
        json!({"email": "ada@example.org", "name": "Ada", "phone": "+4930123456", "locale": "de", "campaign": "spring"})
    );
    assert_eq!(requests[0].headers["idempotency-key"], "one");
}

#[tokio::test]
async fn json_is_the_answer_of_the_api() {
    let api = ScriptedApi::start([("POST /users", vec![receipt()])]).await;

    let output = sign_up(&api.url, &["create", "--email", "ada@example.org", "--json"], "").await;

    assert_code(&output, 0);
    assert_eq!(
        lines(&stdout(&output)),
        [json!({"id": id(), "status": "pending"})]
    );
}

#[tokio::test]
async fn a_rejected_sign_up_exits_with_1_and_the_fields() {
    let errors = json!([{"pointer": "/email", "detail": "is not an e-mail address"}]);
    let problem = Answer::Problem(422, json!({"detail": "invalid", "errors": errors}));
    let api = ScriptedApi::start([("POST /users", vec![problem])]).await;

    let plain = sign_up(&api.url, &["create", "--email", "canary"], "").await;
    let in_json = sign_up(&api.url, &["create", "--email", "canary", "--json"], "").await;

    assert_code(&plain, 1);
    assert_eq!(stderr(&plain), "sign-up: /email is not an e-mail address\n");
    assert_code(&in_json, 1);
    assert_eq!(stdout(&in_json), "");
    assert_eq!(
        lines(&stderr(&in_json)),
        [json!({"status": 422, "detail": "invalid", "errors": errors})]
    );
}

#[tokio::test]
async fn waiting_asks_again_after_a_wrong_code_and_ends_verified() {
    let api = ScriptedApi::start([
        ("POST /users", vec![receipt()]),
        (&users_route(), mailed_then_verified()),
        ("POST /verifications", vec![wrong_code(), accepted()]),
    ])
    .await;

    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--wait",
        "--timeout",
        "30s",
    ];
    let output = sign_up(&api.url, &arguments, "000 000\n123456\n").await;

    assert_code(&output, 0);
    let id = id();
    assert_eq!(
        stdout(&output),
        format!(
            "{id}  pending\n{id}  pending\n{id}  awaiting_verification  stored, mailed\n\
             {id}  verified  stored, mailed, confirmed\n"
        )
    );
    assert_eq!(stderr(&output), "/code is not the code of this sign-up\n");
    let codes: Vec<_> = api
        .requests("POST /verifications")
        .iter()
        .map(Recorded::json)
        .collect();
    assert_eq!(
        codes,
        [
            json!({"userId": id, "code": "000000"}),
            json!({"userId": id, "code": "123456"})
        ]
    );
}

#[tokio::test]
async fn waiting_asks_for_the_code_of_each_contact() {
    let phone_is_left = json!({"status": "accepted", "unconfirmed": ["phone"]});
    let api = ScriptedApi::start([
        ("POST /users", vec![receipt()]),
        (&users_route(), mailed_then_verified()),
        (
            "POST /verifications",
            vec![Answer::Json(202, phone_is_left), wrong_code(), accepted()],
        ),
    ])
    .await;

    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--phone",
        "+493012345678",
        "--wait",
        "--timeout",
        "30s",
    ];
    let output = sign_up(&api.url, &arguments, "123456\n000000\n654321\n").await;

    assert_code(&output, 0);
    let codes: Vec<_> = api
        .requests("POST /verifications")
        .iter()
        .map(|request| request.json()["code"].clone())
        .collect();
    assert_eq!(codes, ["123456", "000000", "654321"]);
}

#[tokio::test]
async fn verify_prints_what_is_left_to_confirm() {
    let phone_is_left = json!({"status": "accepted", "unconfirmed": ["phone"]});
    let api = ScriptedApi::start([("POST /verifications", vec![Answer::Json(202, phone_is_left)])]).await;
    let id = id();

    let arguments = ["verify", "--id", &id, "--code", "123456"];
    let plain = sign_up(&api.url, &arguments, "").await;
    let json = sign_up(&api.url, &[arguments.as_slice(), &["--json"]].concat(), "").await;

    assert_eq!(stdout(&plain), "accepted  unconfirmed: phone\n");
    assert_eq!(
        stdout(&json),
        "{\"status\":\"accepted\",\"unconfirmed\":[\"phone\"]}\n"
    );
}

#[tokio::test]
async fn waiting_requests_another_mail_on_demand() {
    let mails = format!("POST /users/{}/mails", id());
    let api = ScriptedApi::start([
        ("POST /users", vec![receipt()]),
        (&users_route(), mailed_then_verified()),
        (&mails, vec![Answer::RetryAfter(429, 42), receipt()]),
        ("POST /verifications", vec![accepted()]),
    ])
    .await;

    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--wait",
        "--timeout",
        "30s",
    ];
    let output = sign_up(&api.url, &arguments, "mail\nmail\n123456\n").await;

    assert_code(&output, 0);
    assert_eq!(
        stderr(&output),
        "not now; try again in 42s\nanother mail will be sent\n"
    );
    assert_eq!(api.requests(&mails).len(), 2);
}

#[tokio::test]
async fn waiting_without_input_follows_a_link_that_is_used_elsewhere() {
    let api = ScriptedApi::start([
        ("POST /users", vec![receipt()]),
        (&users_route(), mailed_then_verified()),
    ])
    .await;

    let arguments = [
        "create",
        "--email",
        "ada@example.org",
        "--wait",
        "--json",
        "--timeout",
        "30s",
    ];
    let output = sign_up(&api.url, &arguments, "").await;

    assert_code(&output, 0);
    assert_eq!(lines(&stdout(&output)).last().unwrap()["status"], "verified");
    assert!(api.requests("POST /verifications").is_empty());
}

#[tokio::test]
async fn a_script_whose_only_code_is_wrong_does_not_wait_forever() {
    let api = ScriptedApi::start([
        ("POST /users", vec![receipt()]),
        (
            &users_route(),
            vec![user("awaiting_verification", &["stored", "mailed"])],
        ),
        ("POST /verifications", vec![wrong_code()]),
    ])
    .await;

    let output = sign_up(
        &api.url,
        &["create", "--email", "ada@example.org", "--wait"],
        "1\n\n",
    )
    .await;

    assert_code(&output, 1);
}

#[tokio::test]
async fn watching_ends_with_4_if_there_is_no_account() {
    for status in ["expired", "failed"] {
        let answers = vec![
            user("awaiting_verification", &["stored"]),
            user(status, &["stored"]),
        ];
        let api = ScriptedApi::start([(&*users_route(), answers)]).await;

        let output = sign_up(&api.url, &["status", &id(), "--watch"], "").await;

        assert_code(&output, 4);
        assert!(stderr(&output).contains(status), "{}", stderr(&output));
    }
}

#[tokio::test]
async fn the_status_of_an_ended_sign_up_is_no_failure() {
    let api = ScriptedApi::start([(&*users_route(), vec![user("expired", &["stored", "mailed"])])]).await;

    let output = sign_up(&api.url, &["status", &id()], "").await;

    assert_code(&output, 0);
    assert_eq!(stdout(&output), format!("{}  expired  stored, mailed\n", id()));
}

#[tokio::test]
async fn a_time_limit_exits_with_6() {
    let api = ScriptedApi::start([(&*users_route(), vec![user("awaiting_verification", &["stored"])])]).await;

    let output = sign_up(&api.url, &["status", &id(), "--watch", "--timeout", "600ms"], "").await;

    assert_code(&output, 6);
    assert_eq!(stderr(&output), "sign-up: not completed within 600ms\n");
}

#[tokio::test]
async fn verify_sends_a_code_of_an_argument_or_of_standard_input() {
    let api = ScriptedApi::start([("POST /verifications", vec![accepted()])]).await;

    let by_argument = sign_up(&api.url, &["verify", "--id", &id(), "--code", "123456"], "").await;
    let by_input = sign_up(&api.url, &["verify", "--id", &id(), "--json"], "654321\n").await;
    let without = sign_up(&api.url, &["verify", "--id", &id()], "").await;

    assert_code(&by_argument, 0);
    assert_eq!(stdout(&by_argument), "accepted\n");
    assert_code(&by_input, 0);
    assert_eq!(stdout(&by_input), "{\"status\":\"accepted\"}\n");
    assert_code(&without, 2);
    let codes: Vec<_> = api
        .requests("POST /verifications")
        .iter()
        .map(Recorded::json)
        .collect();
    assert_eq!(
        codes,
        [
            json!({"userId": id(), "code": "123456"}),
            json!({"userId": id(), "code": "654321"})
        ]
    );
}

#[tokio::test]
async fn verify_takes_a_whole_link_and_what_to_confirm() {
    let api = ScriptedApi::start([("POST /verifications", vec![accepted()])]).await;
    let token = LinkToken::from_bytes([7; 32]).expose();
    let link = format!("https://example.org/verify#{token}");

    let output = sign_up(
        &api.url,
        &["verify", "--token", &link, "--confirm", "address"],
        "",
    )
    .await;

    assert_code(&output, 0);
    assert_eq!(
        api.requests("POST /verifications")[0].json(),
        json!({"token": token, "confirm": "address"})
    );
}

#[tokio::test]
async fn an_invalid_token_is_not_shown() {
    let api = ScriptedApi::start([]).await;

    let output = sign_up(&api.url, &["verify", "--token", "canary"], "").await;

    assert_code(&output, 2);
    assert!(!stderr(&output).contains("canary"), "{}", stderr(&output));
}

#[tokio::test]
async fn what_is_over_or_unknown_exits_with_3() {
    let token = LinkToken::from_bytes([7; 32]).expose();
    let gone = Answer::Problem(410, json!({"detail": "this link is no longer valid"}));
    let api = ScriptedApi::start([("POST /verifications", vec![gone])]).await;

    let link = sign_up(&api.url, &["verify", "--token", &token], "").await;
    let unknown = sign_up(&api.url, &["status", &id()], "").await;

    assert_code(&link, 3);
    assert_eq!(stderr(&link), "sign-up: this link is no longer valid\n");
    assert_code(&unknown, 3);
}

#[tokio::test]
async fn resend_says_when_another_mail_can_be_requested() {
    let mails = format!("POST /users/{}/mails", id());
    let api = ScriptedApi::start([(&*mails, vec![Answer::RetryAfter(429, 42)])]).await;

    let plain = sign_up(&api.url, &["resend", &id()], "").await;
    let in_json = sign_up(&api.url, &["resend", &id(), "--json"], "").await;

    assert_code(&plain, 5);
    assert_eq!(stderr(&plain), "sign-up: not now; try again in 42s\n");
    assert_eq!(
        lines(&stderr(&in_json)),
        [json!({"status": 429, "detail": "not now", "retryAfterSeconds": 42})]
    );
}

#[tokio::test]
async fn an_unreachable_api_is_named() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", unused.local_addr().unwrap());
    drop(unused);

    let output = sign_up(&url, &["resend", &id()], "").await;

    assert_code(&output, 5);
    let message = stderr(&output);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(
        message.contains(&url) && message.contains("SIGN_UP_API"),
        "{message}"
    );
}

#[tokio::test]
async fn a_sign_up_that_may_have_been_accepted_names_its_key() {
    let internal = Answer::Problem(500, json!({"detail": "internal error"}));
    let api = ScriptedApi::start([("POST /users", vec![internal])]).await;

    let output = sign_up(&api.url, &["create", "--email", "ada@example.org"], "").await;

    assert_code(&output, 5);
    let message = stderr(&output);
    let sent = api.requests("POST /users")[0].headers["idempotency-key"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        message.ends_with(&format!("--idempotency-key {sent}\n")),
        "{message}"
    );
}

#[tokio::test]
async fn invalid_arguments_exit_with_2() {
    for arguments in [
        &["create"][..],
        &["status", "ada"],
        &["status", &id(), "--timeout", "1s"],
        &["verify"],
        &["verify", "--id", &id(), "--token", "a"],
        &["verify", "--code", "1"],
        &["--api", "http://api.example.org", "status", &id()],
    ] {
        let output = sign_up("http://127.0.0.1:1", arguments, "").await;

        assert_code(&output, 2);
    }
}

#[tokio::test]
async fn help_has_examples_and_the_exit_codes_of_the_readme() {
    let readme = include_str!("../README.md").replace('`', "");

    let output = sign_up("http://127.0.0.1:1", &["--help"], "").await;

    assert_code(&output, 0);
    let help = stdout(&output);
    assert!(help.contains("sign-up create --email"), "{help}");
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    assert_eq!(codes.lines().count(), 7, "{help}");
    for line in codes.lines() {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(readme.contains(&format!("| {code} | {meaning} |")), "{line}");
    }
}

#[tokio::test]
async fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let output = sign_up("http://127.0.0.1:1", &["completions", shell], "").await;

        assert_code(&output, 0);
        assert!(stdout(&output).contains("resend"), "{shell}");
    }
}
