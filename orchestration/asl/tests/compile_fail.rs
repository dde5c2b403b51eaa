//! The rules that the compiler enforces: one case per rule, named as the rule.
//!
//! The expected messages belong to the pinned toolchain. When it changes, run
//! `TRYBUILD=overwrite cargo test -p asl --test compile_fail`, and read the difference: a message that no
//! longer says what to do is a finding, not an update.
//!
//! Where the compiler lets us choose the words, they are a workflow's. It does not for a field that is missing or
//! misspelt, whose message names the companion alone, nor for a value that leaves its branch, which it calls a borrow.

#[test]
fn the_compiler_refuses_what_does_not_fit() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/fail/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
