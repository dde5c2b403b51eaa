//! Longest paths and histories.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn retries_end_before_the_workflow() {
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .retry(Retry::default().max_retries(60))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: with its retries it may take 38 min 11 s, longer than the TIMEOUT of Register, 10 min"]
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
        ["Ask: with its retries it may take 11 min 36 s, longer than the TIMEOUT of Register, 10 min"]
    );
}

#[test]
fn the_longest_path_ends_before_the_workflow() {
    enum Slow {}
    impl Function for Slow {
        const NAME: &'static str = "Slow";
        const TIMEOUT: Duration = Duration::from_hours(72);
        type Input = RegisterInput;
        type Output = StoreOutput;
        type Error = StoreError;
    }

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
        ["Register: its longest path may take 11 min 2 s with retries, longer than its TIMEOUT of 10 min"]
    );

    // Figures that would round to the same are given in full.
    let workflow = Slow::define(|user| {
        wait("Rest", Duration::from_hours(72)).then(|_| store(user).catch_all(|_| unstored("Any")))
    });

    let [diagnostic] = &workflow.build().unwrap_err().diagnostics[..] else {
        panic!("there is one");
    };
    assert_eq!(
        (&*diagnostic.message, &*diagnostic.help),
        (
            "its longest path may take 3 d 1 min 31 s with retries, longer than its TIMEOUT of 3 d",
            "set the TIMEOUT to at least 3 d 2 min, or lower the retries or timeouts on that path"
        )
    );
}

#[test]
fn histories_have_at_most_25000_events() {
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
        ["Register: its history may have 40,006 events, and an execution has at most 25,000"]
    );
}
