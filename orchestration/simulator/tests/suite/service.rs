//! `StateMachines`: many executions at once.

use serde_json::{Value, json};
use simulator::{
    Command, EpochMillis, ExecutionArn, RequestError, StateMachines, TaskEvent, TaskEventError, TaskToken,
    WorkflowType,
};

use crate::support::{callback, machine};

const NOW: EpochMillis = EpochMillis::new(0);

fn service() -> StateMachines {
    let mut service = StateMachines::new(1);
    service.register(
        "ask",
        WorkflowType::Standard,
        machine("Ask", json!({"Ask": callback(json!({"TimeoutSeconds": 60}))})),
    );
    service
}

fn next_token(service: &mut StateMachines) -> (ExecutionArn, TaskToken) {
    match service.poll_command() {
        Some((arn, Command::RunTask(call))) => {
            let event = TaskEvent::Succeeded {
                id: call.id,
                output: Value::Null,
            };
            service.handle(&arn, NOW, event).unwrap();
            (arn, call.task_token.unwrap())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_is_used_for_one_execution_only() {
    let mut service = service();

    let first = service
        .start_execution("ask", "one", json!({"a": 1}), NOW)
        .unwrap();
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:ask";
    let again = service.start_execution(arn, "one", json!({"a": 1}), NOW).unwrap();
    let other_input = service
        .start_execution("ask", "one", json!({"a": 2}), NOW)
        .unwrap_err();
    service.stop_execution(&first, NOW, None, None).unwrap();
    let ended = service
        .start_execution("ask", "one", json!({"a": 1}), NOW)
        .unwrap_err();

    assert_eq!(first, again);
    assert_eq!(
        first.as_str(),
        "arn:aws:states:us-east-1:123456789012:execution:ask:one"
    );
    assert_eq!(
        (other_input.code(), ended.code()),
        ("ExecutionAlreadyExists", "ExecutionAlreadyExists")
    );
    assert_eq!(service.list(Some("ask")).len(), 1);
}

#[test]
fn rejected_starts_have_the_error_names_of_the_api() {
    let mut service = service();
    let mut code = |machine: &str, name: &str, input: Value| {
        service
            .start_execution(machine, name, input, NOW)
            .map_err(|error| error.code())
            .unwrap_err()
    };

    assert_eq!(code("gone", "one", json!({})), "StateMachineDoesNotExist");
    assert_eq!(code("ask", "", json!({})), "InvalidName");
    assert_eq!(code("ask", "a b", json!({})), "InvalidName");
    assert_eq!(code("ask", &"x".repeat(81), json!({})), "InvalidName");
    assert_eq!(
        code("ask", "one", json!("x".repeat(300_000))),
        "InvalidExecutionInput"
    );
    let unknown = ExecutionArn::from("arn:unknown");
    assert_eq!(
        service.describe(&unknown),
        Err(RequestError::ExecutionDoesNotExist {
            arn: "arn:unknown".to_owned()
        })
    );
}

#[test]
fn a_token_finds_its_execution() {
    let mut service = service();
    for name in ["one", "two"] {
        service.start_execution("ask", name, json!({}), NOW).unwrap();
    }
    let (first, _) = next_token(&mut service);
    let (second, token) = next_token(&mut service);

    service.send_task_heartbeat(&token, NOW).unwrap();
    service.send_task_success(&token, json!("yes"), NOW).unwrap();

    assert!(service.describe(&first).unwrap().status.is_running());
    assert_eq!(
        service.describe(&second).unwrap().status.output(),
        Some(&json!("yes"))
    );
    assert_eq!(
        service.send_task_success(&token, json!("yes"), NOW),
        Err(TaskEventError::TaskTimedOut)
    );
    assert_eq!(
        service.send_task_success(&"junk".into(), json!(1), NOW),
        Err(TaskEventError::InvalidToken)
    );
    assert_eq!(service.poll_ended(), Some(second));
    assert_eq!(service.poll_ended(), None);
}

#[test]
fn thousands_of_executions_timeout_in_order() {
    let mut service = service();
    for number in 0..2000_i64 {
        let at = EpochMillis::new(number);
        service
            .start_execution("ask", &format!("n{number}"), json!({}), at)
            .unwrap();
    }

    service.advance(EpochMillis::new(60_999));

    let running = service
        .list(None)
        .iter()
        .filter(|one| one.status.is_running())
        .count();
    assert_eq!(running, 1000);
    assert_eq!(service.next_timer(), Some(EpochMillis::new(61_000)));
    let ended: Vec<ExecutionArn> = std::iter::from_fn(|| service.poll_ended()).collect();
    assert!(
        ended.first().unwrap().as_str().ends_with(":n0") && ended.last().unwrap().as_str().ends_with(":n999")
    );
}

#[test]
fn executions_are_listed_by_the_name_or_the_arn_of_their_machine() {
    let mut service = service();
    service.start_execution("ask", "one", json!({}), NOW).unwrap();

    let listed = |machine| service.list(machine).len();

    assert_eq!(listed(None), 1);
    assert_eq!(listed(Some("ask")), 1);
    assert_eq!(
        listed(Some("arn:aws:states:us-east-1:123456789012:stateMachine:ask")),
        1
    );
    assert_eq!(
        listed(Some("arn:aws:states:us-east-1:123456789012:stateMachine:other")),
        0
    );
}
