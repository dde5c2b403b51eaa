//! Times of retries, waits and timeouts, against the specification.
//!
//! Sources: [Retrying after an
//! error](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error),
//! [Wait](https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html) and
//! [Task](https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html#task-state-fields).

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{EpochMillis, Execution, TaskEvent};

use crate::support::{callback, fail, machine, next_task, output, skip, start, start_with, succeed, task};

/// The pauses before the retries of a task that always fails, in milliseconds.
fn pauses(retrier: Value, seed: u64) -> Vec<u128> {
    let mut fields = json!({"ErrorEquals": ["Busy"]});
    fields
        .as_object_mut()
        .unwrap()
        .extend(retrier.as_object().unwrap().clone());
    let states = json!({"Call": task(json!({"Retry": [fields]}))});
    let mut execution = start_with(machine("Call", states), json!({}), seed);
    let mut pauses = Vec::new();
    loop {
        fail(&mut execution, "Busy");
        if execution.next_timer().is_none() {
            return pauses;
        }
        pauses.push(skip(&mut execution).as_millis());
    }
}

#[test]
fn the_back_off_multiplies_the_interval() {
    let cases = [
        (json!({}), vec![1000, 2000, 4000]),
        (json!({"MaxAttempts": 0}), vec![]),
        (
            json!({"IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 1.5}),
            vec![3000, 4500],
        ),
        (
            json!({"IntervalSeconds": 5, "BackoffRate": 1.0}),
            vec![5000, 5000, 5000],
        ),
        (
            json!({"IntervalSeconds": 2, "BackoffRate": 10, "MaxDelaySeconds": 30, "MaxAttempts": 4}),
            vec![2000, 20_000, 30_000, 30_000],
        ),
    ];
    for (retrier, expected) in cases {
        assert_eq!(pauses(retrier.clone(), 1), expected, "{retrier}");
    }
}

#[test]
fn full_jitter_is_between_zero_and_the_backed_off_interval_for_every_seed() {
    let retrier = json!({
        "IntervalSeconds": 4, "BackoffRate": 2, "MaxDelaySeconds": 10, "MaxAttempts": 3, "JitterStrategy": "FULL",
    });
    let bounds = [4000_u128, 8000, 10_000];
    let runs = 2000;

    let mut sums = [0_u128; 3];
    for seed in 0..runs {
        for (index, pause) in pauses(retrier.clone(), seed).into_iter().enumerate() {
            assert!(
                pause <= bounds[index],
                "seed {seed}: {pause} ms before retry {index}"
            );
            sums[index] += pause;
        }
    }

    // Uniform means that the mean is half of the bound: within a twentieth of it for so many seeds.
    for (sum, bound) in sums.into_iter().zip(bounds) {
        let mean = sum / u128::from(runs);
        assert!(
            mean.abs_diff(bound / 2) < bound / 20,
            "mean {mean} ms of at most {bound} ms"
        );
    }
}

#[test]
fn jitter_of_none_is_the_plain_back_off() {
    assert_eq!(pauses(json!({"JitterStrategy": "NONE"}), 9), [1000, 2000, 4000]);
}

#[test]
fn each_visit_of_a_state_restarts_its_back_off() {
    let retry = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 2}]);
    let states = json!({
        "Call": task(json!({"Retry": retry, "Next": "Again"})),
        "Again": {"Type": "Choice", "Default": "Done", "Choices": [
            {"Condition": "{% $states.input = 'again' %}", "Next": "Call"}]},
        "Done": {"Type": "Succeed"},
    });
    let mut execution = start(machine("Call", states), json!({}));

    let mut seconds = Vec::new();
    for answer in ["again", "done"] {
        for _ in 0..2 {
            fail(&mut execution, "Busy");
            seconds.push(skip(&mut execution).as_secs());
        }
        succeed(&mut execution, json!(answer));
    }

    assert_eq!(seconds, [2, 4, 2, 4]);
}

/// How long a Wait with these fields takes from 1970-01-01T00:00:00Z on.
fn waits(fields: Value, input: Value) -> (Duration, Execution) {
    let mut state = json!({"Type": "Wait", "End": true});
    state
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let mut execution = start(machine("Wait", json!({"Wait": state})), input);
    let took = match execution.next_timer() {
        Some(_) => skip(&mut execution),
        None => Duration::ZERO,
    };
    (took, execution)
}

#[test]
fn a_wait_lasts_as_long_as_it_says() {
    let cases = [
        (json!({"Seconds": 0}), json!({}), 0),
        (json!({"Seconds": 90}), json!({}), 90_000),
        (
            json!({"Seconds": "{% $states.input.minutes * 60 %}"}),
            json!({"minutes": 3}),
            180_000,
        ),
        (json!({"Timestamp": "1970-01-01T00:00:07Z"}), json!({}), 7000),
        (
            json!({"Timestamp": "1970-01-01T02:00:07.250+02:00"}),
            json!({}),
            7000,
        ),
        (
            json!({"Timestamp": "{% $states.input.until %}"}),
            json!({"until": "1970-01-01T01:00:00Z"}),
            3_600_000,
        ),
        (
            json!({"Timestamp": "{% $fromMillis($millis() + 1500) %}"}),
            json!({}),
            1000,
        ),
        (json!({"Timestamp": "1960-01-01T00:00:00Z"}), json!({}), 0),
    ];
    for (fields, input, expected) in cases {
        let (took, execution) = waits(fields.clone(), input);

        assert_eq!(took.as_millis(), expected, "{fields}");
        assert_eq!(execution.status().name(), "SUCCEEDED", "{fields}");
    }
}

#[test]
fn a_wait_for_no_number_or_no_timestamp_fails() {
    for (fields, input) in [
        (json!({"Seconds": "{% $states.input %}"}), json!("soon")),
        (json!({"Seconds": "{% $states.input %}"}), json!(-1)),
        (json!({"Timestamp": "{% $states.input %}"}), json!("tomorrow")),
        (json!({"Timestamp": "{% $states.input %}"}), json!("1970-01-01")),
        (
            json!({"Timestamp": "{% $states.input %}"}),
            json!("1970-01-01t00:00:07Z"),
        ),
        (
            json!({"Timestamp": "{% $states.input %}"}),
            json!("1970-01-01T00:00:07z"),
        ),
        (
            json!({"Timestamp": "{% $states.input %}"}),
            json!("1970-01-01T00:00:07"),
        ),
        (json!({"Timestamp": "{% $states.input %}"}), json!(7000)),
    ] {
        let (_, execution) = waits(fields.clone(), input);

        assert_eq!(
            execution.status().error(),
            Some("States.QueryEvaluationError"),
            "{fields}"
        );
    }
}

#[test]
fn a_timeout_is_of_each_attempt_and_not_of_the_state() {
    let states = json!({"Call": task(json!({
        "TimeoutSeconds": 10, "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 5, "MaxAttempts": 1}],
    }))});
    let mut execution = start(machine("Call", states), json!({}));

    let steps: Vec<u64> = (0..3).map(|_| skip(&mut execution).as_secs()).collect();

    assert_eq!(steps, [10, 5, 10]);
    assert_eq!(execution.status().error(), Some("States.Timeout"));
}

#[test]
fn timeout_seconds_hold_in_spite_of_heartbeats() {
    let states =
        json!({"Ask": callback(json!({"TimeoutSeconds": "{% 20 + 5 %}", "HeartbeatSeconds": "{% 10 %}"}))});
    let mut execution = start(machine("Ask", states), json!({}));
    let token = next_task(&mut execution).task_token.unwrap();

    for at in [9000, 18_000] {
        let beat = TaskEvent::TokenHeartbeat { token: token.clone() };
        execution.handle(EpochMillis::new(at), beat).unwrap();
    }
    skip(&mut execution);

    assert_eq!(execution.now(), EpochMillis::new(25_000));
    assert_eq!(execution.status().error(), Some("States.Timeout"));
}

#[test]
fn the_first_heartbeat_is_due_from_the_start_of_the_task() {
    let states = json!({
        "Nap": {"Type": "Wait", "Seconds": 100, "Next": "Ask"},
        "Ask": callback(json!({"HeartbeatSeconds": 10})),
    });
    let mut execution = start(machine("Nap", states), json!({}));

    skip(&mut execution);
    assert_eq!(skip(&mut execution), Duration::from_secs(10));

    assert_eq!(execution.status().error(), Some("States.Timeout"));
}

#[test]
fn branches_wait_side_by_side() {
    let nap = |name: &str, seconds: u64| {
        json!({"StartAt": name, "States": {name: {
            "Type": "Wait", "Seconds": seconds, "Output": "{% $now() %}", "End": true}}})
    };
    let states = json!({"Both": {"Type": "Parallel", "End": true, "Branches": [nap("A", 30), nap("B", 10)]}});
    let mut execution = start(machine("Both", states), json!({}));

    let steps = [skip(&mut execution).as_secs(), skip(&mut execution).as_secs()];

    assert_eq!(steps, [10, 20]);
    assert_eq!(
        output(&execution),
        json!(["1970-01-01T00:00:30.000Z", "1970-01-01T00:00:10.000Z"])
    );
}
