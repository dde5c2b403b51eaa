//! Reads of values.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn values_are_read_in_their_scope() {
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
        ["Leaked: it reads a value that is not in scope here"]
    );
}

#[test]
fn optional_values_are_read_where_they_are_present() {
    assert_eq!(
        diagnostics(|user| {
            store(user).catch_all(|_| unstored("Any")).and_then(|stored| {
                let maybe = stored.version.eq(1).if_else(stored.some(), none());
                let mut kept = None;
                choose("IsFirst")
                    .when_some(maybe, |first| {
                        kept = Some(first);
                        undo("First", first)
                    })
                    .otherwise(undo("Later", kept.unwrap()))
            })
        }),
        ["Later: it reads an optional value outside of the `when_some` that checks it"]
    );
}

#[test]
fn steps_stay_in_their_workflow() {
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
fn callbacks_pass_their_task_token() {
    assert_eq!(
        diagnostics(|user| {
            Store::callback(StoreInputFields {
                user_id: user.user_id,
                address: user.address,
            })
            .within(Duration::from_mins(1))
            .catch_all(|_| unstored("Any"))
        }),
        ["Store: nothing can complete this callback: its payload has no task token"]
    );
}
