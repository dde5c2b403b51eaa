//! Times, rounds and events.

use std::time::Duration;

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn a_bound_is_in_whole_seconds() {
    assert_eq!(
        problems(|user| {
            callback::<Store>(StoreInputExpr {
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
        problems(|_| wait("Rest", Duration::from_millis(1500)).then(|_| unstored("Rested"))),
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

    let problems = workflow::<Archive, _>(|input| {
        task::<Archive>(input)
            .retry(Retry::default().attempts(0))
            .catch_all(|_| unstored("NotArchived"))
    });

    let problems = problems.build().unwrap_err().problems;

    let what = "its function may run for longer than the 15 minutes that Lambda gives one";
    assert!(problems.iter().any(|problem| problem.what == what));
}

#[test]
fn a_map_runs_something_at_once() {
    assert_eq!(
        problems(|_| {
            map_each("Each", literal(vec![1, 2]), |_| unstored("One"))
                .concurrency(0)
                .then(|_| unstored("Done"))
        }),
        ["Each: 0 runs at once stand for no bound"]
    );
}

#[test]
fn a_callback_waits_longer_than_its_function_runs() {
    assert_eq!(
        problems(|_| {
            callback::<Ask>(AskInputExpr { token: task_token() })
                .within(Duration::from_secs(4))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: its time-out of 4s ends it while its function may still run, for 5s"]
    );
}

#[test]
fn a_task_takes_no_longer_than_its_workflow() {
    assert_eq!(
        problems(|_| {
            callback::<Ask>(AskInputExpr { token: task_token() })
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
        problems(|user| store(user).retry(retry).catch_all(|_| unstored("Any"))),
        ["Store: the longest delay must be whole seconds, and longer than the interval"]
    );
}

#[test]
fn retries_end_before_the_workflow_does() {
    assert_eq!(
        problems(|user| {
            store(user)
                .retry(Retry::default().attempts(60))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: with its retries it may take 38 min 11 s, longer than Register as a whole"]
    );
    // Heartbeats may end at any time, so that an attempt whose silence is retried counts with all of its own.
    assert_eq!(
        problems(|_| {
            callback::<Ask>(AskInputExpr { token: task_token() })
                .heartbeat(Duration::from_secs(30))
                .within(Duration::from_mins(2))
                .retry_on(HeartbeatTimeout, Retry::default().attempts(4))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: with its retries it may take 11 min 36 s, longer than Register as a whole"]
    );
}

#[test]
fn the_longest_way_ends_before_the_workflow_does() {
    let patient = || Retry::default().attempts(11);
    assert_eq!(
        problems(|user| {
            store(user)
                .retry(patient())
                .catch_all(|_| unstored("Any"))
                .then(|_| {
                    store(user)
                        .named("Again")
                        .retry(patient())
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
        problems(|_| {
            repeat_until(
                "Loop",
                10_000,
                |_: Round<'_, StoreOutput>| unstored("Turn"),
                |turn| turn.version.is(1),
            )
            .exhausted(|_| unstored("Enough"))
            .then(|_| unstored("Done"))
        }),
        ["Register: its history may get 40006 events, and an execution has 25000 at the most"]
    );
}

#[test]
fn a_loop_has_rounds() {
    assert_eq!(
        problems(|_| {
            repeat_until(
                "Loop",
                0,
                |_: Round<'_, StoreOutput>| unstored("Turn"),
                |turn| turn.version.is(1),
            )
            .exhausted(|_| unstored("Enough"))
            .then(|_| unstored("Done"))
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
            run_workflow::<Register>(RegisterInputExpr {
                user_id: literal(UserId("a".to_owned())),
                address: literal(Address("b".to_owned())),
            })
            .catch_all(|_| unstored("Any"))
        })
    };

    let problems = workflow::<Slow, _>(waits).express().build().unwrap_err().problems;

    let what: Vec<_> = problems
        .iter()
        .map(|problem| (&*problem.state, &*problem.what))
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
        workflow::<Slow, _>(move |input| {
            let items = Source::list(literal(vec![1]));
            let hand_over = |_: Each<'_, i32>| input;
            distributed_map("Each", items, hand_over, move |input| {
                store(input).retry(retry).catch_all(|_| unstored("One"))
            })
            .express()
            .catch_all(|_| unstored("NotRun"))
            .then(|_| unstored("Run"))
        })
    };

    assert!(mapped(Retry::default()).build().is_ok());
    assert_eq!(
        mapped(Retry::default().attempts(20))
            .build()
            .unwrap_err()
            .problems[0]
            .what,
        "with retries one of its executions may take 11 min 31 s, longer than the five minutes that an Express one has"
    );
}
