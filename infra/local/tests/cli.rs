//! The command line: output, error messages and exit codes.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

fn local(directory: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.current_dir(directory.path()).env_remove("RUST_LOG");
    command
}

/// Asserts exit code 2 and a single line on standard error with these texts.
fn assert_startup_fails(output: &Output, texts: &[&str]) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(output.stdout.is_empty());
    for text in texts {
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn addresses_that_are_not_loopback_are_rejected() {
    let directory = tempfile::tempdir().unwrap();

    for address in ["0.0.0.0:3000", "[::]:3000", "192.0.2.1:3000"] {
        let output = local(&directory).args(["--listen", address]).output().unwrap();
        assert_startup_fails(&output, &[address, "127.0.0.1:3000"]);
    }
    let output = local(&directory).args(["--listen", "3000"]).output().unwrap();
    assert_startup_fails(&output, &["`3000` is not an address"]);
}

#[test]
fn a_port_in_use_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();

    let output = local(&directory).args(["--listen", &address]).output().unwrap();

    assert_startup_fails(&output, &["in use", &address, "--listen 127.0.0.1:0"]);
}

#[test]
fn a_dynamodb_port_in_use_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();

    let output = local(&directory)
        .args([
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
            "data",
            "--dynamodb-port",
            &port,
        ])
        .output()
        .unwrap();

    assert_startup_fails(&output, &["in use", &port, "--dynamodb-port"]);
}

#[test]
fn an_unusable_data_directory_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), "").unwrap();

    let output = local(&directory)
        .args(["--listen", "127.0.0.1:0", "--data-dir", "file/data"])
        .output()
        .unwrap();

    assert_startup_fails(&output, &["file/data", "--data-dir"]);
}

#[test]
fn a_damaged_table_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("data")).unwrap();
    fs::write(
        directory.path().join("data/table.sqlite"),
        "no database at all, but long enough",
    )
    .unwrap();

    let output = local(&directory)
        .args(["--listen", "127.0.0.1:0", "--data-dir", "data"])
        .output()
        .unwrap();

    assert_startup_fails(&output, &["the table in data", "--data-dir"]);
}

#[test]
fn a_damaged_journal_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("data")).unwrap();
    fs::write(
        directory.path().join("data/journal.sqlite"),
        "no database at all, but long enough",
    )
    .unwrap();

    let output = local(&directory)
        .args(["--listen", "127.0.0.1:0", "--data-dir", "data"])
        .output()
        .unwrap();

    assert_startup_fails(&output, &["the journal data/journal.sqlite", "remove the file"]);
}

#[test]
fn an_unusable_file_of_users_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("users.jsonl"),
        "{\"email\": \"a@example.org\"}\n\n{\"email\"\n",
    )
    .unwrap();

    let missing = local(&directory)
        .args(["demo", "--file", "nobody.jsonl"])
        .output()
        .unwrap();
    let broken = local(&directory)
        .args(["demo", "--file", "users.jsonl"])
        .output()
        .unwrap();

    assert_startup_fails(&missing, &["nobody.jsonl", "--file"]);
    assert_startup_fails(
        &broken,
        &["users.jsonl, line 3: not JSON", "fix or remove that line"],
    );
}

#[cfg(unix)]
#[test]
fn serving_prints_the_addresses_and_stops_on_an_interrupt() {
    let directory = tempfile::tempdir().unwrap();
    let mut running = local(&directory)
        .args(["--listen", "127.0.0.1:0", "--data-dir", "data"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();

    let said: Vec<String> = lines.by_ref().map(Result::unwrap).take(14).collect();
    let interrupt = Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();

    assert!(interrupt.unwrap().success());
    assert!(running.wait().unwrap().success());
    let said = said.join("\n");
    for word in [
        "API       http://127.0.0.1:",
        "/console/",
        "DynamoDB",
        "curl -i",
        "/verifications",
    ] {
        assert!(said.contains(word), "{said}");
    }
}
