//! What is undone.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn an_undo_stands_in_a_saga() {
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .catch_all(|_| unstored("Any"))
                .compensate(|stored| undo("Forget", stored))
                .then(|_| unstored("Done"))
        }),
        ["Forget: it is to undo a step that stands in no saga of its own level"]
    );
}

#[test]
fn every_undo_is_reached() {
    assert_eq!(
        diagnostics(|user| {
            let body = store(user)
                .compensate(|stored| undo("Forget", stored))
                .then(|_| unstored("Done"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Forget: nothing leads to it: no step of its saga can fail where it would be next"]
    );
}

#[test]
fn an_undo_leads_on_to_the_next() {
    assert_eq!(
        diagnostics(|user| {
            let body = store(user)
                .compensate(|_| fail::<StoreOutput, _>("Broken", store_error::StoreUnavailable, "broken"))
                .then(|_| store(user).named("Again"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["Broken: it ends the workflow, so that what was done before it is never undone"]
    );
}

#[test]
fn an_undo_answers_its_own_errors_unless_the_handler_is_told() {
    let body = |user: Expr<'_, RegisterInput>| {
        store(user)
            .compensate(|_| store(user).named("Forget"))
            .then(|_| store(user).named("Again"))
    };

    assert_eq!(
        diagnostics(|user| saga(body(user)).catch_all(|_| unstored("Any"))),
        ["Forget: it has no answer to errors that no `catch` names"]
    );
    let told = Register::define(|user| {
        saga(body(user)).catch_all_with_undos(|_, not_undone| {
            choose("AllUndone")
                .when(not_undone.is_present(), unstored("InPart"))
                .otherwise(unstored("Any"))
        })
    });
    assert!(told.build().is_ok());
}

#[test]
fn what_is_undone_as_begun_has_no_undos_of_its_own() {
    assert_eq!(
        diagnostics(|user| {
            let body = store(user)
                .compensate(|stored| undo("Forget", stored))
                .then(|_| store(user).named("Again"))
                .compensate_begun(unstored("ForgetAgain"))
                .then(|_| store(user).named("Last"));
            saga(body).catch_all(|_| unstored("Any"))
        }),
        ["ForgetAgain: it is to undo, as begun, what has undos of its own, which would run before it"]
    );
}

#[test]
fn ways_that_come_together_have_the_same_to_undo() {
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
        ["Which: its ways on leave different things to undo where they come together"]
    );
}

#[test]
fn a_round_leaves_nothing_to_undo() {
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
        ["Loop: a round leaves something to undo, and the next one the same again"]
    );
}
