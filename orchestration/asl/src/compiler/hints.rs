//! What a workflow as written knows of its machine, and the document does not say.

use std::time::Duration;

use crate::compiler::generated::again_state;
use crate::steps::flow::{Flow, Target};
use asl_analysis::Hints;

/// The longest that it takes to learn that an execution cannot be started.
const START: Duration = Duration::from_secs(15);

/// How long failing attempts and undisturbed ones take, and how many rounds loops and items maps have.
pub(crate) fn of_flow(flow: &Flow, hints: &mut Hints) {
    if let Flow::Task(task) = flow {
        let expected = task.expected.map(|usually| (task.name.clone(), usually));
        hints.expected.extend(expected);
    }
    match flow {
        // What is retried is what the function fails with, and not the wait for who completes the callback.
        Flow::Task(task) if task.target.is_callback() => {
            hints.attempts.insert(task.name.clone(), task.failing_attempt);
        }
        // What is retried is the start, unless the author wants the whole of it again.
        Flow::Task(task) if matches!(task.target, Target::Workflow { .. }) && task.retry_on.is_empty() => {
            hints.attempts.insert(task.name.clone(), START);
        }
        Flow::Map(map) => {
            let items = map.most_items().map(|items| (map.name.clone(), items));
            hints.items.extend(items);
        }
        Flow::Repeat(repeat) => {
            hints
                .rounds
                .insert(again_state(&repeat.rounds), repeat.rounds.most);
        }
        _ => {}
    }
    for inner in flow.children() {
        of_flow(inner, hints);
    }
}
