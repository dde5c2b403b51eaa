//! The sign-up with a shorter window, for tests that wait for its end.

use std::time::Duration;

use asl::document::{Number, State, StateMachine, States};
use serde_json::Value;

/// The machine with links that work for `window`, in whole seconds.
///
/// It is changed after it was built: `build` refuses a window that may be over while the function still runs. A test
/// takes that chance, and nothing else differs from what is deployed.
#[must_use]
pub fn with_window(mut machine: StateMachine, window: Duration) -> StateMachine {
    shorten(&mut machine.states, window.as_secs());
    machine
}

fn shorten(states: &mut States, seconds: u64) {
    for state in states.values_mut() {
        match state {
            State::Task(task) => {
                let told = task
                    .arguments
                    .as_mut()
                    .and_then(|arguments| arguments.pointer_mut(WINDOW));
                if let Some(told) = told {
                    *told = Value::from(seconds);
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

/// Where a function is told how long its links work.
const WINDOW: &str = "/Payload/windowSeconds";

#[cfg(test)]
mod tests {
    use crate::{SignUpSettings, sign_up};

    use super::*;

    #[test]
    fn a_shorter_window_is_all_that_differs() {
        let committed = sign_up(SignUpSettings::default()).unwrap();

        let text = with_window(committed.clone(), Duration::from_secs(5))
            .to_json()
            .unwrap();

        let whole = committed.to_json().unwrap();
        let differing: Vec<_> = whole
            .lines()
            .zip(text.lines())
            .filter(|(one, other)| one != other)
            .collect();
        assert_eq!(text.lines().count(), whole.lines().count());
        assert!(
            matches!(
                differing.as_slice(),
                [(_, told), (_, waited)]
                    if told.trim() == "\"windowSeconds\": 5" && waited.trim() == "\"TimeoutSeconds\": 5,"
            ),
            "{differing:?}"
        );
    }
}
