//! Errors and their handlers.

use asl::*;

use super::fixtures::*;
use super::*;

#[test]
fn every_error_is_handled() {
    assert_eq!(
        diagnostics(|user| store(user).catch(Timeout, |_| unstored("Late"))),
        ["Store: it has no handler for errors that no `catch` names"]
    );
}

#[test]
fn a_group_handles_errors_of_its_steps() {
    let handled = Register::define(|user| {
        parallel("Both", (store(user), unstored("Other")))
            .catch_all(|_| fail("Failed", store_error::StoreUnavailable, "a branch failed"))
            .and_then(|_| unstored("Done"))
    });

    assert!(handled.build().is_ok());
    assert_eq!(
        diagnostics(|user| {
            let users = Source::list(literal(Vec::<RegisterInput>::new()));
            distributed_map("Each", users, |each| each.item, |_| unstored("One"))
                .and_then(|_| store(user).catch_all(|_| unstored("Any")))
        }),
        ["Each: it has no handler for errors that no `catch` names"]
    );
}

#[test]
fn catch_all_is_last() {
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .catch_all(|_| unstored("Any"))
                .catch(Timeout, |_| unstored("Late"))
        }),
        ["Store: its `catch` of States.Timeout is never reached: it comes after `catch_all`"]
    );
}

#[test]
fn an_error_is_caught_once() {
    assert_eq!(
        diagnostics(|user| {
            store(user)
                .catch(Timeout, |_| unstored("Late"))
                .catch(Timeout, |_| unstored("Later"))
                .catch_all(|_| unstored("Any"))
        }),
        ["Store: it catches States.Timeout twice"]
    );
}

fn ask() -> Callback<Ask> {
    Ask::callback(AskInputFields { token: task_token() })
}

#[test]
fn heartbeat_errors_need_a_heartbeat() {
    let minute = Duration::from_mins(1);
    assert_eq!(
        diagnostics(|_| {
            ask()
                .within(minute)
                .catch(HeartbeatTimeout, |_| unstored("Silent"))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: it handles `HeartbeatTimeout`, and has no heartbeat that could time out"]
    );
    assert_eq!(
        diagnostics(|_| {
            ask()
                .heartbeat(minute / 2)
                .within(minute)
                .catch(Timeout, |_| unstored("Late"))
                .catch(HeartbeatTimeout, |_| unstored("Silent"))
                .catch_all(|_| unstored("Any"))
        }),
        ["Ask: its `catch` of States.HeartbeatTimeout is never reached: that of States.Timeout includes it"]
    );
}

#[test]
fn workflows_fail_with_declared_errors() {
    assert_eq!(
        diagnostics(|_| fail::<StoreOutput, _>("Gone", notify_error::EndpointGone, "gone")),
        ["Gone: it fails with EndpointGone, which Register does not declare"]
    );
}
