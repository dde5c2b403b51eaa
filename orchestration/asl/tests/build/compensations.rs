//! Compensations of sagas.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn compensated_steps_are_in_a_saga() {
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .catch_all(|_| unstored("Any"))
                .compensate(|stored| undo("Forget", stored))
                .then(|_| unstored("Done"))
        }),
        ["Forget: it compensates a step that is not in a saga of its own level"]
    );
}

#[test]
fn every_compensation_is_reachable() {
    assert_eq!(
        diagnostics(|user| {
            let body = store(user)
                .compensate(|stored| undo("Forget", stored))
                .then(|_| unstored("Done"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Forget: nothing leads to this compensation: no later step of its saga can fail"]
    );
}

#[test]
fn compensations_continue_to_the_next() {
    assert_eq!(
        diagnostics(|user| {
            let body = store(user)
                .compensate(|_| fail::<StoreOutput, _>("Broken", store_error::StoreUnavailable, "broken"))
                .then(|_| store(user).named("Again"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Broken: it ends the workflow inside of a compensation, so the remaining compensations never run"]
    );
}

#[test]
fn errors_of_compensations_are_handled() {
    let body = |user: Expr<'_, RegisterInput>| {
        store(user)
            .compensate(|_| store(user).named("Forget"))
            .then(|_| store(user).named("Again"))
    };

    assert_eq!(
        diagnostics(|user| saga(body(user)).catch_all(|_| unstored("Any"))),
        ["Forget: it has no handler for errors that no `catch` names"]
    );
    let told = Register::define(|user| {
        saga(body(user)).catch_all_with_undos(|_, not_undone| {
            choose("AllUndone")
                .when(not_undone.is_some(), unstored("InPart"))
                .otherwise(unstored("Any"))
        })
    });
    assert!(told.build().is_ok());
}

#[test]
fn compensate_begun_wraps_no_compensation() {
    assert_eq!(
        diagnostics(|user| {
            let body = store(user)
                .compensate(|stored| undo("Forget", stored))
                .then(|_| store(user).named("Again"))
                .compensate_begun(unstored("ForgetAgain"))
                .then(|_| store(user).named("Last"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["ForgetAgain: `compensate_begun` may not wrap a step that has its own compensation"]
    );
}

#[test]
fn compensations_do_not_depend_on_the_path() {
    assert_eq!(
        diagnostics(|user| {
            let body = store(user).and_then(|stored| {
                choose("Which")
                    .when(
                        stored.version.eq(1),
                        store(user)
                            .named("Again")
                            .compensate(|again| undo("Forget", again)),
                    )
                    .otherwise(unstored("Once"))
                    .then(|_| store(user).named("Last"))
            });
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Which: its paths have different compensations where they join"]
    );
}

#[test]
fn rounds_add_no_compensations() {
    assert_eq!(
        diagnostics(|user| {
            let body = repeat_until(
                "Loop",
                3,
                |_: Round<'_, StoreOutput>| store(user).compensate(|stored| undo("Forget", stored)),
                |turn| turn.version.eq(1),
            )
            .exhausted(|_| unstored("Enough"))
            .and_then(|_| store(user).named("Again"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Loop: each of its rounds would add the same compensation again"]
    );
}
