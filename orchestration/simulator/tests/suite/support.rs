//! Machines and steps shared by the tests.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Command, EpochMillis, EventType, Execution, Machine, Start, Status, TaskCall, TaskEvent};

/// A JSONata machine of these states.
pub(crate) fn machine(start_at: &str, states: Value) -> Machine {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": start_at, "States": states});
    Machine::from_json(&definition.to_string()).unwrap()
}

/// A call of a function through `lambda:invoke` that hands its input on, with `more` fields.
pub(crate) fn task(more: Value) -> Value {
    let state = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "function", "Payload": "{% $states.input %}"},
        "Output": "{% $states.result.Payload %}",
    });
    merged(state, more)
}

/// A callback task, with `more` fields.
pub(crate) fn callback(more: Value) -> Value {
    let state = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {
            "FunctionName": "function",
            "Payload": {"token": "{% $states.context.Task.Token %}"},
        },
    });
    merged(state, more)
}

fn merged(mut state: Value, more: Value) -> Value {
    let Value::Object(more) = more else {
        panic!("fields are an object")
    };
    let fields = state.as_object_mut().unwrap();
    fields.extend(more);
    if !fields.contains_key("Next") {
        fields.insert("End".to_owned(), json!(true));
    }
    state
}

/// Starts at time zero.
pub(crate) fn start(machine: Machine, input: Value) -> Execution {
    start_with(machine, input, 1)
}

/// Starts at time zero with a seed.
pub(crate) fn start_with(machine: Machine, input: Value, seed: u64) -> Execution {
    Execution::start(
        machine,
        Start {
            now: EpochMillis::new(0),
            seed,
            ..Start::new("test", input)
        },
    )
}

/// The next task to run.
pub(crate) fn next_task(execution: &mut Execution) -> TaskCall {
    match execution.poll_command() {
        Some(Command::RunTask(call)) => call,
        other => panic!("there is no task to run but {other:?}"),
    }
}

/// Lets the next task succeed.
pub(crate) fn succeed(execution: &mut Execution, output: Value) {
    let call = next_task(execution);
    let now = execution.now();
    execution
        .handle(now, TaskEvent::Succeeded { id: call.id, output })
        .unwrap();
}

/// Lets the next task fail.
pub(crate) fn fail(execution: &mut Execution, error: &str) {
    let call = next_task(execution);
    let now = execution.now();
    let event = TaskEvent::Failed {
        id: call.id,
        error: error.to_owned(),
        cause: "a cause".to_owned(),
    };
    execution.handle(now, event).unwrap();
}

/// Jumps to the next timer, and says how long that took.
pub(crate) fn skip(execution: &mut Execution) -> Duration {
    let before = execution.now();
    execution.advance(execution.next_timer().unwrap());
    execution.now() - before
}

/// The result of an execution that ended well.
pub(crate) fn output(execution: &Execution) -> Value {
    match execution.status() {
        Status::Succeeded { output } => Value::clone(output),
        other => panic!("{other:?}\n{}", simulator::timeline::render(execution.history())),
    }
}

/// The types of all events.
pub(crate) fn types(execution: &Execution) -> Vec<EventType> {
    execution.history().iter().map(|event| event.event_type).collect()
}

/// Whether the events have that type somewhere.
pub(crate) fn has(execution: &Execution, event_type: EventType) -> bool {
    types(execution).contains(&event_type)
}
