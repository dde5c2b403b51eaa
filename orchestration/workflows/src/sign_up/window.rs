//! A sign-up with a shorter confirmation window, for tests.

use std::time::Duration;

use asl::document::{Number, State, StateMachine, States};
use serde_json::Value;

/// The definition with links that are valid for `window`, in whole seconds.
///
/// It is changed after `build`, which rejects a window that is shorter than the function's own timeout. Nothing else
/// differs from the deployed definition.
#[must_use]
pub fn with_window(mut machine: StateMachine, window: Duration) -> StateMachine {
    shorten(&mut machine.states, window.as_secs());
    machine
}

fn shorten(states: &mut States, seconds: u64) {
    for state in states.values_mut() {
        match state {
            State::Task(task) => {
                let argument = task
                    .arguments
                    .as_mut()
                    .and_then(|arguments| arguments.pointer_mut(WINDOW));
                if let Some(argument) = argument {
                    *argument = Value::from(seconds);
                    task.timeout_seconds = Some(Number::Literal(seconds));
                }
            }
            State::Parallel(parallel) => {
                for branch in &mut parallel.branches {
                    shorten(&mut branch.states, seconds);
                }
            }
            State::Map(_)
            | State::Choice(_)
            | State::Pass(_)
            | State::Wait(_)
            | State::Succeed(_)
            | State::Fail(_) => {}
        }
    }
}

/// The path of the window in a function's arguments.
const WINDOW: &str = "/Payload/windowSeconds";

#[cfg(test)]
mod tests {
    use crate::{SignUpSettings, sign_up};

    use super::*;

    #[test]
    fn only_the_window_differs() {
        let committed = sign_up(SignUpSettings::default()).unwrap();

        let shortened = with_window(committed.clone(), Duration::from_secs(5))
            .to_json()
            .unwrap();

        let original = committed.to_json().unwrap();
        let differing: Vec<_> = original
            .lines()
            .zip(shortened.lines())
            .filter(|(one, other)| one != other)
            .collect();
        assert_eq!(shortened.lines().count(), original.lines().count());
        assert!(
            matches!(
                differing.as_slice(),
                [(_, argument), (_, timeout)]
                    if argument.trim() == "\"windowSeconds\": 5" && timeout.trim() == "\"TimeoutSeconds\": 5,"
            ),
            "{differing:?}"
        );
    }
}
