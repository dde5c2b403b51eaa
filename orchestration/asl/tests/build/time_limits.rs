//! Timeouts, heartbeats and waits.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn times_are_in_whole_seconds() {
    assert_eq!(
        diagnostics(|user| {
            Store::callback(StoreInputFields {
                user_id: user.user_id,
                address: user.address,
            })
            .within(Duration::from_millis(7500))
            .catch_all(|_| unstored("Any"))
        }),
        [
            "Store: its timeout of 7 s 500 ms is not a number of whole seconds from 1 to 99,999,999",
            "Store: nothing can complete this callback: its payload has no task token",
        ]
    );
    assert_eq!(
        diagnostics(|_| wait("Rest", Duration::from_millis(1500)).then(|_| unstored("Rested"))),
        ["Rest: its wait of 1 s 500 ms is not a number of whole seconds from 1 to 99,999,999"]
    );
}

#[test]
fn timeouts_of_contracts_are_in_whole_seconds() {
    enum AtOnce {}
    impl Function for AtOnce {
        const NAME: &'static str = "AtOnce";
        const TIMEOUT: Duration = Duration::ZERO;
        type Input = RegisterInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }
    assert_eq!(
        diagnostics(|user| AtOnce::call(user).catch_all(|_| unstored("Any"))),
        ["AtOnce: its contract's TIMEOUT of 0 is not a number of whole seconds from 1 to 99,999,999"]
    );
}

#[test]
fn functions_run_for_at_most_15_minutes() {
    enum Archive {}
    impl Function for Archive {
        const NAME: &'static str = "Archive";
        const TIMEOUT: Duration = Duration::from_hours(1);
        type Input = RegisterInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }

    let diagnostics = Archive::define(|input| {
        Archive::call(input)
            .retry(Retry::default().max_retries(0))
            .catch_all(|_| unstored("NotArchived"))
    });

    let diagnostics = diagnostics.build().unwrap_err().diagnostics;

    let what = "its function's TIMEOUT is longer than the 15 minutes that Lambda allows";
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.message == what));
}

#[test]
fn callbacks_outlast_their_function() {
    assert_eq!(
        diagnostics(|_| {
            Ask::callback(AskInputFields { token: task_token() })
                .within(Duration::from_secs(4))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: its timeout of 4 s ends it while its function may still run, for 5 s"]
    );
}

#[test]
fn heartbeats_are_shorter_than_the_timeout() {
    assert_eq!(
        diagnostics(|_| {
            Ask::callback(AskInputFields { token: task_token() })
                .heartbeat(Duration::from_mins(1))
                .within(Duration::from_mins(1))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: its heartbeat is not a number of whole seconds from 1 to less than its timeout"]
    );
}

#[test]
fn tasks_fit_into_their_workflow() {
    assert_eq!(
        diagnostics(|_| {
            Ask::callback(AskInputFields { token: task_token() })
                .within(Duration::from_hours(1))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: its timeout of 1 h is longer than the TIMEOUT of Register, 10 min"]
    );
}
