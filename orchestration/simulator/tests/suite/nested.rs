//! Nested executions: `startExecution` and its `.sync` forms.

use serde_json::{Value, json};
use simulator::timeline::{self, RowKind};
use simulator::{
    Command, Description, EpochMillis, ExecutionArn, Machine, StateMachines, Status, TaskEvent, WorkflowType,
};

use crate::support::{callback, machine, task};

const NOW: EpochMillis = EpochMillis::new(1000);

/// A task that starts the machine `child` in that form.
fn starts(form: &str, more: Value) -> Machine {
    let mut state = json!({
        "Type": "Task", "End": true,
        "Resource": format!("arn:aws:states:::states:startExecution{form}"),
        "Arguments": {
            "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child",
            "Name": "nested", "Input": {"n": "{% $states.input %}"},
        },
    });
    state
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    machine("Start", json!({"Start": state}))
}

fn service(parent: Machine, child: Machine) -> (StateMachines, ExecutionArn) {
    let mut service = StateMachines::new(1);
    service.register("parent", WorkflowType::Standard, parent);
    service.register("child", WorkflowType::Standard, child);
    let arn = service.start_execution("parent", "outer", json!(7), NOW).unwrap();
    (service, arn)
}

fn nested(service: &StateMachines) -> Description {
    service.list(Some("child")).pop().unwrap()
}

fn nap() -> Machine {
    machine(
        "Nap",
        json!({"Nap": {"Type": "Wait", "Seconds": 5, "Output": {"got": "{% $states.input.n %}"}, "End": true}}),
    )
}

fn output(service: &StateMachines, arn: &ExecutionArn) -> Value {
    service.describe(arn).unwrap().status.output().cloned().unwrap()
}

#[test]
fn start_execution_without_sync_does_not_wait() {
    let (service, arn) = service(starts("", json!({})), nap());

    assert_eq!(
        output(&service, &arn),
        json!({
            "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:child:nested", "StartDate": 1.0,
        })
    );
    assert!(nested(&service).status.is_running());
}

#[test]
fn sync_waits_and_results_in_text() {
    let (mut service, arn) = service(starts(".sync", json!({})), nap());
    assert!(service.describe(&arn).unwrap().status.is_running());

    service.advance(EpochMillis::new(6000));

    let expected = json!({
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:child:nested",
        "Input": "{\"n\":7}", "InputDetails": {"Included": true}, "Name": "nested", "StartDate": 1000,
        "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child",
        "Status": "SUCCEEDED", "StopDate": 6000,
        "Output": "{\"got\":7}", "OutputDetails": {"Included": true},
    });
    assert_eq!(output(&service, &arn), expected);
    let types: Vec<&str> = service
        .history(&arn)
        .unwrap()
        .iter()
        .map(|event| event.event_type.name())
        .collect();
    assert_eq!(
        types[2..6],
        ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    );
}

#[test]
fn sync_2_answers_with_json() {
    let (mut service, arn) = service(
        starts(".sync:2", json!({"Output": "{% $states.result.Output %}"})),
        nap(),
    );

    service.advance(EpochMillis::new(6000));

    assert_eq!(output(&service, &arn), json!({"got": 7}));
}

#[test]
fn a_nested_failure_fails_the_task_with_the_description_as_its_cause() {
    let child = machine(
        "Stop",
        json!({"Stop": {"Type": "Fail", "Error": "No", "Cause": "because"}}),
    );
    let catch = json!({"Catch": [{
        "ErrorEquals": ["States.TaskFailed"], "Next": "Caught",
        "Output": "{% $parse($states.errorOutput.Cause).[Error, Cause, Status] %}",
    }]});
    let Value::Object(more) = catch else { panic!() };
    let definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "Start", "States": {
            "Start": {
                "Type": "Task", "End": true, "Resource": "arn:aws:states:::states:startExecution.sync:2",
                "Arguments": {"StateMachineArn": "child"}, "Catch": more["Catch"],
            },
            "Caught": {"Type": "Succeed"},
        },
    });
    let parent = Machine::from_json(&definition.to_string()).unwrap();

    let (service, arn) = service(parent, child);

    assert_eq!(output(&service, &arn), json!(["No", "because", "FAILED"]));
}

#[test]
fn a_taken_name_fails_the_task_with_the_error_of_the_api() {
    let (mut service, _) = service(starts("", json!({})), nap());
    service.advance(EpochMillis::new(6000));

    let second = service
        .start_execution("parent", "second", json!(7), EpochMillis::new(7000))
        .unwrap();

    assert_eq!(
        service.describe(&second).unwrap().status.error(),
        Some("StepFunctions.ExecutionAlreadyExistsException")
    );
}

#[test]
fn stopping_the_outer_execution_stops_the_one_it_waits_for() {
    let (mut service, arn) = service(starts(".sync", json!({})), nap());

    service
        .stop_execution(&arn, EpochMillis::new(2000), None, None)
        .unwrap();

    assert_eq!(nested(&service).status.name(), "ABORTED");
    assert_eq!(service.next_timer(), None);
}

#[test]
fn a_task_of_a_nested_execution_is_a_command_and_its_token_is_known() {
    let (mut service, arn) = service(
        starts(".sync:2", json!({"Output": "{% $states.result.Output %}"})),
        machine("Ask", json!({"Ask": callback(json!({}))})),
    );

    let Some((inner, Command::RunTask(call))) = service.poll_command() else {
        panic!("there is a task to run")
    };
    assert_eq!(inner, nested(&service).arn);
    service
        .send_task_success(&call.task_token.unwrap(), json!("yes"), NOW)
        .unwrap();

    assert_eq!(output(&service, &arn), json!("yes"));
}

#[test]
fn a_machine_that_is_not_registered_is_a_task_like_any_other() {
    let mut service = StateMachines::new(1);
    service.register("parent", WorkflowType::Standard, starts(".sync", json!({})));
    let arn = service.start_execution("parent", "outer", json!(7), NOW).unwrap();

    let Some((_, Command::RunTask(call))) = service.poll_command() else {
        panic!("there is a task to run")
    };
    let answer = json!("mocked");
    service
        .handle(
            &arn,
            NOW,
            TaskEvent::Responded {
                id: call.id,
                response: answer,
            },
        )
        .unwrap();

    assert_eq!(output(&service, &arn), json!("mocked"));
}

#[test]
fn a_machine_that_starts_itself_ends_at_the_maximum_depth() {
    let mut service = StateMachines::new(1);
    let mut definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "Start", "States": {"Start": {
            "Type": "Task", "End": true, "Resource": "arn:aws:states:::states:startExecution.sync",
            "Arguments": {"StateMachineArn": "self"}}},
    });
    definition["TimeoutSeconds"] = json!(60);
    let machine = Machine::from_json(&definition.to_string()).unwrap();
    service.register("self", WorkflowType::Standard, machine);

    let arn = service.start_execution("self", "outer", json!({}), NOW).unwrap();

    assert_eq!(
        service.describe(&arn).unwrap().status.error(),
        Some("States.TaskFailed")
    );
}

#[test]
fn an_execution_is_redriven_by_its_arn_and_a_running_one_is_not() {
    let mut service = StateMachines::new(1);
    service.register(
        "m",
        WorkflowType::Standard,
        machine("Call", json!({"Call": task(json!({}))})),
    );
    let arn = service.start_execution("m", "one", json!({}), NOW).unwrap();
    let refused = service.redrive_execution(&arn, NOW).unwrap_err();
    service.stop_execution(&arn, NOW, None, None).unwrap();
    while service.poll_command().is_some() {}

    service.redrive_execution(&arn, EpochMillis::new(5000)).unwrap();

    assert_eq!(refused.code(), "ExecutionNotRedrivable");
    let Some((_, Command::RunTask(call))) = service.poll_command() else {
        panic!("the task is called again")
    };
    let event = TaskEvent::Succeeded {
        id: call.id,
        output: json!("done"),
    };
    service.handle(&arn, EpochMillis::new(6000), event).unwrap();
    assert_eq!(output(&service, &arn), json!("done"));
    assert_eq!(service.poll_ended(), Some(arn.clone()));
}

#[test]
fn a_start_that_is_cancelled_at_once_is_not_made() {
    let start = json!({
        "Type": "Task", "End": true,
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child"},
    });
    let both = json!({"Both": {
        "Type": "Parallel", "End": true,
        "Branches": [
            {"StartAt": "Start", "States": {"Start": start}},
            {"StartAt": "Fail", "States": {"Fail": {"Type": "Fail", "Error": "AtOnce"}}},
        ],
    }});

    let (service, arn) = service(machine("Both", both), nap());

    assert_eq!(service.describe(&arn).unwrap().status.error(), Some("AtOnce"));
    assert_eq!(service.list(Some("child")), []);
}

#[test]
fn a_timeline_tells_a_job_from_a_callback() {
    let last_row = |form, input: &str| {
        let arguments = json!({"Arguments": {
            "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child", "Input": input,
        }});
        let (service, arn) = service(starts(form, arguments), nap());
        let rows = timeline::rows(service.history(&arn).unwrap());
        rows.last().unwrap().kind
    };

    let token = "{% $string({'token': $states.context.Task.Token}) %}";
    assert_eq!(last_row(".waitForTaskToken", token), RowKind::WaitingForToken);
    assert_eq!(last_row(".sync", "{}"), RowKind::WaitingForJob);
    assert_eq!(last_row(".sync:2", "{}"), RowKind::WaitingForJob);
}

/// The cause of an outer execution whose inner one did not succeed: the description of the inner one.
fn described(service: &StateMachines, arn: &ExecutionArn) -> Value {
    let status = service.describe(arn).unwrap().status;
    let Status::Failed { error, cause } = status else {
        panic!("{status:?}");
    };
    assert_eq!(error.as_deref(), Some("States.TaskFailed"));
    serde_json::from_str(cause.as_deref().unwrap()).unwrap()
}

#[test]
fn an_inner_execution_that_is_stopped_is_described_with_error_and_cause() {
    let (mut service, arn) = service(starts(".sync:2", json!({})), nap());
    let inner = nested(&service).arn;

    service
        .stop_execution(&inner, NOW, Some("Manual"), Some("probe"))
        .unwrap();

    let description = described(&service, &arn);
    assert_eq!(description["Status"], "ABORTED");
    assert_eq!(
        (&description["Error"], &description["Cause"]),
        (&json!("Manual"), &json!("probe"))
    );
}

#[test]
fn an_inner_execution_that_times_out_is_described_without_an_error() {
    let late = r#"{"QueryLanguage": "JSONata", "TimeoutSeconds": 3, "StartAt": "Nap", "States": {
        "Nap": {"Type": "Wait", "Seconds": 5, "End": true}}}"#;
    let (mut service, arn) = service(starts(".sync:2", json!({})), Machine::from_json(late).unwrap());

    service.advance(EpochMillis::new(60_000));

    let description = described(&service, &arn);
    assert_eq!(description["Status"], "TIMED_OUT");
    assert_eq!((description.get("Error"), description.get("Cause")), (None, None));
    let events = service.history(&nested(&service).arn).unwrap();
    let last = serde_json::to_value(events.last().unwrap()).unwrap();
    assert_eq!(
        last["executionTimedOutEventDetails"],
        json!({"error": "States.Timeout"})
    );
}
