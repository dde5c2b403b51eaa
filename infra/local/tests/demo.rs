//! The demo command.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::process::{Command, Output};

fn demo(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_local"))
        .arg("demo")
        .args(arguments)
        .output()
        .unwrap()
}

/// A number of the summary.
fn count(report: &str, name: &str) -> usize {
    let line = report
        .lines()
        .find(|line| line.trim_start().starts_with(name))
        .unwrap();
    line.split_whitespace().last().unwrap().parse().unwrap()
}

#[test]
fn the_built_in_users_succeed() {
    let output = demo(&[]);

    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{report}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        (count(&report, "accepted"), count(&report, "rejected")),
        (7, 1),
        "{report}"
    );
    assert_eq!(
        (count(&report, "distinct addresses"), count(&report, "verified")),
        (5, 5),
        "{report}"
    );
    assert!(report.contains("    5  422  /email "), "{report}");
}

#[test]
fn an_address_over_the_mail_limit_has_one_account() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users.jsonl");
    let users: String = (0..9).map(|_| "{\"email\": \"ada@example.org\"}\n").collect();
    fs::write(&path, users + "{\"email\": \"zoe@example.org\"}\n").unwrap();

    let output = demo(&["--concurrency", "3", "--file", path.to_str().unwrap()]);

    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{report}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        (count(&report, "accepted"), count(&report, "verified")),
        (10, 2),
        "{report}"
    );
    // Not just `ada`, which may be part of a hexadecimal id.
    assert!(!report.contains("ada@"), "{report}");
}

#[test]
fn a_file_without_accepted_users_fails() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users.jsonl");
    for users in ["", "{\"email\": \"nobody\"}\n[1]\nnull\n"] {
        fs::write(&path, users).unwrap();

        let output = demo(&["--file", path.to_str().unwrap()]);

        let report = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{report}");
        assert!(report.contains("nobody signed up"), "{report}");
        assert!(!report.contains("exactly one verified account"), "{report}");
    }
}

#[test]
fn rejections_other_than_422_are_failures() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users.jsonl");
    let long = format!(
        "{{\"email\": \"ada@example.org\", \"name\": \"{}\"}}\n",
        "x".repeat(20_000)
    );
    fs::write(&path, long + "{\"email\": \"grace@example.org\"}\n").unwrap();

    let output = demo(&["--file", path.to_str().unwrap()]);

    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("line 1"), "{report}");
}

#[test]
fn a_user_with_a_repeated_field_is_rejected_by_the_api() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("users.jsonl");
    fs::write(
        &path,
        "{\"email\": \"ada@example.org\", \"email\": \"grace@example.org\"}\n",
    )
    .unwrap();

    let output = demo(&["--file", path.to_str().unwrap()]);

    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("two members of the same name"), "{report}");
}
