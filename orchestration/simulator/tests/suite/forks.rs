//! Parallel states and inline Map states.

use serde_json::{Value, json};
use simulator::{Command, EventType, TaskEvent};

use crate::support::{callback, fail, has, machine, next_task, output, skip, start, succeed, task, types};

fn branch(name: &str, state: Value) -> Value {
    json!({"StartAt": name, "States": {name: state}})
}

fn parallel(branches: Value, more: Value) -> Value {
    let mut state = json!({"Type": "Parallel", "Branches": branches});
    let fields = state.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    if !fields.contains_key("Next") {
        fields.insert("End".to_owned(), json!(true));
    }
    state
}

#[test]
fn a_parallel_gives_the_outputs_of_its_branches_in_their_order() {
    let branches = json!([branch("A", task(json!({}))), branch("B", task(json!({})))]);
    let states = json!({"Both": parallel(branches, json!({"Arguments": {"n": "{% $states.input + 1 %}"}}))});
    let mut execution = start(machine("Both", states), json!(1));
    let first = next_task(&mut execution);
    let second = next_task(&mut execution);
    assert_eq!(
        (first.payload(), second.payload()),
        (&json!({"n": 2}), &json!({"n": 2}))
    );

    for (call, answer) in [(second, "b"), (first, "a")] {
        let event = TaskEvent::Succeeded {
            id: call.id,
            output: json!(answer),
        };
        execution.handle(execution.now(), event).unwrap();
    }

    assert_eq!(output(&execution), json!(["a", "b"]));
}

#[test]
fn a_failed_branch_aborts_its_siblings_and_can_be_caught() {
    let inner = parallel(
        json!([branch("Deep", json!({"Type": "Wait", "Seconds": 9, "End": true}))]),
        json!({}),
    );
    let branches = json!([
        branch("Ask", callback(json!({"TimeoutSeconds": 100}))),
        branch("Break", task(json!({}))),
        branch("Inner", inner),
        branch("Slow", task(json!({}))),
    ]);
    let states = json!({
        "All": parallel(branches, json!({"Catch": [{"ErrorEquals": ["Broken"], "Next": "Caught"}]})),
        "Caught": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": true},
    });
    let mut execution = start(machine("All", states), json!({}));
    let ask = next_task(&mut execution);

    fail(&mut execution, "Broken");
    let slow = next_task(&mut execution);

    assert_eq!(output(&execution), json!("Broken"));
    assert_eq!(execution.next_timer(), None);
    let cancelled: Vec<_> = std::iter::from_fn(|| execution.poll_command())
        .map(|command| match command {
            Command::CancelTask { id } => id,
            Command::RunTask(call) => panic!("{call:?}"),
        })
        .collect();
    assert_eq!(cancelled, [ask.id, slow.id]);
    let ends: Vec<EventType> = types(&execution)
        .into_iter()
        .skip_while(|kind| *kind != EventType::TaskFailed)
        .take(8)
        .collect();
    let expected = [
        EventType::TaskFailed,
        // The failed task itself, and then its siblings in their order.
        EventType::TaskStateAborted,
        EventType::TaskStateAborted,
        EventType::WaitStateAborted,
        EventType::ParallelStateAborted,
        EventType::TaskStateAborted,
        EventType::ParallelStateFailed,
        EventType::ParallelStateExited,
    ];
    assert_eq!(ends, expected);
}

#[test]
fn a_retry_of_a_parallel_runs_all_branches_again() {
    let branches = json!([branch("A", task(json!({}))), branch("B", task(json!({})))]);
    let retry = json!({"Retry": [{"ErrorEquals": ["Broken"], "MaxAttempts": 1}]});
    let mut execution = start(
        machine("Both", json!({"Both": parallel(branches, retry)})),
        json!({}),
    );

    succeed(&mut execution, json!(1));
    fail(&mut execution, "Broken");
    skip(&mut execution);
    succeed(&mut execution, json!(2));
    succeed(&mut execution, json!(3));

    assert_eq!(output(&execution), json!([2, 3]));
}

#[test]
fn branches_read_outer_variables_and_keep_their_own() {
    let states = json!({
        "Set": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "Both"},
        "Both": parallel(json!([
            {"StartAt": "Inner", "States": {
                "Inner": {"Type": "Pass", "Assign": {"inner": "{% $outer + 1 %}"}, "Next": "Read"},
                "Read": {"Type": "Pass", "Output": "{% [$outer, $inner] %}", "End": true},
            }},
            branch("Other", json!({"Type": "Pass", "Output": "{% $exists($inner) %}", "End": true})),
        ]), json!({"Next": "After"})),
        "After": {
            "Type": "Pass", "Output": {"result": "{% $states.input %}", "leaked": "{% $exists($inner) %}"},
            "End": true,
        },
    });

    let execution = start(machine("Set", states), json!({}));

    assert_eq!(
        output(&execution),
        json!({"result": [[1, 2], false], "leaked": false})
    );
}

fn map(more: Value, inner: Value) -> simulator::Machine {
    let mut state = json!({
        "Type": "Map", "End": true,
        "Items": "{% $states.input %}",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Each", "States": {"Each": inner}},
    });
    state
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    machine("All", json!({"All": state}))
}

#[test]
fn a_map_runs_every_item_with_its_index() {
    let selector = json!({"ItemSelector": {
        "at": "{% $states.context.Map.Item.Index %}", "item": "{% $states.context.Map.Item.Value %}",
        "of": "{% $count($states.input) %}",
    }});
    let inner = json!({
        "Type": "Pass", "Output": "{% [$states.input, $states.context.Map.Item.Index] %}", "End": true,
    });

    let execution = start(map(selector, inner), json!(["a", "b"]));

    let expected = json!([[{"at": 0, "item": "a", "of": 2}, 0], [{"at": 1, "item": "b", "of": 2}, 1]]);
    assert_eq!(output(&execution), expected);
}

#[test]
fn a_map_runs_at_most_max_concurrency_items_at_once() {
    let mut execution = start(
        map(json!({"MaxConcurrency": 2}), task(json!({}))),
        json!([1, 2, 3]),
    );
    let first = next_task(&mut execution);
    let second = next_task(&mut execution);
    assert!(execution.poll_command().is_none());

    let event = TaskEvent::Succeeded {
        id: second.id,
        output: json!("two"),
    };
    execution.handle(execution.now(), event).unwrap();
    succeed(&mut execution, json!("three"));
    let event = TaskEvent::Succeeded {
        id: first.id,
        output: json!("one"),
    };
    execution.handle(execution.now(), event).unwrap();

    assert_eq!(output(&execution), json!(["one", "two", "three"]));
}

#[test]
fn a_failed_item_fails_the_map_unless_it_is_tolerated() {
    let mut strict = start(map(json!({}), task(json!({}))), json!([1, 2]));
    fail(&mut strict, "Broken");
    assert_eq!(strict.status().error(), Some("Broken"));
    assert!(has(&strict, EventType::MapIterationAborted));

    let mut tolerant = start(
        map(json!({"ToleratedFailurePercentage": 50}), task(json!({}))),
        json!([1, 2]),
    );
    fail(&mut tolerant, "Broken");
    succeed(&mut tolerant, json!("fine"));
    assert_eq!(output(&tolerant), json!(["fine"]));

    let mut exceeded = start(
        map(json!({"ToleratedFailureCount": 1}), task(json!({}))),
        json!([1, 2]),
    );
    fail(&mut exceeded, "Broken");
    fail(&mut exceeded, "Broken");
    assert_eq!(
        exceeded.status().error(),
        Some("States.ExceedToleratedFailureThreshold")
    );
}

fn distributed(more: Value) -> simulator::Machine {
    let mut state = json!({
        "Type": "Map", "Next": "Caught",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                          "StartAt": "Each", "States": {"Each": {"Type": "Succeed"}}},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
    });
    state
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    machine("All", json!({"All": state, "Caught": {"Type": "Succeed"}}))
}

#[test]
fn items_that_are_no_array_fail_the_evaluation() {
    for items in [json!(7), json!("text"), json!(null), json!(true), json!({"a": 1})] {
        let execution = start(map(json!({}), task(json!({}))), items.clone());

        assert_eq!(
            execution.status().error(),
            Some("States.QueryEvaluationError"),
            "{items}"
        );
    }
    for items in [json!(7), json!("text")] {
        let execution = start(distributed(json!({"Items": "{% $states.input %}"})), items);

        assert_eq!(output(&execution)["Error"], "States.QueryEvaluationError");
    }
}

#[test]
fn an_object_as_items_of_a_distributed_map_is_refused_and_cannot_be_caught() {
    for more in [json!({}), json!({"Items": "{% $states.input %}"})] {
        let execution = start(distributed(more.clone()), json!({"a": 1}));

        let simulator::Status::Failed { error, cause } = execution.status() else {
            panic!("{more}: {:?}", execution.status());
        };
        assert_eq!(error.as_deref(), Some("States.Runtime"));
        assert!(
            cause
                .as_deref()
                .unwrap()
                .ends_with("of an object: give it an array."),
            "{cause:?}"
        );
    }
}
