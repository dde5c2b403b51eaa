//! Bounds of machines, against numbers that were computed by hand.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::time::Duration;

use asl_analysis::{Hints, Reason, Unbounded, max_events, worst_case, worst_cases};
use asl_document::StateMachine;
use serde_json::{Value, json};

fn machine(start: &str, states: &Value) -> StateMachine {
    serde_json::from_value(json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states})).unwrap()
}

fn merged(mut state: Value, fields: &Value) -> Value {
    state
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    state
}

/// A task of at most 10 seconds.
fn task(fields: &Value) -> Value {
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 10});
    merged(task, fields)
}

fn bounded(name: &str, number: u64) -> Hints {
    Hints {
        rounds: [(name.to_owned(), number)].into(),
        items: [(name.to_owned(), number)].into(),
        ..Hints::default()
    }
}

fn seconds(machine: &StateMachine, hints: &Hints) -> u64 {
    let longest = worst_case(machine, hints).unwrap();
    assert_eq!(longest.subsec_nanos(), 0);
    longest.as_secs()
}

fn events(machine: &StateMachine, hints: &Hints) -> u64 {
    max_events(machine, hints).unwrap()
}

#[test]
fn retries_add_every_attempt_and_the_longest_delays() {
    let retry = json!([
        {"ErrorEquals": ["A"], "MaxAttempts": 3, "IntervalSeconds": 2, "MaxDelaySeconds": 5, "JitterStrategy": "FULL"},
        {"ErrorEquals": ["B"], "MaxAttempts": 1},
    ]);
    let machine = machine(
        "Work",
        &json!({"Work": task(&json!({"End": true, "Retry": retry}))}),
    );

    // Five attempts, and delays of 2, 4, 5 and 1 seconds.
    assert_eq!(seconds(&machine, &Hints::default()), 5 * 10 + 2 + 4 + 5 + 1);
    // Around it: started, entered, exited, succeeded. Of each attempt: scheduled, started, ended.
    assert_eq!(events(&machine, &Hints::default()), 4 + 5 * 3);
}

#[test]
fn a_hint_bounds_the_failing_attempts_of_a_callback() {
    let callback = task(&json!({
        "End": true, "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 3600,
        "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 2}],
    }));
    let machine = machine("Ask", &json!({"Ask": callback}));
    let hints = Hints {
        attempts: [("Ask".to_owned(), Duration::from_secs(10))].into(),
        ..Hints::default()
    };

    assert_eq!(seconds(&machine, &Hints::default()), 3 * 3600 + 1 + 2);
    assert_eq!(seconds(&machine, &hints), 2 * 10 + 3600 + 1 + 2);
    // Scheduled, started, submitted, ended.
    assert_eq!(events(&machine, &hints), 4 + 3 * 4);
}

#[test]
fn an_attempt_that_fails_while_it_waits_takes_until_its_timeout() {
    let callback = task(&json!({
        "End": true, "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 3600,
        "Retry": [{"ErrorEquals": ["Late"], "MaxAttempts": 1}, {"ErrorEquals": ["Early"], "MaxAttempts": 2}],
    }));
    let machine = machine("Ask", &json!({"Ask": callback}));
    let hints = Hints {
        attempts: [("Ask".to_owned(), Duration::from_secs(10))].into(),
        waiting: [("Ask".to_owned(), vec!["Late".to_owned()])].into(),
        ..Hints::default()
    };

    assert_eq!(seconds(&machine, &hints), (3600 + 1) + (2 * 10 + 1 + 2) + 3600);
}

#[test]
fn a_parallel_has_its_longest_duration_and_the_events_of_all_branches() {
    let branch = |name: &str, seconds: u64| json!({"StartAt": name, "States": {name: {"Type": "Wait", "Seconds": seconds, "End": true}}});
    let parallel = json!({
        "Type": "Parallel", "Branches": [branch("Short", 5), branch("Long", 60)], "Next": "Done",
        "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 1, "IntervalSeconds": 3}],
    });
    let machine = machine("Both", &json!({"Both": parallel, "Done": {"Type": "Succeed"}}));

    assert_eq!(seconds(&machine, &Hints::default()), 2 * 60 + 3);
    // Per attempt: started, and each Wait entered and exited. Then: entered, succeeded, exited.
    assert_eq!(events(&machine, &Hints::default()), 2 + 2 * (1 + 4) + 3 + 2);
    let each = worst_cases(&machine, &Hints::default());
    assert_eq!(each.keys().collect::<Vec<_>>(), ["Both", "Short", "Long", "Done"]);
    assert_eq!(each["Long"], Ok(Duration::from_mins(1)));
}

#[test]
fn the_longest_path_counts() {
    let states = json!({
        "Which": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Rest"}], "Default": "Try"},
        "Rest": {"Type": "Wait", "Seconds": 15, "Next": "Done"},
        "Try": task(&json!({"Next": "Done", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rest"}]})),
        "Done": {"Type": "Succeed"},
    });
    let machine = machine("Which", &states);

    assert_eq!(seconds(&machine, &Hints::default()), 10 + 15);
    assert_eq!(events(&machine, &Hints::default()), 2 + 2 + 5 + 2 + 2);
}

#[test]
fn a_map_runs_in_batches_of_its_concurrency() {
    let map = |fields: &Value| {
        let processor =
            json!({"StartAt": "Each", "States": {"Each": {"Type": "Wait", "Seconds": 7, "End": true}}});
        let map = merged(
            json!({"Type": "Map", "ItemProcessor": processor, "End": true}),
            fields,
        );
        machine("All", &json!({"All": map}))
    };
    let limited = map(&json!({"MaxConcurrency": 4}));
    let known = bounded("All", 10);

    assert_eq!(seconds(&limited, &known), 3 * 7);
    // Per item: started, entered, exited, succeeded. Around: the Map's four, and the execution's two.
    assert_eq!(events(&limited, &known), 10 * 4 + 4 + 2);
    // Without a limit of its own, an inline Map runs 40 items concurrently.
    assert_eq!(seconds(&map(&json!({})), &bounded("All", 41)), 2 * 7);
    // One item at a time, if the concurrency is computed at run time.
    assert_eq!(
        seconds(&map(&json!({"MaxConcurrency": "{% $n %}"})), &known),
        10 * 7
    );
    assert_eq!(
        seconds(
            &map(&json!({"Items": [1, 2], "MaxConcurrency": 1})),
            &Hints::default()
        ),
        2 * 7
    );
}

#[test]
fn child_executions_of_a_distributed_map_have_their_own_histories() {
    let processor = json!({
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "First",
        "States": {
            "First": task(&json!({"Next": "Second"})),
            "Second": task(&json!({"Next": "Third"})),
            "Third": task(&json!({"End": true})),
        },
    });
    let map = json!({"Type": "Map", "ItemProcessor": processor, "End": true});
    let machine = machine("All", &json!({"All": map}));

    // Its own history has 8, that of an item 2 + 3 * 5.
    assert_eq!(events(&machine, &Hints::default()), 17);
    assert_eq!(seconds(&machine, &bounded("All", 10_001)), 2 * 30);
}

#[test]
fn a_loop_is_multiplied_by_its_rounds() {
    let repeat = json!({
        "Poll": task(&json!({"Next": "Again"})),
        "Again": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Rest"}], "Default": "Done"},
        "Rest": {"Type": "Wait", "Seconds": 5, "Next": "Poll"},
        "Done": {"Type": "Succeed"},
    });
    let machine = machine("Poll", &repeat);

    // Three polls and two rests.
    assert_eq!(seconds(&machine, &bounded("Again", 3)), 3 * 10 + 2 * 5);
    assert_eq!(
        events(&machine, &bounded("Again", 3)),
        2 + 3 * (5 + 2) + 2 * 2 + 2
    );
    assert_eq!(seconds(&machine, &bounded("Again", 1)), 10);
}

#[test]
fn a_choice_at_the_head_of_a_loop_is_evaluated_once_more_than_its_rounds() {
    let states = json!({
        "More": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Work"}], "Default": "Done"},
        "Work": task(&json!({"Next": "More"})),
        "Done": {"Type": "Succeed"},
    });
    let machine = machine("More", &states);

    assert_eq!(seconds(&machine, &bounded("More", 3)), 3 * 10);
    assert_eq!(events(&machine, &bounded("More", 3)), 2 + 3 * (5 + 2) + 2 + 2);
}

#[test]
fn nested_loops_multiply() {
    let states = json!({
        "Outer": task(&json!({"Next": "Inner"})),
        "Inner": task(&json!({"Next": "InnerAgain"})),
        "InnerAgain": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Inner"}], "Default": "OuterAgain"},
        "OuterAgain": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Outer"}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    });
    let machine = machine("Outer", &states);
    let mut hints = bounded("InnerAgain", 4);

    let unbounded = worst_case(&machine, &hints);
    hints.rounds.insert("OuterAgain".to_owned(), 3);

    // The rounds of the inner loop do not bound the outer one.
    assert_eq!(unbounded, Err(no_bound("Outer", Reason::UnknownRounds)));
    assert_eq!(seconds(&machine, &hints), 3 * (10 + 4 * 10));
}

fn no_bound(state: &str, reason: Reason) -> Unbounded {
    Unbounded {
        state: state.to_owned(),
        reason,
    }
}

#[test]
fn an_unbounded_state_is_named_with_the_reason() {
    let timed = |fields: Value| machine("Only", &json!({"Only": fields}));
    let processor = json!({"StartAt": "Each", "States": {"Each": {"Type": "Pass", "End": true}}});
    let cases = [
        (
            task(&json!({"End": true, "TimeoutSeconds": "{% $n %}"})),
            Reason::ComputedTime,
        ),
        (
            json!({"Type": "Task", "Resource": "x", "End": true}),
            Reason::NoTimeout,
        ),
        (
            json!({"Type": "Wait", "Seconds": "{% $n %}", "End": true}),
            Reason::ComputedTime,
        ),
        (
            json!({"Type": "Map", "ItemProcessor": processor, "End": true}),
            Reason::UnknownItems,
        ),
        (task(&json!({"Next": "Only"})), Reason::UnknownRounds),
    ];

    for (state, reason) in cases {
        assert_eq!(
            worst_case(&timed(state), &Hints::default()),
            Err(no_bound("Only", reason))
        );
    }
}

#[test]
fn an_irreducible_loop_is_unbounded() {
    let states = json!({
        "Which": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Left"}], "Default": "Right"},
        "Left": {"Type": "Pass", "Next": "Right"},
        "Right": {"Type": "Choice", "Choices": [{"Condition": true, "Next": "Left"}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    });

    let unbounded = worst_case(&machine("Which", &states), &bounded("Right", 3));

    assert_eq!(unbounded, Err(no_bound("Left", Reason::IrreducibleLoop)));
}

#[test]
fn missing_states_do_not_panic() {
    let nowhere = machine("Missing", &json!({"Only": {"Type": "Pass", "Next": "Missing"}}));

    assert_eq!(seconds(&nowhere, &Hints::default()), 0);
    assert_eq!(events(&nowhere, &Hints::default()), 2);
}

#[test]
fn a_long_chain_does_not_overflow_the_stack() {
    let last = 20_000;
    let mut states: serde_json::Map<String, Value> = (0..last)
        .map(|state| {
            (
                format!("S{state}"),
                json!({"Type": "Pass", "Next": format!("S{}", state + 1)}),
            )
        })
        .collect();
    states.insert(format!("S{last}"), json!({"Type": "Succeed"}));

    let chain = machine("S0", &states.into());

    assert_eq!(events(&chain, &Hints::default()), 2 + 2 * (last + 1));
}
