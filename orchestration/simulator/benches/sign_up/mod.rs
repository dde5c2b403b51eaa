//! The emitted sign-up, and how its happy path goes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use simulator::{Command, EpochMillis, Execution, Machine, Start, TaskCall, TaskEvent};

/// When every execution starts.
pub(crate) const START: EpochMillis = EpochMillis::new(1_735_689_600_000);

const FUNCTIONS: [&str; 4] = ["StoreUserData", "ValidateEmail", "SetUserStatus", "NotifyWebhook"];

/// The definition as it is deployed, with a function's name for its ARN.
pub(crate) fn machine() -> Machine {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/statemachines/sign-up.asl.json");
    let definition = fs::read_to_string(path).unwrap();
    let substitutions: BTreeMap<String, String> = FUNCTIONS
        .iter()
        .map(|function| (format!("{function}FunctionArn"), (*function).to_owned()))
        .collect();
    Machine::from_template(&definition, &substitutions).unwrap()
}

/// The input of the sign-up with that number.
pub(crate) fn input(number: u64) -> Value {
    json!({
        "userId": format!("{number:032x}"),
        "email": format!("user-{number}@example.com"),
        "name": "Ada Lovelace",
        "locale": "en-GB",
        "campaign": "spring",
    })
}

/// The execution with that number, just started.
pub(crate) fn start(machine: &Machine, number: u64) -> Execution {
    let start = Start {
        now: START,
        seed: number,
        ..Start::new(format!("sign-up-{number}"), input(number))
    };
    Execution::start(machine.clone(), start)
}

/// What each function answers when all goes well.
pub(crate) fn answer(call: &TaskCall) -> Value {
    match call.function() {
        Some("StoreUserData") => json!({"outcome": "stored", "addressKey": "addr#5f2c"}),
        Some("ValidateEmail") => json!({"mailed": true}),
        Some("SetUserStatus") => json!({"outcome": "verified"}),
        Some("NotifyWebhook") => json!({"delivery": "delivered"}),
        other => panic!("{other:?} is no function of the sign-up"),
    }
}

/// Answers every call until only the callback is waited for; gives the call.
pub(crate) fn run_until_mailed(execution: &mut Execution) -> TaskCall {
    let mut callback = None;
    while let Some(command) = execution.poll_command() {
        let Command::RunTask(call) = command else {
            continue;
        };
        let output = answer(&call);
        let event = TaskEvent::Succeeded { id: call.id, output };
        execution.handle(execution.now(), event).unwrap();
        if call.task_token.is_some() {
            callback = Some(call);
        }
    }
    callback.unwrap()
}
