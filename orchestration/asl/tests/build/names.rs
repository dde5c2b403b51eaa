//! Names and comments.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn state_names_are_unique() {
    assert_eq!(
        diagnostics(|user| {
            parallel(
                "Both",
                (store(user).catch_all(|_| unstored("Same")), unstored("Same")),
            )
            .and_then(|(stored, _)| {
                pass(
                    "Done",
                    StoreOutputFields {
                        version: stored.version,
                    },
                )
            })
        }),
        ["Same: two states have this name"]
    );
}

#[test]
fn state_names_have_allowed_characters() {
    assert_eq!(
        diagnostics(|_| unstored("Not stored!")),
        ["Not stored!: its name has a character that is not allowed"]
    );
}

#[test]
fn state_names_have_at_most_80_characters() {
    let longest = "x".repeat(80);
    assert!(Register::define(|_| unstored(&longest)).build().is_ok());

    let longer = "x".repeat(81);
    assert_eq!(
        diagnostics(|_| unstored(&longer)),
        [format!("{longer}: its name is longer than 80 characters")]
    );
}

#[test]
fn generated_names_are_free() {
    assert_eq!(
        diagnostics(|user| {
            parallel(
                "First",
                (store(user).catch_all(|_| unstored("Any")), unstored("Other")),
            )
            .and_then(|(one, _)| {
                let again = |name: &str| pass(name, StoreOutputFields { version: one.version });
                parallel("Second", (again("Left"), again("Right"))).and_then(|(left, _)| {
                    pass(
                        "FirstResults",
                        StoreOutputFields {
                            version: left.version,
                        },
                    )
                })
            })
        }),
        [
            "FirstResults: a generated state needs this name: for the results of a parallel, or the rounds of a loop"
        ]
    );
}

#[test]
fn substitutions_are_letters_and_digits() {
    enum Fetch {}
    impl Function for Fetch {
        const NAME: &'static str = "fetch-it";
        const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);
        type Input = RegisterInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }
    assert_eq!(
        diagnostics(|user| Fetch::call(user).named("Fetch").catch_all(|_| unstored("Any"))),
        ["Fetch: `${fetch-itFunctionArn}` is no valid substitution: its name has to be letters and digits"]
    );
}

#[test]
fn comments_have_no_substitution() {
    assert_eq!(
        diagnostics(|user| store(user).comment("see ${X}").catch_all(|_| unstored("Any"))),
        ["Store: its comment contains `${`, which CloudFormation would substitute"]
    );
}
