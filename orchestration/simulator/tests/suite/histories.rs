//! The events of an execution, in order and in their serialised form.

use serde_json::json;
use simulator::{EpochMillis, TaskEvent, timeline};

use crate::support::{fail, machine, next_task, skip, start, succeed, task};

#[test]
fn every_event_names_its_predecessor() {
    let states = json!({
        "Both": {"Type": "Parallel", "Next": "Done", "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
            {"StartAt": "B", "States": {"B": task(json!({"Retry": [{"ErrorEquals": ["Busy"]}]}))}},
        ]},
        "Done": {"Type": "Succeed"},
    });
    let mut execution = start(machine("Both", states), json!({}));
    fail(&mut execution, "Busy");
    skip(&mut execution);
    succeed(&mut execution, json!(1));

    let events: Vec<(u64, u64, &str)> = execution
        .history()
        .iter()
        .map(|event| (event.id, event.previous_event_id, event.event_type.name()))
        .collect();

    let expected = [
        (1, 0, "ExecutionStarted"),
        (2, 0, "ParallelStateEntered"),
        (3, 2, "ParallelStateStarted"),
        (4, 3, "PassStateEntered"),
        (5, 4, "PassStateExited"),
        (6, 3, "TaskStateEntered"),
        (7, 6, "TaskScheduled"),
        (8, 7, "TaskStarted"),
        (9, 8, "TaskFailed"),
        (10, 9, "TaskScheduled"),
        (11, 10, "TaskStarted"),
        (12, 11, "TaskSucceeded"),
        (13, 12, "TaskStateExited"),
        (14, 13, "ParallelStateSucceeded"),
        (15, 13, "ParallelStateExited"),
        (16, 15, "SucceedStateEntered"),
        (17, 16, "SucceedStateExited"),
        (18, 17, "ExecutionSucceeded"),
    ];
    assert_eq!(events, expected);
}

#[test]
fn an_event_is_serialised_in_the_shape_of_the_api() {
    let states = json!({"Call": task(json!({"TimeoutSeconds": 5, "Assign": {"x": 1}}))});
    let mut execution = start(machine("Call", states), json!({"a": 1}));
    let call = next_task(&mut execution);
    let event = TaskEvent::Succeeded {
        id: call.id,
        output: json!(2),
    };
    execution.handle(EpochMillis::new(1500), event).unwrap();

    let events = serde_json::to_value(execution.history()).unwrap();

    let scheduled = json!({
        "timestamp": 0.0, "type": "TaskScheduled", "id": 3, "previousEventId": 2,
        "taskScheduledEventDetails": {
            "resourceType": "lambda", "resource": "invoke", "region": "us-east-1",
            "parameters": "{\"FunctionName\":\"function\",\"Payload\":{\"a\":1}}", "timeoutInSeconds": 5,
        },
    });
    let exited = json!({
        "timestamp": 1.5, "type": "TaskStateExited", "id": 6, "previousEventId": 5,
        "stateExitedEventDetails": {
            "name": "Call", "output": "2", "outputDetails": {"truncated": false},
            "assignedVariables": {"x": "1"}, "assignedVariablesDetails": {"truncated": false},
        },
    });
    assert_eq!(events[2], scheduled);
    assert_eq!(events[5], exited);
}

#[test]
fn a_timeline_is_aligned_and_shows_no_payload() {
    let states = json!({
        "Store": task(json!({"Retry": [{"ErrorEquals": ["Busy"]}], "Next": "Both"})),
        "Both": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 86400, "End": true}}},
            {"StartAt": "Notify", "States": {
                "Notify": task(json!({"Next": "Done", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]})),
                "Done": {"Type": "Succeed"},
            }},
        ]},
    });
    let mut execution = start(machine("Store", states), json!({"secret": "person"}));
    fail(&mut execution, "Busy");
    skip(&mut execution);
    succeed(&mut execution, json!({"secret": "person"}));
    fail(&mut execution, "Down");
    skip(&mut execution);

    let text = timeline::render(execution.history());

    let expected = "
   +0.000 s  execution  started
   +0.000 s  Store      entered
   +0.000 s  Store      failed: Busy
   +1.000 s  Store      retried
   +1.000 s  Store      succeeded
   +1.000 s  Both       entered
   +1.000 s    Wait     entered
   +1.000 s    Notify   entered
   +1.000 s    Notify   failed: Down
   +1.000 s    Notify   caught
   +1.000 s    Done     succeeded
      +24 h    Wait     succeeded
      +24 h  Both       succeeded
      +24 h  execution  succeeded
";
    let trimmed = |text: &str| {
        text.trim_matches('\n')
            .lines()
            .map(|line| line.trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(trimmed(&text), trimmed(expected));
    let ends: Vec<Option<usize>> = text
        .lines()
        .map(|line| line.find("  E").or(line.find("  e")))
        .collect();
    assert_eq!(ends.len(), 14);
    assert!(!text.contains("person"));
}
