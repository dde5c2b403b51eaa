//! Backward compatibility: payloads of versions whose executions may still run. A sign-up takes up to twelve days, and a
//! deployment does not wait for it.
//!
//! Each version's payloads are in `functions/<function>/kept/<version>`, and those that start and resume the workflow
//! itself in `functions/contracts/kept/<version>`. They are added with the version and never changed. A folder is
//! removed when no execution of that version can be left.

use std::fs;
use std::path::PathBuf;

use asl::Function;
use contracts::sign_up::SignUp;
use contracts::values::EmailConfirmed;
use serde_json::Value;

use crate::contract_pages::{folder, tasks};

/// The payloads of a function, of every version.
fn kept(function: &str) -> Vec<(PathBuf, Value)> {
    let versions = fs::read_dir(folder(function).join("kept")).unwrap();
    let files = versions.flat_map(|version| fs::read_dir(version.unwrap().path()).unwrap());
    files
        .map(|file| {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            (path, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

#[test]
fn tasks_accept_the_payloads_of_executions_in_flight() {
    for (function, contract) in tasks() {
        for (path, event) in kept(function) {
            assert!((contract.accepts)(&event), "{}", path.display());
        }
    }
}

#[test]
fn the_workflow_accepts_the_payloads_of_executions_in_flight() {
    for (path, payload) in kept("contracts") {
        let parsed = match path.file_stem().unwrap().to_str().unwrap() {
            "sign-up" => serde_json::from_value::<<SignUp as Function>::Input>(payload).map(drop),
            "email-confirmed" => serde_json::from_value::<EmailConfirmed>(payload).map(drop),
            other => panic!("there is no type for {other}"),
        };
        assert!(parsed.is_ok(), "{}: {parsed:?}", path.display());
    }
}

#[test]
fn payloads_of_the_current_version_exist() {
    let functions = tasks().into_iter().map(|(function, _)| function);
    for function in functions.chain(["contracts"]) {
        let folder = folder(function).join("kept").join(env!("CARGO_PKG_VERSION"));

        assert!(folder.is_dir(), "{}", folder.display());
    }
}
