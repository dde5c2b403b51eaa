//! The rules that the compiler enforces: one case per rule, named as the rule.
//!
//! The expected messages belong to the pinned toolchain. When it changes, run
//! `TRYBUILD=overwrite cargo test -p asl --test compile_fail`, and read the difference: a message that no
//! longer says what to do is a finding, not an update.
//!
//! Messages are in the terms of a workflow where the compiler allows it. It does not for a missing or misspelt field,
//! where the message names the companion only, nor for a value that is read outside of its branch, which it calls a borrow.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_compiler_refuses_what_does_not_fit() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/fail/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}

#[test]
fn every_rule_is_published() {
    let page = include_str!("../src/lib.rs");

    let cases = sources("ui/fail").into_iter();
    let cases = cases.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let tests: Vec<_> = sources("build").into_iter().flat_map(tests_in).collect();
    assert!(tests.len() > 30, "the tests of `build` are elsewhere");
    for rule in cases.chain(tests) {
        assert!(
            page.contains(&format!("`{rule}`")),
            "{rule} is not on the front page"
        );
    }
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

fn tests_in(file: PathBuf) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let tests = text.split("#[test]\nfn ").skip(1);
    tests
        .map(|test| test.split('(').next().unwrap().to_owned())
        .collect()
}
