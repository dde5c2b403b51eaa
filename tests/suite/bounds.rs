//! The analysed worst case, compared with a run in which every attempt times out.

use std::time::Duration;

use asl::document::StateMachine;
use asl_analysis::{Hints, max_events, max_transitions, worst_case};
use serde_json::{Value, json};
use simulator::virtual_time::VirtualTime;
use simulator::{
    EpochMillis, EventType, Machine, StateMachines, TaskCall, TaskFailure, TaskOutcome, WorkflowType, runner,
};

/// A task with this timeout and number of retries, after which a fallback continues.
fn task(seconds: u64, retries: u64, fallback: &str, then: &Value) -> Value {
    let mut task = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "function", "Payload": {}},
        "TimeoutSeconds": seconds,
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": retries, "MaxDelaySeconds": 3}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": fallback}],
    });
    let fields = task.as_object_mut().unwrap();
    fields.extend(then.as_object().unwrap().clone());
    task
}

/// A loop of three rounds, then two branches, then a Map of three items, two at once.
fn definition() -> Value {
    let end = json!({"End": true});
    let last = json!({"Type": "Pass", "End": true});
    let slow = json!({"StartAt": "Slow", "States": {"Slow": task(7, 1, "NotSlow", &end), "NotSlow": last}});
    let rest = json!({"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 3, "End": true}}});
    let item = json!({"StartAt": "Each", "States": {"Each": task(4, 2, "NotEach", &end), "NotEach": last}});
    json!({
        "QueryLanguage": "JSONata",
        "StartAt": "Begin",
        "States": {
            "Begin": {"Type": "Pass", "Assign": {"round": 1}, "Next": "Work"},
            "Work": task(10, 4, "Again", &json!({"Next": "Again"})),
            "Again": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $round < 3 %}", "Assign": {"round": "{% $round + 1 %}"}, "Next": "Nap"}],
                "Default": "Both",
            },
            "Nap": {"Type": "Wait", "Seconds": 5, "Next": "Work"},
            "Both": {"Type": "Parallel", "Branches": [slow, rest], "Next": "All"},
            "All": {"Type": "Map", "Items": [1, 2, 3], "MaxConcurrency": 2, "ItemProcessor": item, "Next": "Done"},
            "Done": {"Type": "Succeed"},
        },
    })
}

#[test]
fn the_worst_case_equals_a_run_in_which_every_attempt_times_out() {
    let machine: StateMachine = serde_json::from_value(definition()).unwrap();
    let hints = Hints {
        rounds: [("Again".to_owned(), 3)].into(),
        ..Hints::default()
    };
    let mut service = StateMachines::new(1);
    service.register(
        "m",
        WorkflowType::Standard,
        Machine::from_json(&definition().to_string()).unwrap(),
    );
    let late = runner::from_fn(async |_: TaskCall| TaskOutcome {
        result: Ok::<Value, TaskFailure>(json!({})),
        took: Duration::from_mins(1),
    });
    let mut time = VirtualTime::new(service, EpochMillis::new(0), late);
    let arn = time.handle().start_execution("m", "one", json!({})).unwrap();

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(time.run_to_end());

    let ended = time.handle().describe(&arn).unwrap();
    let longest = worst_case(&machine, &hints).unwrap();
    assert_eq!(ended.status.name(), "SUCCEEDED");
    let took = EpochMillis::new(longest.as_millis().try_into().unwrap());
    assert_eq!(ended.stopped_at, Some(took));
    let history = time.handle().history(&arn).unwrap();
    let events = u64::try_from(history.len()).unwrap();
    assert_eq!(max_events(&machine, &hints), Ok(events));
    // Each state that is entered, and each attempt but the first.
    let of_type =
        |wanted: fn(EventType) -> bool| history.iter().filter(|event| wanted(event.event_type)).count();
    let entered = of_type(|event| event.name().ends_with("StateEntered"));
    let retries = of_type(|event| event == EventType::TaskScheduled)
        - of_type(|event| event == EventType::TaskStateEntered);
    assert_eq!(
        max_transitions(&machine, &hints),
        Ok((entered + retries).try_into().unwrap())
    );
}
