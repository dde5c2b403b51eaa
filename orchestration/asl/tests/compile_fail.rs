//! The rules that the compiler enforces: one case per rule, named as the rule.
//!
//! The expected messages belong to the pinned toolchain. When it changes, run
//! `TRYBUILD=overwrite cargo test -p asl --test compile_fail`, and read the difference: a message that no
//! longer says what to do is a finding, not an update.
//!
//! Where the compiler lets us choose the words, they are a workflow's. It does not for a field that is missing or
//! misspelt, whose message names the companion alone, nor for a value that leaves its branch, which it calls a borrow.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[test]
fn the_compiler_refuses_what_does_not_fit() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/fail/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}

#[test]
fn every_rule_is_published() {
    let page = include_str!("../src/lib.rs");

    let cases = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui/fail")).unwrap();
    let cases = cases
        .map(|case| case.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"));
    let cases = cases.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let tests = include_str!("build.rs").split("#[test]\nfn ").skip(1);
    let tests = tests.map(|test| test.split('(').next().unwrap().to_owned());
    for rule in cases.chain(tests) {
        assert!(
            page.contains(&format!("`{rule}`")),
            "{rule} is not on the front page"
        );
    }
}
