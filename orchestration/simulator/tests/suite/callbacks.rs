//! Callback tasks.

use serde_json::{Value, json};
use simulator::{Command, EpochMillis, EventType, Execution, TaskCall, TaskEvent, TaskEventError, TaskToken};

use crate::support::{callback, has, machine, next_task, output, skip, start, types};

fn waiting(more: Value) -> (Execution, TaskCall, TaskToken) {
    let mut execution = start(machine("Ask", json!({"Ask": callback(more)})), json!({}));
    let call = next_task(&mut execution);
    let token = call.task_token.clone().unwrap();
    (execution, call, token)
}

fn completed(token: &TaskToken) -> TaskEvent {
    TaskEvent::TokenSucceeded {
        token: token.clone(),
        output: json!("clicked"),
    }
}

const NOW: EpochMillis = EpochMillis::new(1000);

#[test]
fn the_token_and_not_the_answer_completes_the_task() {
    let (mut execution, call, token) = waiting(json!({}));
    assert_eq!(call.payload(), &json!({"token": token.expose()}));

    execution
        .handle(
            NOW,
            TaskEvent::Succeeded {
                id: call.id,
                output: json!(null),
            },
        )
        .unwrap();
    assert!(execution.status().is_running() && has(&execution, EventType::TaskSubmitted));
    execution.handle(NOW, completed(&token)).unwrap();

    assert_eq!(output(&execution), json!("clicked"));
}

#[test]
fn a_token_completes_a_task_once() {
    let (mut execution, _, token) = waiting(json!({}));

    execution.handle(NOW, completed(&token)).unwrap();

    assert_eq!(
        execution.handle(NOW, completed(&token)),
        Err(TaskEventError::TaskTimedOut)
    );
    assert_eq!(
        types(&execution)
            .iter()
            .filter(|kind| **kind == EventType::TaskSucceeded)
            .count(),
        1
    );
}

#[test]
fn a_token_after_the_timeout_is_late() {
    let (mut execution, call, token) = waiting(json!({"TimeoutSeconds": 86400}));
    execution
        .handle(
            NOW,
            TaskEvent::Succeeded {
                id: call.id,
                output: json!(null),
            },
        )
        .unwrap();

    skip(&mut execution);

    assert_eq!(execution.status().error(), Some("States.Timeout"));
    assert_eq!(
        execution.handle(execution.now(), completed(&token)),
        Err(TaskEventError::TaskTimedOut)
    );
    // The integration has answered long ago, so there is nothing to cancel.
    assert!(execution.poll_command().is_none());
}

#[test]
fn a_token_that_was_never_issued_is_unknown_or_invalid() {
    let (mut execution, _, _) = waiting(json!({}));
    let mut other =
        crate::support::start_with(machine("Ask", json!({"Ask": callback(json!({}))})), json!({}), 99);
    let foreign = next_task(&mut other).task_token.unwrap();

    assert_eq!(
        execution.handle(NOW, completed(&foreign)),
        Err(TaskEventError::TaskDoesNotExist)
    );
    assert_eq!(
        execution.handle(NOW, completed(&"nonsense".into())),
        Err(TaskEventError::InvalidToken)
    );
    assert!(execution.status().is_running());
}

#[test]
fn an_integration_that_fails_fails_the_task_and_the_next_attempt_has_a_new_token() {
    let (mut execution, call, first) = waiting(json!({"Retry": [{"ErrorEquals": ["Busy"]}]}));

    let busy = TaskEvent::Failed {
        id: call.id,
        error: "Busy".to_owned(),
        cause: String::new(),
    };
    execution.handle(NOW, busy).unwrap();
    skip(&mut execution);
    let second = next_task(&mut execution).task_token.unwrap();

    assert_ne!(first, second);
    assert_eq!(
        execution.handle(execution.now(), completed(&first)),
        Err(TaskEventError::TaskTimedOut)
    );
    execution.handle(execution.now(), completed(&second)).unwrap();
    assert_eq!(output(&execution), json!("clicked"));
}

#[test]
fn a_token_can_fail_the_task() {
    let (mut execution, _, token) = waiting(json!({}));

    let refused = TaskEvent::TokenFailed {
        token,
        error: "Refused".to_owned(),
        cause: "no".to_owned(),
    };
    execution.handle(NOW, refused).unwrap();

    assert_eq!(execution.status().error(), Some("Refused"));
}

#[test]
fn a_token_may_come_before_the_integrations_answer() {
    let (mut execution, call, token) = waiting(json!({}));

    execution.handle(NOW, completed(&token)).unwrap();

    assert_eq!(output(&execution), json!("clicked"));
    let answer = TaskEvent::Succeeded {
        id: call.id,
        output: json!(null),
    };
    assert_eq!(execution.handle(NOW, answer), Err(TaskEventError::TaskTimedOut));
}

#[test]
fn heartbeats_keep_a_task_alive() {
    let (mut execution, _, token) = waiting(json!({"HeartbeatSeconds": 10}));

    for beat in 1..5 {
        let at = EpochMillis::new(beat * 9000);
        execution
            .handle(at, TaskEvent::TokenHeartbeat { token: token.clone() })
            .unwrap();
    }
    assert!(execution.status().is_running());
    skip(&mut execution);

    assert_eq!(execution.now(), EpochMillis::new(46_000));
    assert_eq!(execution.status().error(), Some("States.Timeout"));
}

/// The execution of a callback task, after the time of its heartbeat.
fn without_heartbeat(more: &Value) -> Execution {
    let mut fields = json!({"TimeoutSeconds": 60, "HeartbeatSeconds": 10, "Next": "Done"});
    fields
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let states = json!({"Ask": callback(fields), "Done": {"Type": "Succeed"}});
    let mut execution = start(machine("Ask", states), json!({}));
    next_task(&mut execution);
    skip(&mut execution);
    assert_eq!(execution.now(), EpochMillis::new(10_000));
    execution
}

#[test]
fn a_missed_heartbeat_is_reported_as_a_timeout_without_a_cause() {
    let execution = without_heartbeat(&json!({}));

    let details: Vec<Value> = execution.history()[4..]
        .iter()
        .map(|event| serde_json::to_value(event).unwrap())
        .collect();
    assert_eq!(
        details[0]["taskTimedOutEventDetails"],
        json!({"error": "States.Timeout", "resource": "invoke.waitForTaskToken", "resourceType": "lambda"})
    );
    assert_eq!(
        details[1]["executionFailedEventDetails"],
        json!({"error": "States.Timeout"})
    );
    assert_eq!(details.len(), 2);
}

#[test]
fn a_missed_heartbeat_is_caught_by_either_name_and_reported_as_a_timeout() {
    for name in ["States.HeartbeatTimeout", "States.Timeout", "States.ALL"] {
        let execution = without_heartbeat(&json!({"Catch": [{"ErrorEquals": [name], "Next": "Done"}]}));

        assert_eq!(
            output(&execution),
            json!({"Error": "States.Timeout", "Cause": ""}),
            "{name}"
        );
    }
    let execution = without_heartbeat(&json!({
        "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Done"}],
    }));
    assert_eq!(execution.status().error(), Some("States.Timeout"));
}

#[test]
fn a_missed_heartbeat_is_retried_by_either_name() {
    for name in ["States.HeartbeatTimeout", "States.Timeout"] {
        let mut execution = without_heartbeat(&json!({"Retry": [{"ErrorEquals": [name]}]}));
        assert!(
            matches!(execution.poll_command(), Some(Command::CancelTask { .. })),
            "{name}"
        );

        skip(&mut execution);

        assert_eq!(next_task(&mut execution).retry_count, 1, "{name}");
    }
}

#[test]
fn an_exceeded_timeout_is_not_caught_as_a_missed_heartbeat() {
    let states = json!({"Ask": callback(json!({
        "TimeoutSeconds": 60, "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Ask"}],
    }))});
    let mut execution = start(machine("Ask", states), json!({}));
    next_task(&mut execution);

    skip(&mut execution);

    assert_eq!(execution.status().error(), Some("States.Timeout"));
}

#[test]
fn no_token_is_in_a_history_or_in_a_debug_text() {
    let states = json!({
        "Ask": callback(json!({"Output": "{% $states.result %}", "Next": "Show"})),
        "Show": {"Type": "Pass", "Assign": {"leak": "{% $states.input %}"}, "End": true},
    });
    let mut execution = start(machine("Ask", states), json!({}));
    let call = next_task(&mut execution);
    let token = call.task_token.clone().unwrap();
    assert!(!format!("{call:?}").contains(token.expose()));

    let echo = TaskEvent::Succeeded {
        id: call.id,
        output: json!({"echo": token.expose()}),
    };
    execution.handle(NOW, echo).unwrap();
    let leak = TaskEvent::TokenSucceeded {
        token: token.clone(),
        output: json!([token.expose()]),
    };
    execution.handle(NOW, leak).unwrap();

    assert_eq!(output(&execution), json!([token.expose()]));
    let history = serde_json::to_string(execution.history()).unwrap();
    assert!(
        !history.contains(token.expose()) && !format!("{:?}", execution.history()).contains(token.expose())
    );
    assert!(history.contains("<task token>"));
}
