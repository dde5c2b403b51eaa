//! Express executions.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn express_executions_do_not_wait() {
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
        "with retries one of its executions may take 11 min 31 s, longer than the 5 min that an Express execution has"
    );
}
