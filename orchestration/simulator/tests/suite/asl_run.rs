//! The program `asl-run`.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_asl-run"))
        .current_dir(workspace())
        .args(arguments)
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of that content that this test alone uses.
fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn sign_up(more: &[&str]) -> Ran {
    let mut arguments = vec![
        "infra/statemachines/sign-up.asl.json",
        "--input",
        "orchestration/simulator/examples/sign-up.input.json",
        "--mocks",
        "orchestration/simulator/examples/sign-up.mocks.json",
    ];
    arguments.extend(more);
    run(&arguments)
}

/// The first JSON value that was printed.
fn printed(out: &str) -> Value {
    serde_json::Deserializer::from_str(out)
        .into_iter::<Value>()
        .next()
        .unwrap()
        .unwrap()
}

#[test]
fn mocked_cases_of_the_sign_up_end_as_named() {
    let cases = [
        (
            "Confirmed",
            json!("verified"),
            "+1 h 30 min    ValidateEmail   succeeded",
        ),
        (
            "NobodyClicks",
            json!("expired"),
            "+24 h    ValidateEmail   timed out: States.Timeout",
        ),
        ("WebhookDown", json!("verified"), "RedeliverWebhook  succeeded"),
    ];
    for (case, outcome, line) in cases {
        let ran = sign_up(&["--test", case]);

        assert_eq!(ran.code, 0, "{case}: {}", ran.err);
        assert_eq!(printed(&ran.out), json!({"outcome": outcome}), "{case}");
        assert!(ran.out.contains(line), "{case}: {}", ran.out);
    }
}

#[test]
fn an_execution_that_fails_is_exit_code_one() {
    let ran = sign_up(&["--test", "NotStored", "--history"]);

    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(printed(&ran.out)["error"], "SignUpFailed");
    assert!(ran.out.contains("\"type\": \"ExecutionFailed\""));
}

#[test]
fn a_task_without_a_mock_is_reported_with_its_state() {
    let machine = file(
        "one_task.asl.json",
        r#"{"QueryLanguage": "JSONata", "StartAt": "Call", "States": {"Call": {
            "Type": "Task", "Resource": "${Arn}", "End": true}}}"#,
    );

    let ran = run(&[&machine]);

    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "state `Call` calls `${Arn}`, which has no mocked response\n"
    );
}

#[test]
fn a_malformed_file_is_reported_with_its_place() {
    let no_json = file("no_json.asl.json", "{\n  \"StartAt\": }");
    let no_machine = file("no_machine.asl.json", "{\n  \"StartAt\": 7,\n  \"States\": {}\n}");
    let mocks = file(
        "bad_mocks.json",
        "{\"StateMachines\": {}, \"MockedResponses\": {\n\"R\": {\"0\": {\"Throw\": {\"Cause\": \"x\"}}}}}",
    );

    let cases = [
        (run(&[&no_json]), "line 2, column 14, at `StartAt`"),
        (run(&[&no_machine]), "Expected value of type [STRING] at /StartAt"),
        (
            run(&["infra/statemachines/sign-up.asl.json", "--mocks", &mocks]),
            "line 2, column 35, at `MockedResponses.R.0.Throw`",
        ),
    ];
    for (ran, place) in cases {
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(place), "{} lacks {place}", ran.err);
    }
}

#[test]
fn a_case_that_does_not_match_the_machine_is_reported() {
    let several = sign_up(&[]);
    let unknown = sign_up(&["--test", "Gone"]);

    assert_eq!((several.code, unknown.code), (2, 2));
    assert!(
        several
            .err
            .contains("--test: Confirmed, NobodyClicks, NotStored, WebhookDown"),
        "{}",
        several.err
    );
    assert!(unknown.err.contains("no test case `Gone`"), "{}", unknown.err);
}

#[test]
fn a_jsonpath_machine_is_rejected_in_one_sentence() {
    let machine = file(
        "jsonpath.asl.json",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#,
    );

    let ran = run(&[&machine]);

    assert_eq!(ran.code, 2);
    assert!(
        ran.err
            .ends_with("state `A` is written in JSONPath: only JSONata states can be run at /States/A\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_check_lists_all_problems_in_columns() {
    let machine = file(
        "refused.asl.json",
        r#"{"QueryLanguage": "JSONata", "StartAt": "Go", "States": {"Go": {
            "Type": "Pass", "Outputs": 1, "Output": "{% 1", "Next": "Go"}}}"#,
    );

    let listed = run(&["--check", &machine]);
    let json = run(&["--check", "--json", &machine]);

    assert_eq!((listed.code, json.code), (2, 2));
    assert_eq!(
        listed.out,
        "ERROR    SCHEMA_VALIDATION_FAILED  /States/Go         Field 'Outputs' is not supported\n\
         ERROR    SCHEMA_VALIDATION_FAILED  /States/Go/Output  An expression has to begin with '{%' and to end with \
         '%}', without white space outside of them\n\
         ERROR    MISSING_END_STATE         -                  Workflow has no terminal state\n"
    );
    let response = printed(&json.out);
    assert_eq!(response["result"], "FAIL");
    assert_eq!(
        response["diagnostics"][0],
        json!({"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "location": "/States/Go",
            "message": "Field 'Outputs' is not supported"})
    );
    assert_eq!(response["diagnostics"][2].get("location"), None);
}

#[test]
fn a_check_accepts_the_sign_up_and_runs_nothing() {
    let machine = "infra/statemachines/sign-up.asl.json";

    let listed = run(&["--check", machine]);
    let json = run(&["--check", "--json", machine]);
    let express = run(&["--check", "--express", machine]);

    assert_eq!(
        (listed.code, listed.out),
        (0, format!("{machine}: no problems\n"))
    );
    assert_eq!(json.code, 0);
    assert_eq!(
        printed(&json.out),
        json!({"result": "OK", "diagnostics": [], "truncated": false})
    );
    assert_eq!(express.code, 2);
    assert!(express.out.contains("'.waitForTaskToken'"), "{}", express.out);
}

#[test]
fn an_express_run_of_a_callback_is_refused() {
    let ran = sign_up(&["--test", "Confirmed", "--express"]);

    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("Express state machine does not support"),
        "{}",
        ran.err
    );
}
