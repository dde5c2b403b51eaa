//! The definition runs in the simulator, in virtual time, with a mock for each function.

use std::convert::Infallible;
use std::time::Duration;

use asl::analysis::worst_case;
use refunds::workflow::refund;
use serde_json::{Value, json};
use simulator::scripted::{ScriptedEvent, run_to_end};
use simulator::{Execution, Machine, Start, TaskCall, TaskEvent};

const HOUR: Duration = Duration::from_hours(1);

/// Runs the workflow until it ends. `mock` returns the result of each call of a function.
fn run(cents: u64, mock: impl Fn(&TaskCall) -> TaskEvent) -> Execution {
    let definition = refund().build().unwrap().to_json().unwrap();
    let machine = Machine::from_json(&definition).unwrap();
    let input = json!({"order": "o-1", "email": "ada@example.com", "cents": cents, "reason": "Late"});
    let mut execution = Execution::start(machine, Start::new("refund-1", input));
    let Ok(()) = run_to_end(&mut execution, Vec::new(), |call| {
        let after = if call.task_token.is_some() {
            3 * HOUR
        } else {
            Duration::from_secs(1)
        };
        Ok::<_, Infallible>(vec![(after, ScriptedEvent::Task(mock(call)))])
    });
    execution
}

fn returns(call: &TaskCall, output: Value) -> TaskEvent {
    TaskEvent::Succeeded { id: call.id, output }
}

fn fails(call: &TaskCall, error: &str) -> TaskEvent {
    TaskEvent::Failed {
        id: call.id,
        error: error.to_owned(),
        cause: String::new(),
    }
}

/// All functions succeed, and this is the clerk's verdict.
fn succeeds(call: &TaskCall, verdict: &str) -> TaskEvent {
    match &*call.state {
        "AskClerk" => TaskEvent::TokenSucceeded {
            token: call.task_token.clone().unwrap(),
            output: json!({"verdict": verdict}),
        },
        "PayBack" => returns(call, json!({"receipt": "r-1"})),
        _ => returns(call, json!({})),
    }
}

#[test]
fn a_small_refund_is_paid_at_once() {
    let execution = run(1_200, |call| succeeds(call, "Rejected"));

    let output = execution.status().output().unwrap();
    assert_eq!(*output, json!({"outcome": "Refunded", "receipt": "r-1"}));
    assert_eq!(execution.now() - execution.started_at(), Duration::from_secs(1));
}

#[test]
fn a_clerk_decides_on_a_large_one() {
    let execution = run(90_000, |call| succeeds(call, "Rejected"));

    assert_eq!(execution.status().output().unwrap()["outcome"], "Rejected");
    assert_eq!(execution.now() - execution.started_at(), 3 * HOUR);
}

#[test]
fn a_lost_mail_does_not_stop_the_refund() {
    let execution = run(1_200, |call| match &*call.state {
        "SendMail" => fails(call, "MailboxFull"),
        _ => succeeds(call, "Approved"),
    });

    assert_eq!(execution.status().output().unwrap()["outcome"], "Refunded");
}

#[test]
fn an_unavailable_bank_fails_the_execution_with_its_declared_error() {
    let execution = run(1_200, |call| match &*call.state {
        "PayBack" => fails(call, "BankUnavailable"),
        _ => succeeds(call, "Approved"),
    });

    assert_eq!(execution.status().error(), Some("RefundFailed"));
}

#[test]
fn the_time_out_is_above_the_worst_case() {
    let machine = refund().build().unwrap();

    let longest = worst_case(&machine, &refund().hints()).unwrap();

    assert!(longest > 48 * HOUR && longest < 50 * HOUR, "{longest:?}");
}
