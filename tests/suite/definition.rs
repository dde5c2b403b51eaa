//! What the emitted sign-up promises of every task.

use asl::document::{JitterStrategy, Number, State, StateMachine, States, TaskState};

fn machine() -> StateMachine {
    serde_json::from_str(include_str!("../../infra/statemachines/sign-up.asl.json")).unwrap()
}

/// All tasks of all levels, by name.
fn tasks(states: &States) -> Vec<(&str, &TaskState)> {
    let mut tasks = Vec::new();
    for (name, state) in states {
        match state {
            State::Task(task) => tasks.push((name.as_str(), task)),
            State::Parallel(parallel) => {
                tasks.extend(
                    parallel
                        .branches
                        .iter()
                        .flat_map(|branch| self::tasks(&branch.states)),
                );
            }
            _ => {}
        }
    }
    tasks
}

fn is_callback(task: &TaskState) -> bool {
    task.resource.ends_with(".waitForTaskToken")
}

#[test]
fn the_machine_calls_all_four_task_functions() {
    let machine = machine();

    let mut called: Vec<_> = tasks(&machine.states)
        .iter()
        .map(|(_, task)| {
            task.arguments.as_ref().unwrap()["FunctionName"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    called.sort();
    called.dedup();

    assert_eq!(
        called,
        [
            "${NotifyWebhookFunctionArn}",
            "${SetUserStatusFunctionArn}",
            "${StoreUserDataFunctionArn}",
            "${ValidateEmailFunctionArn}",
        ]
    );
}

#[test]
fn every_task_has_a_time_out() {
    for (name, task) in tasks(&machine().states) {
        let Some(Number::Literal(seconds)) = task.timeout_seconds else {
            panic!("{name} has none")
        };
        let longest = if is_callback(task) { 24 * 60 * 60 } else { 60 };
        assert!((1..=longest).contains(&seconds), "{name}: {seconds}");
    }
}

#[test]
fn every_retry_has_full_jitter_and_a_longest_delay() {
    for (name, task) in tasks(&machine().states) {
        assert!(!task.retry.is_empty(), "{name}");
        for retry in &task.retry {
            assert_eq!(retry.jitter_strategy, Some(JitterStrategy::Full), "{name}");
            assert!(retry.max_delay_seconds.is_some(), "{name}");
        }
    }
}

#[test]
fn every_task_has_an_answer_to_every_error() {
    for (name, task) in tasks(&machine().states) {
        let last = task
            .catch
            .last()
            .unwrap_or_else(|| panic!("{name} catches nothing"));
        assert_eq!(last.error_equals, ["States.ALL"], "{name}");
    }
}

#[test]
fn nothing_retries_a_callbacks_time_out_or_everything() {
    for (name, task) in tasks(&machine().states) {
        let retried: Vec<_> = task.retry.iter().flat_map(|retry| &retry.error_equals).collect();
        assert!(
            !retried
                .iter()
                .any(|error| *error == "States.ALL" || *error == "States.TaskFailed"),
            "{name}"
        );
        assert_eq!(
            retried.iter().any(|error| *error == "States.Timeout"),
            !is_callback(task),
            "{name}"
        );
    }
}

#[test]
fn the_link_works_as_long_as_the_callback_waits() {
    let machine = machine();
    let (_, callback) = tasks(&machine.states)
        .into_iter()
        .find(|(_, task)| is_callback(task))
        .unwrap();

    let window = &callback.arguments.as_ref().unwrap()["Payload"]["windowSeconds"];

    assert_eq!(callback.timeout_seconds, Some(Number::Literal(24 * 60 * 60)));
    assert_eq!(window, 24 * 60 * 60);
}

#[test]
fn personal_data_reaches_only_the_functions_that_need_it() {
    let machine = machine();

    for (name, task) in tasks(&machine.states) {
        let payload = task.arguments.as_ref().unwrap()["Payload"].to_string();
        for personal in ["Input.email", "Input.name", "Input.phone", "Input.locale"] {
            let needed = ["StoreUserData", "ValidateEmail"].contains(&name);
            assert!(needed || !payload.contains(personal), "{name} gets {personal}");
        }
    }
}
