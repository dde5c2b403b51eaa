//! Every function's binary is invoked with every sample event.
//!
//! The function's own tests invoke it: cargo passes the path of a binary only to the tests of its package.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::contract_pages::{FUNCTIONS, folder};
use crate::isolation::metadata;

/// The names of the files with this extension.
fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_function_has_a_test_that_invokes_its_binary() {
    for function in FUNCTIONS {
        let test = fs::read_to_string(folder(function).join("tests/process.rs")).unwrap_or_default();
        // However it is formatted.
        let test = test.split_whitespace().collect::<String>().replace(",)", ")");

        assert!(
            test.contains(&format!(
                "Lambda::new(env!(\"CARGO_BIN_EXE_{function}\"),env!(\"CARGO_MANIFEST_DIR\"))"
            )) && test.contains("lambda.assert_snapshots().await;"),
            "{function}/tests/process.rs does not invoke the binary with the events"
        );
    }
}

#[test]
fn sample_events_and_snapshots_correspond() {
    for function in FUNCTIONS {
        let events = names(&folder(function).join("events"), "json");
        let snapshots = names(&folder(function).join("snapshots"), "snap");

        assert_eq!(events, snapshots, "{function}");
    }
}

#[test]
fn cargo_lambda_finds_every_binary_from_the_workspace_root() {
    let metadata = metadata();
    let members = metadata.workspace_default_packages();

    for function in FUNCTIONS {
        let found = members.iter().any(|package| *package.name == function);
        assert!(found, "{function} is none of the workspace's default-members");
    }
}
