//! Retry, Catch and timeouts.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Command, EpochMillis, EventType, TaskEvent, TaskEventError};

use crate::support::{fail, has, machine, next_task, output, skip, start, start_with, succeed, task};

fn with_retry(retry: Value) -> simulator::Machine {
    machine("Call", json!({"Call": task(json!({"Retry": retry}))}))
}

fn with_catch(catch: Value) -> simulator::Machine {
    let states = json!({
        "Call": task(json!({"Next": "Done", "Catch": catch})),
        "Done": {"Type": "Succeed"},
        "Caught": {"Type": "Pass", "Output": "{% ['caught', $states.input] %}", "End": true},
        "Other": {"Type": "Pass", "Output": "other", "End": true},
    });
    machine("Call", states)
}

#[test]
fn retries_back_off_up_to_max_delay_seconds() {
    let retry = json!([{
        "ErrorEquals": ["Busy"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 10, "MaxAttempts": 3,
    }]);
    let mut execution = start(with_retry(retry), json!({}));

    let mut pauses = Vec::new();
    for attempt in 0..3 {
        let call = next_task(&mut execution);
        assert_eq!(call.retry_count, attempt);
        let now = execution.now();
        let busy = TaskEvent::Failed {
            id: call.id,
            error: "Busy".to_owned(),
            cause: String::new(),
        };
        execution.handle(now, busy).unwrap();
        pauses.push(skip(&mut execution).as_secs());
    }
    fail(&mut execution, "Busy");

    assert_eq!(pauses, [2, 6, 10]);
    assert_eq!(execution.status().error(), Some("Busy"));
}

#[test]
fn full_jitter_stays_within_the_interval_and_spreads() {
    let retry = json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 8, "JitterStrategy": "FULL"}]);
    let machine = with_retry(retry);

    let pauses: Vec<Duration> = (0..200)
        .map(|seed| {
            let mut execution = start_with(machine.clone(), json!({}), seed);
            fail(&mut execution, "Busy");
            skip(&mut execution)
        })
        .collect();

    assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(8)));
    assert!(pauses.iter().any(|pause| *pause < Duration::from_secs(2)));
    assert!(pauses.iter().any(|pause| *pause > Duration::from_secs(6)));
}

#[test]
fn each_retrier_counts_for_itself_and_the_first_that_matches_decides() {
    let retry = json!([
        {"ErrorEquals": ["Busy"], "MaxAttempts": 1, "IntervalSeconds": 1},
        {"ErrorEquals": ["Never"], "MaxAttempts": 0},
        {"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 5},
    ]);
    let mut execution = start(with_retry(retry.clone()), json!({}));
    fail(&mut execution, "Busy");
    assert_eq!(skip(&mut execution), Duration::from_secs(1));
    fail(&mut execution, "Other");
    assert_eq!(skip(&mut execution), Duration::from_secs(5));
    fail(&mut execution, "Busy");
    assert_eq!(execution.status().error(), Some("Busy"));

    let mut execution = start(with_retry(retry), json!({}));
    fail(&mut execution, "Never");
    assert_eq!(execution.status().error(), Some("Never"));
}

#[test]
fn a_catch_matches_an_error_name_and_reads_the_error() {
    let catch = json!([
        {"ErrorEquals": ["Broken"], "Next": "Caught"},
        {"ErrorEquals": ["States.ALL"], "Next": "Other"},
    ]);

    let mut by_name = start(with_catch(catch.clone()), json!({"a": 1}));
    fail(&mut by_name, "Broken");
    let mut by_all = start(with_catch(catch), json!({"a": 1}));
    fail(&mut by_all, "Whatever");

    assert_eq!(
        output(&by_name),
        json!(["caught", {"Error": "Broken", "Cause": "a cause"}])
    );
    assert_eq!(output(&by_all), json!("other"));
}

#[test]
fn a_catch_assigns_and_gives_its_own_output() {
    let states = json!({
        "Call": task(json!({"Catch": [{
            "ErrorEquals": ["States.TaskFailed"], "Next": "Caught",
            "Assign": {"why": "{% $states.errorOutput.Error %}"}, "Output": "{% $states.input %}",
        }]})),
        "Caught": {"Type": "Pass", "Output": "{% [$why, $states.input] %}", "End": true},
    });
    let mut execution = start(machine("Call", states), json!(7));

    fail(&mut execution, "Broken");

    assert_eq!(output(&execution), json!(["Broken", 7]));
}

#[test]
fn an_evaluation_that_fails_can_be_caught() {
    let states = json!({
        "Call": task(json!({
            "Output": "{% $states.result.missing %}",
            "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Caught"}],
        })),
        "Caught": {"Type": "Pass", "Output": "caught", "End": true},
    });
    let mut execution = start(machine("Call", states), json!({}));

    succeed(&mut execution, json!({}));

    assert_eq!(output(&execution), json!("caught"));
    assert!(has(&execution, EventType::EvaluationFailed));
}

#[test]
fn a_task_times_out_and_its_late_result_is_rejected() {
    let catch = json!([
        {"ErrorEquals": ["States.TaskFailed"], "Next": "Other"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Caught"},
    ]);
    let states = json!({
        "Call": task(json!({"Catch": catch, "TimeoutSeconds": "{% 2 + 3 %}"})),
        "Caught": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": true},
        "Other": {"Type": "Pass", "Output": "other", "End": true},
    });
    let mut execution = start(machine("Call", states), json!({}));
    let call = next_task(&mut execution);

    assert_eq!(call.timeout, Some(Duration::from_secs(5)));
    assert_eq!(skip(&mut execution), Duration::from_secs(5));

    assert_eq!(output(&execution), json!("States.Timeout"));
    assert!(matches!(execution.poll_command(), Some(Command::CancelTask { id }) if id == call.id));
    let late = TaskEvent::Succeeded {
        id: call.id,
        output: json!(1),
    };
    assert_eq!(
        execution.handle(EpochMillis::new(6000), late),
        Err(TaskEventError::TaskTimedOut)
    );
}

#[test]
fn a_result_at_the_time_of_the_timeout_is_in_time() {
    let mut execution = start(
        machine("Call", json!({"Call": task(json!({"TimeoutSeconds": 5}))})),
        json!({}),
    );
    let call = next_task(&mut execution);

    let event = TaskEvent::Succeeded {
        id: call.id,
        output: json!("just"),
    };
    execution.handle(EpochMillis::new(5000), event).unwrap();

    assert_eq!(output(&execution), json!("just"));
}
