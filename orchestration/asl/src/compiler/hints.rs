//! Hints: what a workflow says of its machine that the document cannot.

use std::time::Duration;

use crate::compiler::generated::again_state;
use crate::steps::flow::{Flow, Target};
use asl_analysis::Hints;

/// The longest failing attempt to start an execution.
const START: Duration = Duration::from_secs(15);

/// Adds how long attempts take, how many rounds loops have, and how many items maps.
pub(crate) fn of_flow(flow: &Flow, hints: &mut Hints) {
    if let Flow::Task(task) = flow {
        let expected = task.expected.map(|usually| (task.name.clone(), usually));
        hints.expected.extend(expected);
    }
    match flow {
        // A retry follows an error of the function, and not the wait for the callback, unless somebody completes it with one.
        Flow::Task(task) if task.target.is_callback() => {
            hints.attempts.insert(task.name.clone(), task.failing_attempt);
            if !task.completion_errors.is_empty() {
                let errors = task.completion_errors.iter().map(|error| (*error).to_owned());
                hints.waiting.insert(task.name.clone(), errors.collect());
            }
        }
        // A retry repeats the start, unless the author asks for retries of the execution.
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
