//! What is read where, and what leads where.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn a_step_reads_only_what_is_bound_where_it_stands() {
    let mut kept = None;

    assert_eq!(
        diagnostics(|user| {
            let branch = store(user).catch_all(|_| unstored("Any")).and_then(|stored| {
                kept = Some(pass(
                    "Leaked",
                    StoreOutputFields {
                        version: stored.version,
                    },
                ));
                pass(
                    "Kept",
                    StoreOutputFields {
                        version: stored.version,
                    },
                )
            });
            parallel("Both", (kept.take().unwrap(), branch)).and_then(|(leaked, _)| {
                pass(
                    "Done",
                    StoreOutputFields {
                        version: leaked.version,
                    },
                )
            })
        }),
        ["Leaked: it reads a value that is not bound here"]
    );
}

#[test]
fn a_value_that_may_be_missing_is_read_where_it_is_there() {
    assert_eq!(
        diagnostics(|user| {
            store(user).catch_all(|_| unstored("Any")).and_then(|stored| {
                let maybe = stored.version.eq(1).select(stored.some(), none());
                let mut kept = None;
                choose("IsFirst")
                    .when_some(maybe, |first| {
                        kept = Some(first);
                        undo("First", first)
                    })
                    .otherwise(undo("Later", kept.unwrap()))
            })
        }),
        ["Later: it reads a value off the way on which it is there"]
    );
}

#[test]
fn a_step_of_one_workflow_has_no_place_in_another() {
    let mut kept = None;
    let _ = Register::define(|user| {
        kept = Some(store(user).catch_all(|_| unstored("Any")).into_step());
        unstored("Alone")
    });

    assert_eq!(
        diagnostics(|_| kept.take().unwrap()),
        ["Store: it reads the input of another workflow"]
    );
}

#[test]
fn only_callbacks_have_a_task_token() {
    assert_eq!(
        diagnostics(|_| Ask::call(AskInputFields { token: task_token() }).catch_all(|_| unstored("Any"))),
        ["Ask: it reads a task token, which only a callback has"]
    );
}

#[test]
fn nothing_stands_behind_what_always_fails() {
    assert_eq!(
        diagnostics(|_| {
            fail::<StoreOutput, _>("Broken", store_error::StoreUnavailable, "broken")
                .then(|_| unstored("Never"))
        }),
        ["Never: nothing leads to it: what stands before it always ends or fails"]
    );
}

#[test]
fn a_succeed_is_the_last_of_its_level() {
    assert_eq!(
        diagnostics(
            |_| succeed("Early", StoreOutputFields { version: literal(1) }).then(|_| unstored("Late"))
        ),
        ["Late: nothing leads to it: what stands before it always ends or fails"]
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
        ["Early: it ends the workflow, or the branch, where others follow"]
    );
}
