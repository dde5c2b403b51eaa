//! Retry policies.

use asl::*;

use super::*;

#[test]
fn retry_delays_exceed_the_interval() {
    let retry = Retry::default()
        .interval(Duration::from_secs(10))
        .max_delay(Duration::from_secs(10));
    assert_eq!(
        diagnostics(|user| store(user).retry(retry).catch_all(|_| unstored("Any"))),
        [
            "Store: its longest delay of 10 s between retries is not a number of whole seconds above its interval of 10 s"
        ]
    );
}

#[test]
fn an_error_has_one_retry_policy() {
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .retry_on(Timeout, Retry::default())
                .retry_on(Timeout, Retry::default().max_retries(1))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: it has two retry policies for States.Timeout"]
    );
    assert_eq!(
        diagnostics(|user| {
            let retried = store(user).retry(Retry::default());
            retried
                .retry(Retry::default().max_retries(1))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: it has two `retry`"]
    );
}
