//! Reachability of states.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn every_state_is_reachable() {
    assert_eq!(
        diagnostics(|_| {
            fail::<StoreOutput, _>("Broken", store_error::StoreUnavailable, "broken")
                .then(|_| unstored("Never"))
        }),
        ["Never: nothing leads to it: the step before it always ends or fails"]
    );
}

#[test]
fn succeed_is_the_last_of_its_level() {
    assert_eq!(
        diagnostics(
            |_| succeed("Early", StoreOutputFields { version: literal(1) }).then(|_| unstored("Late"))
        ),
        ["Late: nothing leads to it: the step before it always ends or fails"]
    );
    assert_eq!(
        diagnostics(|user| {
            choose("Which")
                .when(
                    user.user_id.eq(UserId("a".to_owned())),
                    succeed("Early", StoreOutputFields { version: literal(1) }),
                )
                .otherwise(unstored("On"))
                .then(|_| unstored("Late"))
        }),
        ["Early: it ends the workflow, or the branch, although other steps follow"]
    );
}

#[test]
fn conditions_are_not_repeated() {
    assert_eq!(
        diagnostics(|user| {
            store(user).catch_all(|_| unstored("Any")).and_then(|stored| {
                choose("Which")
                    .when(stored.version.eq(1), unstored("First"))
                    .when(stored.version.eq(2), unstored("Second"))
                    .when(stored.version.eq(1), unstored("FirstAgain"))
                    .otherwise(unstored("Other"))
            })
        }),
        ["Which: its rule 3 has the condition of its rule 1, and never applies"]
    );
}
