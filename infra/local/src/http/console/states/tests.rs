use serde_json::json;
use simulator::{Command, Execution, Machine, Start, TaskCall, TaskEvent, TaskToken};

use super::*;

/// A task that is retried once after a second and caught, beside a callback that waits.
fn machine() -> Machine {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "Both", "States": {
        "Both": {"Type": "Parallel", "Next": "Decide", "Branches": [
            {"StartAt": "Ask", "States": {"Ask": {
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                "Arguments": {"FunctionName": "ask", "Payload": "{% $states.context.Task.Token %}"}, "End": true}}},
            {"StartAt": "Try", "States": {
                "Try": {
                    "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                    "Arguments": {"FunctionName": "try", "Payload": {}},
                    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 1}],
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "GaveUp"}], "End": true},
                "GaveUp": {"Type": "Pass", "End": true}}}]},
        "Decide": {"Type": "Choice", "Default": "Done", "Choices": [{"Condition": "{% false %}", "Next": "Lost"}]},
        "Done": {"Type": "Succeed"},
        "Lost": {"Type": "Fail", "Error": "Lost"}}});
    Machine::from_json(&definition.to_string()).unwrap()
}

const BUSY: &str = "Busy";

/// An execution in which `Ask` waits for its token, and the first attempt of `Try` has failed.
fn waiting() -> (Execution, TaskToken) {
    let mut execution = Execution::start(machine(), Start::new("first", json!({})));
    let (ask, attempt) = (next_call(&mut execution), next_call(&mut execution));
    let token = ask.payload().as_str().unwrap().to_owned();
    let asked = TaskEvent::Succeeded {
        id: ask.id,
        output: json!(null),
    };
    execution.handle(EpochMillis::default(), asked).unwrap();
    fail(&mut execution, &attempt);
    (execution, token.as_str().into())
}

fn next_call(execution: &mut Execution) -> TaskCall {
    loop {
        if let Command::RunTask(call) = execution.poll_command().unwrap() {
            return call;
        }
    }
}

fn fail(execution: &mut Execution, attempt: &TaskCall) {
    let failed = TaskEvent::Failed {
        id: attempt.id,
        error: BUSY.to_owned(),
        cause: String::new(),
    };
    execution.handle(execution.now(), failed).unwrap();
}

/// Lets the second attempt of `Try` begin.
fn try_again(execution: &mut Execution) -> TaskCall {
    execution.advance(execution.next_timer().unwrap());
    next_call(execution)
}

/// The state of this name.
fn state(execution: &Execution, name: &str) -> StateRun {
    let states = states(execution.history(), execution.status().is_running());
    states.into_iter().find(|state| &*state.name == name).unwrap()
}

fn taken(from: Option<&str>, to: Option<&str>, is_caught: bool) -> TakenTransition {
    TakenTransition {
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        is_caught,
    }
}

#[test]
fn states_wait_for_a_token_or_the_next_attempt() {
    let (execution, _) = waiting();

    let (ask, attempt) = (state(&execution, "Ask"), state(&execution, "Try"));
    assert_eq!(
        (ask.outcome, ask.waits_for),
        (Outcome::Waiting, Some("its token"))
    );
    assert_eq!(
        (attempt.outcome, attempt.waits_for),
        (Outcome::Waiting, Some("its next attempt"))
    );
    assert_eq!((attempt.attempts, attempt.error.as_deref()), (1, Some(BUSY)));
    let both = state(&execution, "Both");
    assert!(both.is_frame && both.outcome == Outcome::Running && attempt.depth == 1);
}

#[test]
fn attempts_are_counted_and_an_error_may_be_caught() {
    let (mut execution, _) = waiting();

    let second = try_again(&mut execution);
    let running = state(&execution, "Try");
    fail(&mut execution, &second);

    assert_eq!((running.outcome, running.attempts), (Outcome::Running, 2));
    let caught = state(&execution, "Try");
    assert_eq!((caught.outcome, caught.attempts), (Outcome::Caught, 2));
    assert_eq!(caught.duration(execution.now()), Duration::from_secs(1));
    assert_eq!(caught.note(execution.now()), "1.0 s, 2 tries");
    assert_eq!(state(&execution, "GaveUp").outcome, Outcome::Succeeded);
}

#[test]
fn the_transitions_that_were_taken_are_known() {
    let (mut execution, token) = waiting();
    let second = try_again(&mut execution);
    fail(&mut execution, &second);
    let confirmed = TaskEvent::TokenSucceeded {
        token,
        output: json!(1),
    };
    execution.handle(execution.now(), confirmed).unwrap();

    let states = states(execution.history(), false);
    assert!(states.iter().all(|state| state.left_at.is_some()));
    let overlay = overlay(execution.history(), &states, execution.now());
    assert_eq!(
        overlay.transitions,
        [
            taken(None, Some("Both"), false),
            taken(None, Some("Ask"), false),
            taken(Some("Ask"), None, false),
            taken(None, Some("Try"), false),
            taken(Some("Try"), Some("GaveUp"), true),
            taken(Some("GaveUp"), None, false),
            taken(Some("Both"), Some("Decide"), false),
            taken(Some("Decide"), Some("Done"), false),
            taken(Some("Done"), None, false),
        ]
        .into()
    );
    assert_eq!(overlay.states.len(), 6);
}

#[test]
fn what_was_going_on_at_the_end_is_aborted() {
    let (mut execution, _) = waiting();

    execution.stop(EpochMillis::new(2_000), None, None);

    for name in ["Both", "Ask", "Try"] {
        assert_eq!(state(&execution, name).outcome, Outcome::Aborted, "{name}");
    }
}

#[test]
fn every_note_fits() {
    let (execution, _) = waiting();
    let mut state = state(&execution, "Try");
    state.attempts = u32::MAX;

    for seconds in [0, 59, 3_599, 172_799, 999 * 86_400] {
        let now = state
            .entered_at
            .saturating_add(Duration::from_millis(seconds * 1_000 + 999));
        let note = state.note(now);
        assert!(note.chars().count() <= StateOverlay::NOTE_LENGTH, "{note}");
    }
}
