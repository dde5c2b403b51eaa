//! Rules for every task of the emitted sign-up.

use asl::document::{JitterStrategy, Number, State, StateMachine, States, TaskState};
use asl::{Field, Function, Payload};
use contracts::notify_webhook::NotifyWebhook;
use contracts::set_user_status::SetUserStatus;
use contracts::store_user_data::StoreUserData;
use contracts::table;
use contracts::validate_contacts::ValidateContacts;
use contracts::validate_email::ValidateEmail;

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
        .filter_map(|(_, task)| Some(task.arguments.as_ref()?["FunctionName"].as_str()?.to_owned()))
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
fn every_task_has_a_timeout() {
    for (name, task) in tasks(&machine().states) {
        let Some(Number::Literal(seconds)) = task.timeout_seconds else {
            panic!("{name} has none")
        };
        let longest = if is_callback(task) { 24 * 60 * 60 } else { 60 };
        assert!((1..=longest).contains(&seconds), "{name}: {seconds}");
    }
}

#[test]
fn every_retry_has_full_jitter_and_a_maximum_delay() {
    for (name, task) in tasks(&machine().states) {
        assert!(!task.retry.is_empty(), "{name}");
        for retry in &task.retry {
            assert_eq!(retry.jitter_strategy, Some(JitterStrategy::Full), "{name}");
            assert!(retry.max_delay_seconds.is_some(), "{name}");
        }
    }
}

#[test]
fn every_task_catches_all_errors() {
    for (name, task) in tasks(&machine().states) {
        let last = task
            .catch
            .last()
            .unwrap_or_else(|| panic!("{name} catches nothing"));
        assert_eq!(last.error_equals, ["States.ALL"], "{name}");
    }
}

#[test]
fn no_task_retries_all_errors_and_no_callback_retries_its_timeout() {
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
fn the_link_window_equals_the_timeout_of_the_callback() {
    let machine = machine();
    let (_, callback) = tasks(&machine.states)
        .into_iter()
        .find(|(_, task)| is_callback(task))
        .unwrap();

    let window = &callback.arguments.as_ref().unwrap()["Payload"]["windowSeconds"];

    assert_eq!(callback.timeout_seconds, Some(Number::Literal(24 * 60 * 60)));
    assert_eq!(window, 24 * 60 * 60);
}

/// The fields of personal data that a function's contract marks.
fn personal_fields<F: Function>() -> Vec<&'static str> {
    let fields = F::Input::FIELDS.iter().chain(F::Output::FIELDS);
    fields.filter_map(Field::personal_field).collect()
}

#[test]
fn only_two_functions_have_personal_data_in_their_contract() {
    let all = table::user::PERSONAL;

    assert_eq!(personal_fields::<StoreUserData>(), all);
    assert_eq!(personal_fields::<ValidateEmail>(), ["email", "locale"]);
    assert_eq!(
        personal_fields::<ValidateContacts>(),
        ["email", "phone", "locale"]
    );
    assert_eq!(personal_fields::<SetUserStatus>(), [""; 0]);
    assert_eq!(personal_fields::<NotifyWebhook>(), [""; 0]);
}

#[test]
fn personal_data_reaches_only_the_functions_that_need_it() {
    // Each reference to the input, in payloads, assignments, outputs and conditions, must name an allowed field.
    let allowed = |state: &str, field: &str| {
        let personal = ["email", "name", "phone", "locale"].contains(&field);
        let known = personal || ["userId", "campaign"].contains(&field);
        known && (!personal || ["StoreUserData", "ValidateEmail"].contains(&state))
    };
    let machine = machine();

    let mut references = 0;
    for (name, state) in all_states(&machine.states) {
        let mut state = serde_json::to_value(state).unwrap();
        state.as_object_mut().unwrap().remove("Branches");
        let text = state.to_string();
        for (_, after) in text
            .match_indices("Execution.Input")
            .map(|(at, word)| (at, &text[at + word.len()..]))
        {
            let field = after
                .strip_prefix('.')
                .map(|rest| rest.split(|letter: char| !letter.is_alphanumeric()).next());
            assert!(
                allowed(name, field.flatten().unwrap_or_default()),
                "{name} reads {}",
                &after[..20]
            );
            references += 1;
        }
    }
    assert!(references > 10, "only {references} references were found");
}

/// All states of all levels, by name.
fn all_states(states: &States) -> Vec<(&str, &State)> {
    let mut all = Vec::new();
    for (name, state) in states {
        all.push((name.as_str(), state));
        if let State::Parallel(parallel) = state {
            all.extend(
                parallel
                    .branches
                    .iter()
                    .flat_map(|branch| all_states(&branch.states)),
            );
        }
    }
    all
}
