//! Each kind of state alone.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{EpochMillis, EventType, Execution, Machine, Start, Status, WorkflowType};

use crate::support::{has, machine, next_task, output, skip, start, start_with, succeed, task};

#[test]
fn all_public_types_cross_threads() {
    fn assert_send_sync<T: Send + Sync>() {}
    assert_send_sync::<Machine>();
    assert_send_sync::<Execution>();
    assert_send_sync::<simulator::StateMachines>();
    assert_send_sync::<simulator::Command>();
    assert_send_sync::<simulator::TaskEvent>();
    assert_send_sync::<simulator::HistoryEvent>();
    assert_send_sync::<simulator::DefinitionError>();
    assert_send_sync::<simulator::timeline::Row>();
    assert_send_sync::<simulator::virtual_time::Handle>();
    assert_send_sync::<simulator::wall_clock::WallClock>();
}

#[test]
fn a_functions_result_is_wrapped_as_the_integration_does() {
    let states = json!({"Call": task(json!({"Output": "{% $states.result %}"}))});
    let mut execution = start(machine("Call", states), json!({"a": 1}));

    let call = next_task(&mut execution);
    assert_eq!(
        (call.function(), call.payload()),
        (Some("function"), &json!({"a": 1}))
    );
    let event = simulator::TaskEvent::Succeeded {
        id: call.id,
        output: json!("done"),
    };
    execution.handle(EpochMillis::new(5), event).unwrap();

    let answer = json!({"ExecutedVersion": "$LATEST", "Payload": "done", "StatusCode": 200});
    assert_eq!(output(&execution), answer);
    assert_eq!(execution.stopped_at(), Some(EpochMillis::new(5)));
}

#[test]
fn a_bare_function_is_called_with_its_arguments_and_not_wrapped() {
    let states = json!({"Call": {
        "Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", "End": true,
    }});
    let mut execution = start(machine("Call", states), json!([1]));

    succeed(&mut execution, json!([2]));

    assert_eq!(output(&execution), json!([2]));
    assert!(has(&execution, EventType::LambdaFunctionSucceeded));
}

#[test]
fn a_choice_takes_its_first_rule_whose_condition_is_true() {
    let states = json!({
        "Choose": {"Type": "Choice", "Default": "None", "Output": {"rule": 0}, "Choices": [
            {"Condition": "{% $states.input.n > 10 %}", "Next": "Many", "Output": {"rule": 1}},
            {"Condition": "{% $states.input.n > 5 %}", "Next": "Many", "Assign": {"seen": "{% $states.input.n %}"}},
            {"Condition": "{% $states.input.n > 4 %}", "Next": "None"},
        ]},
        "Many": {"Type": "Pass", "Output": "{% [$states.input, $exists($seen) ? $seen : 'unset'] %}", "End": true},
        "None": {"Type": "Succeed"},
    });
    let machine = machine("Choose", states);
    let choose = |n: u64| output(&start(machine.clone(), json!({"n": n})));

    assert_eq!(choose(11), json!([{"rule": 1}, "unset"]));
    assert_eq!(choose(6), json!([{"n": 6}, 6]));
    assert_eq!(choose(5), json!({"n": 5}));
    assert_eq!(choose(1), json!({"rule": 0}));
}

#[test]
fn a_choice_fails_without_a_match_and_on_a_condition_that_is_no_boolean() {
    let choice = |condition: &str| {
        let states = json!({
            "Choose": {"Type": "Choice", "Choices": [{"Condition": condition, "Next": "Done"}]},
            "Done": {"Type": "Succeed"},
        });
        start(machine("Choose", states), json!({}))
    };

    assert_eq!(choice("{% false %}").status().error(), Some("States.Runtime"));
    let execution = choice("{% 1 %}");
    let Status::Failed { error, cause } = execution.status() else {
        panic!("it failed")
    };
    assert_eq!(error.as_deref(), Some("States.QueryEvaluationError"));
    assert!(
        cause
            .as_deref()
            .unwrap()
            .contains("Expected 'boolean', but was 'number' for value: 1")
    );
}

#[test]
fn a_choice_without_a_match_fails_the_execution_from_inside_a_branch() {
    let choose = json!({"Type": "Choice", "Choices": [{"Condition": false, "Next": "Never"}]});
    let branches = json!([
        {"StartAt": "Choose", "States": {"Choose": choose, "Never": {"Type": "Succeed"}}},
        {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": true}}},
    ]);
    let states = json!({
        "Both": {
            "Type": "Parallel", "Branches": branches, "End": true,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        },
        "Caught": {"Type": "Succeed"},
    });

    let mut execution = start(machine("Both", states), json!({}));

    assert_eq!(execution.status().error(), Some("States.Runtime"));
    let types: Vec<_> = execution.history().iter().map(|event| event.event_type).collect();
    assert!(!types.contains(&EventType::ParallelStateFailed), "{types:?}");
    // What a redrive goes on with is still there: both branches.
    execution.redrive(execution.now()).unwrap();
    assert_eq!(execution.status().error(), Some("States.Runtime"));
}

#[test]
fn assignments_read_the_values_before_them() {
    let states = json!({
        "Set": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
        "Swap": {
            "Type": "Pass", "Assign": {"a": "{% $b %}", "b": "{% $a %}"}, "Output": "{% [$a, $b] %}", "Next": "Show",
        },
        "Show": {"Type": "Pass", "Output": {"before": "{% $states.input %}", "after": "{% [$a, $b] %}"}, "End": true},
    });

    let execution = start(machine("Set", states), json!({}));

    assert_eq!(output(&execution), json!({"before": [1, 2], "after": [2, 1]}));
}

#[test]
fn expressions_are_evaluated_anywhere_in_a_template() {
    let states = json!({"Show": {"Type": "Pass", "End": true, "Output": {
        "list": ["{% 1 + 1 %}", {"deep": "{% $states.input.name %}"}, "plain", null],
        "execution": "{% $states.context.Execution.Name %}",
        "state": "{% $states.context.State.Name & '/' & $states.context.State.EnteredTime %}",
        "machine": "{% $states.context.StateMachine.Name %}",
        "input": "{% $states.context.Execution.Input.name %}",
        "now": "{% $now() %}",
    }}});

    let execution = start(machine("Show", states), json!({"name": "Ada"}));

    let expected = json!({
        "list": [2, {"deep": "Ada"}, "plain", null],
        "execution": "test", "state": "Show/1970-01-01T00:00:00.000Z", "machine": "machine", "input": "Ada",
        "now": "1970-01-01T00:00:00.000Z",
    });
    assert_eq!(output(&execution), expected);
}

#[test]
fn waits_take_their_time_and_one_advance_can_end_several() {
    let states = json!({
        "Seconds": {"Type": "Wait", "Seconds": "{% $states.input %}", "Next": "Until"},
        "Until": {"Type": "Wait", "Timestamp": "1970-01-01T00:01:40Z", "Next": "Past"},
        "Past": {"Type": "Wait", "Timestamp": "1969-01-01T00:00:00Z", "End": true},
    });
    let machine = machine("Seconds", states);

    let mut stepwise = start(machine.clone(), json!(30));
    assert_eq!(skip(&mut stepwise), Duration::from_secs(30));
    assert_eq!(skip(&mut stepwise), Duration::from_secs(70));
    let mut at_once = start(machine, json!(30));
    at_once.advance(EpochMillis::new(500_000));

    assert_eq!(output(&at_once), json!(30));
    assert_eq!(stepwise.history(), at_once.history());
    assert_eq!(at_once.stopped_at(), Some(EpochMillis::new(100_000)));
}

#[test]
fn a_fail_state_computes_its_error() {
    let states = json!({"Fail": {"Type": "Fail", "Error": "{% $states.input %}", "Cause": "because"}});

    let execution = start(machine("Fail", states), json!("Custom"));

    let failed = Status::Failed {
        error: Some("Custom".into()),
        cause: Some("because".into()),
    };
    assert_eq!(execution.status(), &failed);
}

#[test]
fn an_execution_times_out_after_timeout_seconds_of_the_machine() {
    let definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "Wait", "TimeoutSeconds": 10,
        "States": {"Wait": {"Type": "Wait", "Seconds": 11, "End": true}},
    });
    let machine = Machine::from_json(&definition.to_string()).unwrap();

    let mut execution = start(machine, json!({}));
    assert_eq!(skip(&mut execution), Duration::from_secs(10));

    assert_eq!(execution.status(), &Status::TimedOut);
    assert_eq!(execution.next_timer(), None);
    assert_eq!(
        execution.history().last().unwrap().event_type,
        EventType::ExecutionTimedOut
    );
}

#[test]
fn an_express_execution_times_out_after_five_minutes() {
    let states = json!({"Wait": {"Type": "Wait", "Seconds": 301, "End": true}});
    let begin = Start {
        workflow_type: WorkflowType::Express,
        now: EpochMillis::new(0),
        ..Start::new("test", json!({}))
    };

    let mut execution = Execution::start(machine("Wait", states), begin);

    assert_eq!(skip(&mut execution), Duration::from_mins(5));
    assert_eq!(execution.status(), &Status::TimedOut);
}

#[test]
fn an_endless_loop_ends_at_the_limit_of_the_history() {
    let states = json!({
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Condition": false, "Next": "C"}], "Default": "A"},
        "C": {"Type": "Succeed"},
    });

    let execution = start(machine("A", states), json!({}));

    assert_eq!(execution.status().error(), Some("States.Runtime"));
    // The failure is the last event that there is room for.
    let last = execution.history().last().unwrap();
    assert_eq!((last.id, last.previous_event_id), (25_000, 24_999));
    assert_eq!(last.event_type, EventType::ExecutionFailed);
}

#[test]
fn a_result_of_more_than_256_kib_is_rejected() {
    let catch = json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]});
    let states = json!({"Call": task(catch), "Done": {"Type": "Succeed"}});
    let mut execution = start(machine("Call", states), json!({}));

    succeed(&mut execution, json!("x".repeat(256 * 1024)));

    // Terminal: States.ALL does not catch it.
    assert_eq!(execution.status().error(), Some("States.DataLimitExceeded"));
}

#[test]
fn stopping_ends_the_execution_and_cancels_its_task() {
    let mut execution = start(
        machine("Call", json!({"Call": task(json!({"TimeoutSeconds": 9}))})),
        json!({}),
    );
    let call = next_task(&mut execution);

    execution.stop(EpochMillis::new(1), Some("Stopped"), None);

    assert_eq!(execution.status(), &Status::Aborted);
    assert!(matches!(execution.poll_command(), Some(simulator::Command::CancelTask { id }) if id == call.id));
    assert_eq!(execution.next_timer(), None);
    let late = simulator::TaskEvent::Succeeded {
        id: call.id,
        output: Value::Null,
    };
    assert_eq!(
        execution.handle(EpochMillis::new(2), late),
        Err(simulator::TaskEventError::TaskTimedOut)
    );
}

#[test]
fn a_clone_is_independent() {
    let states = json!({"Call": task(json!({"Next": "Again"})), "Again": task(json!({}))});
    let mut first = start(machine("Call", states), json!({}));
    let mut second = first.clone();

    succeed(&mut first, json!(1));
    succeed(&mut first, json!(2));
    crate::support::fail(&mut second, "Broken");

    assert_eq!(output(&first), json!(2));
    assert_eq!(second.status().error(), Some("Broken"));
    assert_eq!(first.history()[..4], second.history()[..4]);
}

#[test]
fn executions_with_the_same_seed_are_equal() {
    let retry = json!([{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL", "IntervalSeconds": 60}]);
    let states = json!({
        "Draw": {"Type": "Pass", "Output": "{% [$uuid(), $random()] %}", "Next": "Call"},
        "Call": task(json!({"Retry": retry})),
    });
    let machine = machine("Draw", states);
    let run = |seed: u64| {
        let mut execution = start_with(machine.clone(), json!({}), seed);
        crate::support::fail(&mut execution, "Broken");
        skip(&mut execution);
        succeed(&mut execution, json!(1));
        execution.history().to_vec()
    };

    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}
