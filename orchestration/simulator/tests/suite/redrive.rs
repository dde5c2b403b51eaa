//! Redriving executions.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Command, Execution, Machine, NotRedrivable, Status};

use crate::support::{fail, machine, next_task, start, succeed, task};

#[test]
fn an_execution_without_success_can_be_redriven_for_14_days() {
    let states = json!({"A": task(json!({}))});
    let mut good = start(machine("A", states.clone()), json!({}));
    assert_eq!(good.redrive(good.now()), Err(NotRedrivable::Running));
    succeed(&mut good, json!(1));
    let mut bad = start(machine("A", states), json!({}));
    fail(&mut bad, "Broken");
    let fortnight = bad.now() + Duration::from_hours(14 * 24);

    assert_eq!(good.redrive(good.now()), Err(NotRedrivable::Succeeded));
    assert_eq!(
        bad.clone().redrive(fortnight + Duration::from_millis(1)),
        Err(NotRedrivable::TooLate)
    );
    assert_eq!(bad.redrive(fortnight), Ok(()));
    assert_eq!(bad.status(), &Status::Running);
    assert_eq!(next_task(&mut bad).retry_count, 0);
}

#[test]
fn timeout_seconds_of_the_machine_restart_with_a_redrive() {
    let definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "A", "TimeoutSeconds": 10,
        "States": {"A": {"Type": "Wait", "Seconds": 8, "Next": "B"}, "B": {"Type": "Wait", "Seconds": 8, "End": true}},
    });
    let mut execution = start(Machine::from_json(&definition.to_string()).unwrap(), json!({}));
    while let Some(due) = execution.next_timer() {
        execution.advance(due);
    }
    assert_eq!(execution.status(), &Status::TimedOut);

    execution.redrive(execution.now()).unwrap();
    execution.advance(execution.next_timer().unwrap());

    assert_eq!(execution.status().name(), "SUCCEEDED");
}

/// A distributed Map of two items; an item whose task fails ends in a Fail, so that its redrive fails at once.
fn map_of_two() -> Value {
    let asked = task(json!({"Next": "Done", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}]}));
    json!({"Type": "Map", "End": true, "Items": [1, 2], "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Ask",
        "States": {"Ask": asked, "Done": {"Type": "Succeed"}, "Broken": {"Type": "Fail", "Error": "Broken"}}}})
}

/// The calls that are handed out and not cancelled.
fn open_calls(execution: &mut Execution) -> i32 {
    let mut open = 0;
    while let Some(command) = execution.poll_command() {
        match command {
            Command::RunTask(_) => open += 1,
            Command::CancelTask { .. } => open -= 1,
        }
    }
    open
}

#[test]
fn a_child_execution_that_fails_again_at_once_fails_its_map_run_again() {
    let mut execution = start(machine("Each", json!({"Each": map_of_two()})), json!({}));
    fail(&mut execution, "Broken");
    assert_eq!(execution.status().name(), "FAILED");
    while execution.poll_command().is_some() {}

    for _ in 0..2 {
        execution.redrive(execution.now()).unwrap();

        assert_eq!(execution.status().name(), "FAILED");
        assert_eq!(open_calls(&mut execution), 0);
    }
}

#[test]
fn a_map_run_inside_of_a_parallel_that_fails_again_at_once_aborts_its_siblings() {
    let branches = json!([
        {"StartAt": "Each", "States": {"Each": map_of_two()}},
        {"StartAt": "Beside", "States": {"Beside": task(json!({}))}},
    ]);
    let both = json!({"Type": "Parallel", "Branches": branches, "End": true});
    let mut execution = start(machine("Both", json!({"Both": both})), json!({}));
    fail(&mut execution, "Broken");
    assert_eq!(execution.status().name(), "FAILED");
    while execution.poll_command().is_some() {}

    for _ in 0..2 {
        execution.redrive(execution.now()).unwrap();

        assert_eq!(execution.status().name(), "FAILED");
        assert_eq!(open_calls(&mut execution), 0);
    }
}
