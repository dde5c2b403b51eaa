//! Times, rounds and events.

use std::time::Duration;

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn a_bound_is_in_whole_seconds() {
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
            "Store: its time-out of 7.5s is not in whole seconds from 1 to 99999999",
            "Store: nothing can complete this callback: its payload has no task token",
        ]
    );
    assert_eq!(
        diagnostics(|_| wait("Rest", Duration::from_millis(1500)).then(|_| unstored("Rested"))),
        ["Rest: its wait of 1.5s is not in whole seconds"]
    );
}

#[test]
fn a_function_runs_for_15_minutes_at_the_most() {
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

    let what = "its function may run for longer than the 15 minutes that Lambda gives one";
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.message == what));
}

#[test]
fn a_map_runs_something_at_once() {
    assert_eq!(
        diagnostics(|_| {
            map_each("Each", literal(vec![1, 2]), |_| unstored("One"))
                .concurrency(0)
                .and_then(|_| unstored("Done"))
        }),
        ["Each: 0 runs at once stand for no bound"]
    );
}

#[test]
fn a_callback_waits_longer_than_its_function_runs() {
    assert_eq!(
        diagnostics(|_| {
            Ask::callback(AskInputFields { token: task_token() })
                .within(Duration::from_secs(4))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: its time-out of 4s ends it while its function may still run, for 5s"]
    );
}

#[test]
fn a_task_takes_no_longer_than_its_workflow() {
    assert_eq!(
        diagnostics(|_| {
            Ask::callback(AskInputFields { token: task_token() })
                .within(Duration::from_hours(1))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: it may take longer than Register as a whole"]
    );
}

#[test]
fn retries_have_a_longest_delay_above_their_interval() {
    let retry = Retry::default()
        .interval(Duration::from_secs(10))
        .max_delay(Duration::from_secs(10));
    assert_eq!(
        diagnostics(|user| store(user).retry(retry).catch_all(|_| unstored("Any"))),
        ["Store: the longest delay must be whole seconds, and longer than the interval"]
    );
}

#[test]
fn retries_end_before_the_workflow_does() {
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .retry(Retry::default().max_retries(60))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: with its retries it may take 38 min 11 s, longer than Register as a whole"]
    );
    // Heartbeats may end at any time, so that an attempt whose silence is retried counts with all of its own.
    assert_eq!(
        diagnostics(|_| {
            Ask::callback(AskInputFields { token: task_token() })
                .heartbeat(Duration::from_secs(30))
                .within(Duration::from_mins(2))
                .retry_on(HeartbeatTimeout, Retry::default().max_retries(4))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: with its retries it may take 11 min 36 s, longer than Register as a whole"]
    );
}

#[test]
fn the_longest_way_ends_before_the_workflow_does() {
    let long_retry = || Retry::default().max_retries(11);
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .retry(long_retry())
                .catch_all(|_| unstored("Any"))
                .and_then(|_| {
                    store(user)
                        .named("Again")
                        .retry(long_retry())
                        .catch_all(|_| unstored("AnyAgain"))
                })
        }),
        [
            "Register: its longest way may take 11 min 2 s, and its TIMEOUT ends it after 10 min, amid its retries"
        ]
    );
}

#[test]
fn a_history_has_at_most_25000_events() {
    assert_eq!(
        diagnostics(|_| {
            repeat_until(
                "Loop",
                10_000,
                |_: Round<'_, StoreOutput>| unstored("Turn"),
                |turn| turn.version.eq(1),
            )
            .exhausted(|_| unstored("Enough"))
            .and_then(|_| unstored("Done"))
        }),
        ["Register: its history may get 40006 events, and an execution has 25000 at the most"]
    );
}

#[test]
fn a_loop_has_rounds() {
    assert_eq!(
        diagnostics(|_| {
            repeat_until(
                "Loop",
                0,
                |_: Round<'_, StoreOutput>| unstored("Turn"),
                |turn| turn.version.eq(1),
            )
            .exhausted(|_| unstored("Enough"))
            .and_then(|_| unstored("Done"))
        }),
        ["Loop: it has no rounds"]
    );
}

#[test]
fn express_workflows_wait_for_nobody_and_end_in_five_minutes() {
    enum Slow {}
    impl Function for Slow {
        const NAME: &'static str = "Slow";
        const TIMEOUT: Duration = Duration::from_hours(1);
        type Input = RegisterInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }
    let waits = |_: Expr<'_, RegisterInput>| {
        wait("Rest", Duration::from_mins(6)).then(|_| {
            Register::run(RegisterInputFields {
                user_id: literal(UserId("a".to_owned())),
                address: literal(Address("b".to_owned())),
            })
            .catch_all(|_| unstored("Any"))
        })
    };

    let diagnostics = Slow::define(waits).express().build().unwrap_err().diagnostics;

    let what: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| (&*diagnostic.state, &*diagnostic.message))
        .collect();

    assert_eq!(
        what,
        [
            (
                "Slow",
                "its TIMEOUT is longer than the five minutes that an Express workflow has"
            ),
            (
                "Rest",
                "it waits longer than the five minutes that an Express execution has"
            ),
            (
                "Register",
                "an Express execution cannot wait for another workflow"
            ),
        ]
    );

    let mapped = |retry: Retry| {
        Slow::define(move |input| {
            let items = Source::list(literal(vec![1]));
            let hand_over = |_: Each<'_, i32>| input;
            distributed_map("Each", items, hand_over, move |input| {
                store(input).retry(retry).catch_all(|_| unstored("One"))
            })
            .express()
            .catch_all(|_| unstored("NotRun"))
            .and_then(|_| unstored("Run"))
        })
    };

    assert!(mapped(Retry::default()).build().is_ok());
    assert_eq!(
        mapped(Retry::default().max_retries(20))
            .build()
            .unwrap_err()
            .diagnostics[0]
            .message,
        "with retries one of its executions may take 11 min 31 s, longer than the five minutes that an Express one has"
    );
}
